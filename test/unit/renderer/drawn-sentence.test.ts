import { expect, test } from 'vitest';
import type { EntityId, GraphRelationship } from '../../../src-preload/contract/model.ts';
import { toSentence } from '../../../src-renderer/views/Graph/drawn-sentence.ts';

const [pump, valve] = [1 as EntityId, 2 as EntityId]; // ids of no workspace
const feeds: GraphRelationship = {
  id: 1 as GraphRelationship['id'], // as above
  sourceId: pump,
  targetId: valve,
  type: 'feeds',
  state: 'create',
};

const read = (from: EntityId | null, relationship = feeds) =>
  toSentence(relationship, {
    nameOf: (id) => (id === pump ? 'Pump' : 'Valve'),
    from,
    readFromTarget: (type) => (type === 'feeds' ? 'is fed by' : type),
  });

test('a drawn relationship reads from its target where that one is selected', () => {
  expect(read(valve)).toBe('Valve ← Pump, is fed by, + new');
});

test('and from its source otherwise', () => {
  expect(read(null)).toBe('Pump → Valve, feeds, + new');
  expect(read(pump)).toBe('Pump → Valve, feeds, + new');
  expect(read(pump, { ...feeds, targetId: pump, state: 'synced' })).toBe('Pump → Pump, feeds');
});
