import { describe, expect, it } from 'vitest';
import { countHidden, toElements } from '../../../src-renderer/graph/elements.ts';
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

  it('counts what is not drawn for those entities only that hide something', () => {
    const counts = countHidden(neighbourhood(pair, [graphRelationship(7, 1, 2)]));
    expect([...counts]).toEqual([[1, 3]]);
  });

  it('cuts a long name between characters as people see them', () => {
    const family = '👨‍👩‍👧‍👦';
    const [node] = toElements(neighbourhood([graphEntity(1, { name: family.repeat(50) })], []));
    expect(node?.data.label.replaceAll('\u200b', '')).toBe(`${family.repeat(34)}…`);
  });

  it('breaks a word only where it is wider than a label', () => {
    const [node] = toElements(neighbourhood([graphEntity(1, { name: `Pump ${'x'.repeat(20)}` })], []));
    expect(node?.data.label).toBe(`Pump ${'x'.repeat(18)}\u200bxx`);
  });

  it('draws line breaks and NUL of a name as spaces', () => {
    const [node] = toElements(neighbourhood([graphEntity(1, { name: 'Pump\u0000 7\n\n\nwest' })], []));
    expect(node?.data.label).toBe('Pump 7 west');
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
