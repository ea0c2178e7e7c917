import {
  type ConnectionId,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import { saveChange, saveChanges, type WantedChange } from './history.ts';
import { first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** What pulls and pushes leave in the history: one entry a run, recorded and never undone. */

interface OpenEntry {
  readonly id: number;
  readonly isFirst: number;
}

function findOpen(db: ReadableDb, connectionId: ConnectionId): OpenEntry | undefined {
  return first(
    db,
    'SELECT id, is_first AS isFirst FROM history WHERE connection_id = :connectionId AND is_open = 1',
    { connectionId },
  );
}

/** The entry of the run that is under way, made with its first change. */
function openEntry(db: WritableDb, connectionId: ConnectionId, now: string): OpenEntry {
  const open = findOpen(db, connectionId);
  if (open !== undefined) return open;
  run(
    db,
    `INSERT INTO history (at, actor, label, state, who, connection_id, is_open, is_first)
     SELECT :now, 'sync', 'Sync of ' || name, 'recorded', identity_label, id, 1, last_synced_at IS NULL
     FROM connection WHERE id = :connectionId`,
    { connectionId, now },
  );
  return findOpen(db, connectionId) ?? { id: 0, isFirst: 0 }; // refused by its foreign key, as it must be
}

/** Notes that a sync changed what is shown of a relationship. `isNew` says that no id named it before. */
export function noteSynced(db: WritableDb, change: WantedChange, isNew: boolean, now: string): void {
  const entry = openEntry(db, change.connectionId, now);
  const { relationshipId: id } = change;
  if (isNew && entry.isFirst === 1) addToRange(db, entry.id, { from: id, to: id }, now);
  else saveChange(db, entry.id, change, now);
}

/** A relationship that a sync added. */
interface Added {
  readonly id: RelationshipId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly type: string | null;
}

/** Notes relationships that a sync added and no id named before; their ids follow one another. */
export function noteAllAdded(
  db: WritableDb,
  connectionId: ConnectionId,
  added: readonly Added[],
  now: string,
): void {
  const [from, to] = [added[0]?.id, added.at(-1)?.id];
  if (from === undefined || to === undefined) return;
  const entry = openEntry(db, connectionId, now);
  if (entry.isFirst === 1) {
    addToRange(db, entry.id, { from, to }, now);
    return;
  }
  const changes = added.map(({ id: relationshipId, sourceId, targetId, type }) => {
    const seen = { before: { present: false, type: null }, after: { present: true, type } };
    return { relationshipId, connectionId, sourceId, targetId, ...seen };
  });
  saveChanges(db, entry.id, now, changes);
}

/** Ids are given out in turn, so what one answer of the remote brings is one range. */
function addToRange(
  db: WritableDb,
  historyId: number,
  { from, to }: { readonly from: RelationshipId; readonly to: RelationshipId },
  now: string,
): void {
  const { changes } = run(
    db,
    `UPDATE history_added SET to_id = :to WHERE history_id = :historyId AND to_id = :from - 1 AND at = :now
       AND from_id = (SELECT MAX(from_id) FROM history_added)`,
    { historyId, from, to, now },
  );
  if (changes > 0) return;
  run(
    db,
    'INSERT INTO history_added (from_id, to_id, history_id, at) VALUES (:from, :to, :historyId, :now)',
    {
      historyId,
      from,
      to,
      now,
    },
  );
}

/** Notes what an entity is before a sync changes it. */
export function noteEntity(db: WritableDb, connectionId: ConnectionId, id: EntityId, now: string): void {
  if (connectionId === LOCAL_CONNECTION_ID) return; // no sync changes what is the workspace's own
  const entry = openEntry(db, connectionId, now);
  run(
    db,
    `INSERT INTO history_entity (history_id, at, entity_id, before)
     SELECT :historyId, :now, id,
       json_object('name', name, 'archived', archived, 'presence', presence, 'fields', json(fields))
     FROM entity WHERE id = :id`,
    { historyId: entry.id, now, id },
  );
}

/** Ends the entry of a run with its report; one that changed nothing here but did there gets its entry now. */
export function finishSyncEntry(
  db: WritableDb,
  connectionId: ConnectionId,
  now: string,
  report: unknown,
  { changed }: { readonly changed: boolean },
): void {
  const entry = changed ? openEntry(db, connectionId, now) : findOpen(db, connectionId);
  if (entry === undefined) return;
  run(db, 'UPDATE history SET is_open = 0, packed = :packed WHERE id = :id', {
    id: entry.id,
    packed: JSON.stringify(report),
  });
}

/** Ends the entry of a run that never came to its end, because the program did. */
export function closeInterrupted(db: WritableDb, connectionId: ConnectionId): void {
  run(
    db,
    `UPDATE history SET is_open = 0, label = label || ' (interrupted)'
     WHERE connection_id = :connectionId AND is_open = 1`,
    { connectionId },
  );
}
