import { describe, expect, it } from 'vitest';
import { toElements } from '../../../src-renderer/graph/elements.ts';
import { entityId, graphEntity, graphRelationship, neighbourhood, relationshipId } from './neighbourhoods.ts';

const pair = [graphEntity(1, { relationshipCount: 4 }), graphEntity(2, { relationshipCount: 1 })];

describe('toElements', () => {
  it('draws nodes before edges, so that an edge never lacks its ends', () => {
    const elements = toElements(neighbourhood(pair, [graphRelationship(7, 1, 2)]));
    expect(elements.map(({ data }) => data.id)).toEqual(['e1', 'e2', 'r7']);
  });

  it('says on the label how many relationships are not drawn', () => {
    const [first, second] = toElements(neighbourhood(pair, [graphRelationship(7, 1, 2)]));
    expect(first?.data.label).toBe('Asset 1\n+3');
    expect(second?.data.label).toBe('Asset 2');
  });

  it('tells pending states apart without colour', () => {
    const label = (state: 'create' | 'delete' | 'conflict' | 'synced') =>
      toElements(neighbourhood(pair, [graphRelationship(7, 1, 2, { state, type: 'feeds' })])).at(-1)?.data
        .label;
    expect(['create', 'delete', 'conflict', 'synced'].map((state) => label(state as 'create'))).toEqual([
      '+ feeds',
      '− feeds',
      '! feeds',
      'feeds',
    ]);
  });

  it('leaves out a relationship with an end that is not there', () => {
    expect(toElements(neighbourhood(pair, [graphRelationship(7, 1, 99)]))).toHaveLength(2);
  });

  it('marks what is selected and where the drawing grows from', () => {
    const elements = toElements(neighbourhood(pair, [graphRelationship(7, 1, 2)]), {
      roots: [entityId(1)],
      selection: { kind: 'relationship', id: relationshipId(7) },
    });
    expect(elements.map(({ classes }) => classes)).toEqual(['root', '', 'chosen']);
  });

  it('counts a relationship of an entity with itself once', () => {
    const alone = [graphEntity(1, { relationshipCount: 1 })];
    const [node] = toElements(neighbourhood(alone, [graphRelationship(7, 1, 1)]));
    expect(node?.data.label).toBe('Asset 1');
  });
});
