import type {
  ConnectionId,
  EntityId,
  HistoryEntry,
  RelationshipId,
} from '../../../src-preload/contract/model.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** What the user wants of one relationship. */
export interface Wanted {
  readonly present: boolean;
  readonly type: string | null;
}

/** One relationship whose wanted state a command changed. Ends are kept so that it can be made again. */
export interface WantedChange {
  readonly relationshipId: RelationshipId;
  readonly connectionId: ConnectionId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly before: Wanted;
  readonly after: Wanted;
}

export interface CommandEntry {
  readonly id: number;
  readonly label: string;
  readonly changes: readonly WantedChange[];
}

/** Opens an entry for a user command. What had been undone can no longer be redone. */
export function openCommand(db: WritableDb, label: string, now: string): number {
  run(db, "UPDATE history SET state = 'superseded' WHERE state = 'undone'");
  return insertEntry(db, { label, now, actor: 'user', state: 'done', packed: null });
}

/** An entry for what a pull or a push did: kept, never undone. */
export function recordSync(db: WritableDb, label: string, now: string, facts: unknown): number {
  return insertEntry(db, { label, now, actor: 'sync', state: 'recorded', packed: JSON.stringify(facts) });
}

/** An entry for what the user did to the workspace as a whole: kept, never undone. */
export function recordAction(db: WritableDb, label: string, now: string, facts: unknown): number {
  return insertEntry(db, { label, now, actor: 'user', state: 'recorded', packed: JSON.stringify(facts) });
}

function insertEntry(
  db: WritableDb,
  entry: { label: string; now: string; actor: string; state: string; packed: string | null },
): number {
  const result = run(
    db,
    'INSERT INTO history (at, actor, label, state, packed) VALUES (:now, :actor, :label, :state, :packed)',
    entry,
  );
  return Number(result.lastInsertRowid);
}

/** Adds one changed relationship to an entry. */
export function saveChange(db: WritableDb, historyId: number, change: WantedChange): void {
  run(
    db,
    `INSERT INTO history_change
     SELECT :historyId, COALESCE(MAX(position) + 1, 0), :relationshipId, :connectionId, :sourceId, :targetId,
       :beforePresent, :beforeType, :afterPresent, :afterType
     FROM history_change WHERE history_id = :historyId`,
    {
      historyId,
      relationshipId: change.relationshipId,
      connectionId: change.connectionId,
      sourceId: change.sourceId,
      targetId: change.targetId,
      beforePresent: change.before.present ? 1 : 0,
      beforeType: change.before.type,
      afterPresent: change.after.present ? 1 : 0,
      afterType: change.after.type,
    },
  );
}

/** Adds many changed relationships to an entry that has none yet, or continues at `from`. */
export function saveChanges(
  db: WritableDb,
  historyId: number,
  from: number,
  changes: readonly WantedChange[],
): void {
  const rows = changes.map((change) => [
    change.relationshipId,
    change.connectionId,
    change.sourceId,
    change.targetId,
    change.before.present ? 1 : 0,
    change.before.type,
    change.after.present ? 1 : 0,
    change.after.type,
  ]);
  run(
    db,
    `INSERT INTO history_change
     SELECT :historyId, :from + key, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
       value ->> 6, value ->> 7 FROM json_each(:rows)`,
    { historyId, from, rows: JSON.stringify(rows) },
  );
}

/** An entry that a command made and that stands, or undefined. */
export function findDoneCommand(db: ReadableDb, id: number): CommandEntry | undefined {
  const entry = first<{ id: number; label: string }>(
    db,
    "SELECT id, label FROM history WHERE id = :id AND state = 'done'",
    { id },
  );
  return entry === undefined ? undefined : { ...entry, changes: readChanges(db, entry.id) };
}

interface RawChange {
  readonly relationshipId: RelationshipId;
  readonly connectionId: ConnectionId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly beforePresent: number;
  readonly beforeType: string | null;
  readonly afterPresent: number;
  readonly afterType: string | null;
}

/** The command that undo (newest done) or redo (oldest undone) acts on next. */
export function findNextCommand(db: ReadableDb, direction: 'undo' | 'redo'): CommandEntry | undefined {
  const sql =
    direction === 'undo'
      ? "SELECT id, label FROM history WHERE state = 'done' ORDER BY id DESC LIMIT 1"
      : "SELECT id, label FROM history WHERE state = 'undone' ORDER BY id LIMIT 1";
  const entry = first<{ id: number; label: string }>(db, sql);
  return entry === undefined ? undefined : { ...entry, changes: readChanges(db, entry.id) };
}

function readChanges(db: ReadableDb, historyId: number): WantedChange[] {
  return all<RawChange>(
    db,
    `SELECT relationship_id AS relationshipId, connection_id AS connectionId, source_id AS sourceId,
       target_id AS targetId, before_present AS beforePresent, before_type AS beforeType,
       after_present AS afterPresent, after_type AS afterType
     FROM history_change WHERE history_id = :historyId ORDER BY position`,
    { historyId },
  ).map((raw) => ({
    relationshipId: raw.relationshipId,
    connectionId: raw.connectionId,
    sourceId: raw.sourceId,
    targetId: raw.targetId,
    before: { present: raw.beforePresent === 1, type: raw.beforeType },
    after: { present: raw.afterPresent === 1, type: raw.afterType },
  }));
}

export function markCommand(db: WritableDb, id: number, state: 'done' | 'undone'): void {
  run(db, 'UPDATE history SET state = :state WHERE id = :id', { id, state });
}

/** How many entries of the history count as of late. */
const RECENT_ENTRIES = 100;

/** The ends of what is pending on a connection or was changed by a recent command. */
export function readTouchedEntities(db: ReadableDb, connectionId: ConnectionId): Set<EntityId> {
  const rows = all<{ id: EntityId }>(
    db,
    `SELECT source_id AS id FROM intent WHERE connection_id = :connectionId
     UNION SELECT target_id FROM intent WHERE connection_id = :connectionId
     UNION SELECT source_id FROM history_change WHERE connection_id = :connectionId AND history_id > :since
     UNION SELECT target_id FROM history_change WHERE connection_id = :connectionId AND history_id > :since`,
    { connectionId, since: count(db, 'SELECT COALESCE(MAX(id), 0) FROM history') - RECENT_ENTRIES },
  );
  return new Set(rows.map((row) => row.id));
}

/** A page of the history, newest first. */
export function readHistoryPage(
  db: ReadableDb,
  page: { readonly offset: number; readonly limit: number },
): { total: number; rows: HistoryEntry[] } {
  const rows = all<HistoryEntry>(
    db,
    'SELECT id, at, label, state FROM history ORDER BY id DESC LIMIT :limit OFFSET :offset',
    { ...page },
  );
  return { total: count(db, 'SELECT COUNT(*) FROM history'), rows };
}
