import { describe, expect, test } from 'vitest';
import {
  judgeRelationship,
  noTypeFacts,
  type Proposal,
} from '../../../src-main/backend/rules/judge-relationship.ts';
import { localCapabilities } from '../../../src-preload/contract/capabilities.ts';
import { ConnectionId, EntityId, type EntitySummary } from '../../../src-preload/contract/model.ts';

const toEntity = (id: number, removed = false): EntitySummary => ({
  id: EntityId.parse(id),
  connectionId: ConnectionId.parse(1),
  connection: 'plant',
  kind: 'asset',
  name: `Asset ${id}`,
  address: `plant:asset:${id}`,
  archived: false,
  removed,
});

const good: Proposal = {
  source: toEntity(1),
  target: toEntity(2),
  capabilities: localCapabilities,
  type: null,
  connection: 'plant',
  exists: false,
  meaning: null,
  facts: noTypeFacts,
};

describe('the judge of relationships', () => {
  test('says yes to two living entities', () => {
    expect(judgeRelationship(good)).toBeNull();
  });

  test.each<[string, Partial<Proposal>, string, string]>([
    [
      'a removed source',
      { source: toEntity(1, true) },
      'entity-removed',
      'Asset 1 no longer exists on plant.',
    ],
    [
      'a removed target',
      { target: toEntity(2, true) },
      'entity-removed',
      'Asset 2 no longer exists on plant.',
    ],
    [
      'itself where nothing says otherwise',
      { target: toEntity(1), connection: 'local' },
      'self-relationship',
      'Asset 1 cannot be related to itself.',
    ],
    ['a duplicate', { exists: true }, 'already-related', 'Asset 1 is already related to Asset 2 on plant.'],
    [
      'a connection that cannot be written',
      { capabilities: { ...localCapabilities, readOnlyReason: 'The key may only read.' } },
      'read-only',
      'The key may only read.',
    ],
  ])('refuses %s', (_, change, code, message) => {
    expect(judgeRelationship({ ...good, ...change })).toEqual({ code, message });
  });

  test('lets an entity be related to itself where the connection takes that', () => {
    const capabilities = { ...localCapabilities, self: true };
    expect(judgeRelationship({ ...good, target: good.source, capabilities })).toBeNull();
  });
});
