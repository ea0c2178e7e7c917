import { beforeEach, describe, expect, test } from 'vitest';
import { dropIntents } from '../../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { resolveConflicts } from '../../../src-main/backend/commands/resolve-conflict.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { readConflictPage, saveConflict } from '../../../src-main/backend/store/conflicts.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import { markSent } from '../../../src-main/backend/store/intents.ts';
import { readOutboxPage } from '../../../src-main/backend/store/outbox.ts';
import type { ConflictReason, EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { ConflictFilter } from '../../../src-preload/contract/sync-lists.ts';
import { addEntity, createSmallPlant, NOW, readSeen, type SmallPlant } from '../../support/workspace.ts';

const page = { offset: 0, limit: 500 };
let small: SmallPlant;
beforeEach(() => {
  small = createSmallPlant();
});

const add = (sourceId: EntityId, targetId: EntityId): RelationshipId =>
  relate(small.context, { sourceId, targetId, type: null, local: false }).id;

const history = () => readHistoryPage(small.db, page).rows;

/** Three changes on the plant and one on the other connection. */
function addFour(): { plant: RelationshipId[]; other: RelationshipId } {
  const { building, boiler, pump, valve, elsewhere, other } = small;
  const plant = [add(building, boiler), add(building, pump), add(building, valve)];
  return { plant, other: add(elsewhere, addEntity(small.db, other, '11')) };
}

const pendingIds = () => readOutboxPage(small.db, page).rows.map(({ id }) => id);

describe('dropping many', () => {
  test('drops what is named as one step, which undo takes back', () => {
    const { plant, other } = addFour();
    const before = readSeen(small.db);
    const entries = history().length;
    const ids = plant.slice(0, 2);
    expect(dropIntents(small.context, { ids })).toEqual({ dropped: 2, kept: 0 });
    expect(pendingIds()).toEqual([plant[2], other]);
    expect(history()).toHaveLength(entries + 1);
    expect(history()[0]).toMatchObject({ label: 'Drop 2 pending changes', state: 'done' });
    undoOrRedo(small.context, 'undo');
    expect(readSeen(small.db)).toEqual(before);
  });

  test('drops all of one connection, and all there is', () => {
    const { other } = addFour();
    expect(dropIntents(small.context, { connectionId: small.plant })).toEqual({ dropped: 3, kept: 0 });
    expect(pendingIds()).toEqual([other]);
    expect(dropIntents(small.context, { connectionId: null })).toEqual({ dropped: 1, kept: 0 });
    expect(pendingIds()).toEqual([]);
  });

  test('keeps as its opposite what left without an answer, and keeps it again', () => {
    const { plant } = addFour();
    const [sent] = plant;
    if (sent === undefined) throw new Error('Three were added');
    markSent(small.db, sent);
    expect(dropIntents(small.context, { connectionId: small.plant })).toEqual({ dropped: 3, kept: 0 });
    expect(readOutboxPage(small.db, page).rows).toMatchObject([{ id: sent, action: 'delete' }, {}]);
    expect(dropIntents(small.context, { connectionId: small.plant })).toEqual({ dropped: 0, kept: 1 });
  });

  test('of nothing is no step', () => {
    expect(dropIntents(small.context, { connectionId: null })).toEqual({ dropped: 0, kept: 0 });
    expect(history()).toEqual([]);
  });
});

describe('settling many conflicts', () => {
  function open(relationshipId: RelationshipId, reason: ConflictReason, remoteType: string | null): void {
    const side = { present: true, type: null, at: null, told: false, by: null };
    const remote = { ...side, type: remoteType };
    const choices = ['local', 'remote'] as const;
    const sides = { base: side, local: side, remote, choices };
    saveConflict(small.db, { relationshipId, reason, cause: 'They differ.', ...sides, now: NOW });
  }

  const openIds = () => readConflictPage(small.db, page).rows.map(({ id }) => id);
  const anything: ConflictFilter = { connectionId: null, reason: null, type: null };

  beforeEach(() => {
    const { plant, other } = addFour();
    for (const [index, id] of plant.entries()) {
      open(id, index === 0 ? 'end-removed' : 'changed-both', index === 2 ? 'feeds' : null);
    }
    open(other, 'changed-both', 'feeds');
  });

  test.each(['local', 'remote'] as const)('keeping %s in all is one step, undone and done again', (keep) => {
    const before = readSeen(small.db);
    const entries = history().length;
    const all = { filter: anything, keep };
    expect(resolveConflicts(small.context, all)).toEqual({ resolved: 4, skipped: 0 });
    const after = readSeen(small.db);
    expect(openIds()).toEqual([]);
    expect(history()).toHaveLength(entries + 1);
    undoOrRedo(small.context, 'undo');
    expect({ seen: readSeen(small.db), open: openIds() }).toEqual({ seen: before, open: [1, 2, 3, 4] });
    undoOrRedo(small.context, 'redo');
    expect({ seen: readSeen(small.db), open: openIds() }).toEqual({ seen: after, open: [] });
    expect(small.db.prepare('SELECT DISTINCT decision FROM conflict').pluck().all()).toEqual([keep]);
  });

  test('takes those of a connection, of a kind, or with a type', () => {
    const resolve = (filter: Partial<ConflictFilter>) =>
      resolveConflicts(small.context, { filter: { ...anything, ...filter }, keep: 'remote' });
    expect(resolve({ connectionId: small.other })).toEqual({ resolved: 1, skipped: 0 });
    expect(openIds()).toEqual([1, 2, 3]);
    expect(resolve({ type: 'feeds' })).toEqual({ resolved: 1, skipped: 0 });
    expect(openIds()).toEqual([1, 2]);
    expect(resolve({ reason: 'changed-both' })).toEqual({ resolved: 1, skipped: 0 });
    expect(openIds()).toEqual([1]);
  });

  test('skips those that do not offer it or are settled by now', () => {
    const ids = [1, 2];
    expect(resolveConflicts(small.context, { ids, keep: 'both' })).toEqual({ resolved: 0, skipped: 2 });
    expect(resolveConflicts(small.context, { ids, keep: 'remote' })).toEqual({ resolved: 2, skipped: 0 });
    expect(resolveConflicts(small.context, { ids, keep: 'remote' })).toEqual({ resolved: 0, skipped: 2 });
    expect(openIds()).toEqual([3, 4]);
  });

  test('are counted by connection and reason, and come in pages', () => {
    const { total, rows, groups } = readConflictPage(small.db, { offset: 1, limit: 2 });
    expect({ total, ids: rows.map(({ id }) => id) }).toEqual({ total: 4, ids: [2, 3] });
    expect(groups).toEqual([
      { connectionId: small.plant, connection: 'plant', reason: 'changed-both', count: 2 },
      { connectionId: small.plant, connection: 'plant', reason: 'end-removed', count: 1 },
      { connectionId: small.other, connection: 'other', reason: 'changed-both', count: 1 },
    ]);
  });
});
