import {
  type ConnectionId,
  type EntityId,
  type HistoryEntry,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import { StoreError } from './errors.ts';
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

/** An entry of a command; what it changed is read where it is applied. */
export interface CommandEntry {
  readonly id: number;
  readonly label: string;
  /** The entry that this one reverted. */
  readonly reverts: number | null;
}

const authors = new WeakMap<ReadableDb, string>();

/** Whom the entries of this handle's commands are by, such as `anna on desk-7`. */
export function nameAuthor(db: WritableDb, who: string): void {
  authors.set(db, who);
}

/** Opens an entry for a user command. What had been undone can no longer be redone. */
export function openCommand(
  db: WritableDb,
  label: string,
  now: string,
  reverts: number | null = null,
): number {
  run(db, "UPDATE history SET state = 'superseded' WHERE state = 'undone'");
  return insertEntry(db, { label, now, state: 'done', reverts });
}

/** An entry for an undo or redo of another: kept, and itself taken back by its opposite only. */
export function recordStep(db: WritableDb, label: string, now: string, reverts: number): number {
  return insertEntry(db, { label, now, state: 'recorded', reverts });
}

/** An entry for what the user did to the workspace as a whole: kept, never undone. */
export function recordAction(db: WritableDb, label: string, now: string, facts: unknown): number {
  return insertEntry(db, { label, now, state: 'recorded', packed: JSON.stringify(facts) });
}

function insertEntry(
  db: WritableDb,
  entry: { label: string; now: string; state: string; packed?: string; reverts?: number | null },
): number {
  const { label, now, state, packed = null, reverts = null } = entry;
  const result = run(
    db,
    `INSERT INTO history (at, actor, label, state, packed, who, reverts)
     VALUES (:now, 'user', :label, :state, :packed, :who, :reverts)`,
    { label, now, state, packed, reverts, who: authors.get(db) ?? null },
  );
  return Number(result.lastInsertRowid);
}

/** Adds one changed relationship to an entry. */
export function saveChange(db: WritableDb, historyId: number, change: WantedChange, now: string): void {
  run(
    db,
    `INSERT INTO history_change (history_id, at, relationship_id, connection_id, source_id, target_id,
       before_present, before_type, after_present, after_type)
     VALUES (:historyId, :now, :relationshipId, :connectionId, :sourceId, :targetId,
       :beforePresent, :beforeType, :afterPresent, :afterType)`,
    {
      historyId,
      now,
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

/** One type of the vocabulary that a command changed; what the workspace itself had of it, as JSON. */
export interface TypeChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Adds one changed type of the vocabulary to an entry. */
export function saveTypeChange(db: WritableDb, historyId: number, change: TypeChange): void {
  run(
    db,
    'INSERT INTO history_type (history_id, name, before, after) VALUES (:historyId, :name, :before, :after)',
    { historyId, ...change },
  );
}

/** Adds many changed relationships to an entry. */
export function saveChanges(
  db: WritableDb,
  historyId: number,
  now: string,
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
    `INSERT INTO history_change (history_id, at, relationship_id, connection_id, source_id, target_id,
       before_present, before_type, after_present, after_type)
     SELECT :historyId, :now, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
       value ->> 6, value ->> 7 FROM json_each(:rows)`,
    { historyId, now, rows: JSON.stringify(rows) },
  );
}

/** An entry that a command made and that stands, or undefined. */
export function findDoneCommand(db: ReadableDb, id: number): CommandEntry | undefined {
  return first<CommandEntry>(db, "SELECT id, label, reverts FROM history WHERE id = :id AND state = 'done'", {
    id,
  });
}

interface RawChange {
  readonly id: number;
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
      ? "SELECT id, label, reverts FROM history WHERE state = 'done' ORDER BY id DESC LIMIT 1"
      : "SELECT id, label, reverts FROM history WHERE state = 'undone' ORDER BY id LIMIT 1";
  return first<CommandEntry>(db, sql);
}

/** The types that an entry changed, in the order in which it did. */
export function readTypeChanges(db: ReadableDb, historyId: number): TypeChange[] {
  return all<TypeChange>(
    db,
    'SELECT name, before, after FROM history_type WHERE history_id = :historyId ORDER BY id',
    { historyId },
  );
}

/** One entry with its state; throws `not-found`. */
export function readCommand(
  db: ReadableDb,
  id: number,
): CommandEntry & { readonly actor: string; readonly state: HistoryEntry['state'] } {
  const entry = first<CommandEntry & { actor: string; state: HistoryEntry['state'] }>(
    db,
    'SELECT id, label, reverts, actor, state FROM history WHERE id = :id',
    { id },
  );
  if (entry === undefined) throw new StoreError('not-found', `There is no entry ${id} in the history.`);
  return entry;
}

/** Rows of one page of changes: few enough to be done in one turn. */
const PAGE = 250;

/** What an entry changed of relationships, in the order in which it did, or from the last to the first. */
export function* readChangePages(
  db: ReadableDb,
  historyId: number,
  way: 'forth' | 'back',
): Generator<WantedChange[]> {
  yield* readPages(db, historyId, way, 'TRUE');
}

function* readPages(
  db: ReadableDb,
  historyId: number,
  way: 'forth' | 'back',
  condition: string,
): Generator<WantedChange[]> {
  const [past, order] = way === 'forth' ? ['id > :last', 'id'] : ['id < :last', 'id DESC'];
  let last = way === 'forth' ? 0 : Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = all<RawChange>(
      db,
      `SELECT id, relationship_id AS relationshipId, connection_id AS connectionId, source_id AS sourceId,
         target_id AS targetId, before_present AS beforePresent, before_type AS beforeType,
         after_present AS afterPresent, after_type AS afterType
       FROM history_change WHERE history_id = :historyId AND ${past} AND ${condition}
       ORDER BY ${order} LIMIT ${PAGE}`,
      { historyId, last },
    );
    if (rows.length > 0) yield rows.map(toWantedChange);
    if (rows.length < PAGE) return;
    last = rows.at(-1)?.id ?? last;
  }
}

function toWantedChange(raw: RawChange): WantedChange {
  return {
    relationshipId: raw.relationshipId,
    connectionId: raw.connectionId,
    sourceId: raw.sourceId,
    targetId: raw.targetId,
    before: { present: raw.beforePresent === 1, type: raw.beforeType },
    after: { present: raw.afterPresent === 1, type: raw.afterType },
  };
}

/** How many relationships an entry changed; what it packed is not among them. */
export function countChangedRelationships(db: ReadableDb, historyId: number): number {
  return count(db, 'SELECT COUNT(*) FROM history_change WHERE history_id = :historyId', { historyId });
}

/** How many relationships, types and views an entry changed; what it packed is not among them. */
export function countChanges(db: ReadableDb, historyId: number): number {
  return count(
    db,
    `SELECT (SELECT COUNT(*) FROM history_change WHERE history_id = :historyId)
       + (SELECT COUNT(*) FROM history_type WHERE history_id = :historyId)
       + (SELECT COUNT(*) FROM history_view WHERE history_id = :historyId)`,
    { historyId },
  );
}

/** Whether an entry left every relationship as it was: only a conflict that was decided as it stood does. */
export function changedNothing(db: ReadableDb, historyId: number): boolean {
  const changed = first(
    db,
    `SELECT 1 FROM history_change WHERE history_id = :historyId AND (before_present <> after_present
       OR (after_present = 1 AND before_type IS NOT after_type)) LIMIT 1`,
    { historyId },
  );
  return changed === undefined;
}

/** What an entry changed on connections and that waits for nothing: only that can be with a remote already. */
export function* readUnpending(db: ReadableDb, historyId: number): Generator<WantedChange> {
  const condition = `connection_id <> ${LOCAL_CONNECTION_ID}
    AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = history_change.relationship_id)`;
  for (const page of readPages(db, historyId, 'forth', condition)) yield* page;
}

/** Whether a sync that began after an entry changed relationships, or one that ran meanwhile did so later. */
export function hasSyncedSince(db: ReadableDb, id: number): boolean {
  const isLater = (change: string) =>
    `(${change}.history_id > :id OR ${change}.at > (SELECT at FROM history WHERE id = :id))`;
  const found = first(
    db,
    `SELECT 1 WHERE EXISTS (SELECT 1 FROM history_added a WHERE ${isLater('a')}) OR EXISTS (
       SELECT 1 FROM history h
       JOIN history_change c ON c.id = (SELECT MAX(l.id) FROM history_change l WHERE l.history_id = h.id)
       WHERE h.actor = 'sync' AND ${isLater('c')})`,
    { id },
  );
  return found !== undefined;
}

export function markCommand(db: WritableDb, id: number, state: 'done' | 'undone'): void {
  run(db, 'UPDATE history SET state = :state WHERE id = :id', { id, state });
}

/** How many entries of the history count as of late. */
const RECENT_ENTRIES = 100;

const recent = `history_id > :since AND history_id IN (SELECT id FROM history WHERE actor = 'user')`;

/** The ends of what is pending on a connection or was changed by a recent command. */
export function readTouchedEntities(db: ReadableDb, connectionId: ConnectionId): Set<EntityId> {
  const rows = all<{ id: EntityId }>(
    db,
    `SELECT source_id AS id FROM intent WHERE connection_id = :connectionId
     UNION SELECT target_id FROM intent WHERE connection_id = :connectionId
     UNION SELECT source_id FROM history_change WHERE connection_id = :connectionId AND ${recent}
     UNION SELECT target_id FROM history_change WHERE connection_id = :connectionId AND ${recent}`,
    { connectionId, since: count(db, 'SELECT COALESCE(MAX(id), 0) FROM history') - RECENT_ENTRIES },
  );
  return new Set(rows.map((row) => row.id));
}
