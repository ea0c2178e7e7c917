import {
  type EntityField,
  type EntityId,
  type EntityOrigin,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import { markRemoved, saveEntity, saveEntityOrigin } from './entities.ts';
import { addLocalRelationships } from './local-relationships.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** What the user says of an entity of the workspace's own. */
export interface LocalEntity {
  readonly kind: string;
  /** Its id inside `local` and its kind. */
  readonly localId: string;
  readonly name: string;
  readonly archived: boolean;
  readonly fields: readonly EntityField[];
  /** Where an import says that it came from; absent for what was made here. */
  readonly origin?: EntityOrigin;
}

/** One entity of the workspace's own that a command made (no before), changed or removed (no after). */
export interface EntityChange {
  readonly id: EntityId;
  readonly before: LocalEntity | null;
  readonly after: LocalEntity | null;
}

/** A local relationship as a pack holds it: id, source, target, type (or null), and 1 if it was made, 0 if removed. */
export type PackedRelationship = readonly [
  id: RelationshipId,
  sourceId: EntityId,
  targetId: EntityId,
  typeId: number | null,
  made: 0 | 1,
];

/** The rows of a command, in the order they were done. */
export type Pack =
  | { readonly what: 'entities'; readonly rows: readonly EntityChange[] }
  | { readonly what: 'relationships'; readonly rows: readonly PackedRelationship[] };

type Way = 'do' | 'take-back';

/** The packs of an entry; none for one that packed nothing. */
export function* readPacks(db: ReadableDb, historyId: number, way: Way = 'do'): Generator<Pack> {
  const positions = all<{ position: number }>(
    db,
    'SELECT position FROM history_pack WHERE history_id = :historyId ORDER BY position',
    { historyId },
  );
  for (const { position } of way === 'do' ? positions : positions.toReversed()) {
    const row = first<{ what: Pack['what']; body: string }>(
      db,
      'SELECT what, body FROM history_pack WHERE history_id = :historyId AND position = :position',
      { historyId, position },
    );
    // written by savePack only
    if (row !== undefined) yield { what: row.what, rows: JSON.parse(row.body) };
  }
}

/** How many rows an entry has packed. */
export function countPacked(db: ReadableDb, historyId: number): number {
  return count(db, 'SELECT COALESCE(SUM(row_count), 0) FROM history_pack WHERE history_id = :historyId', {
    historyId,
  });
}

/** Does what the rows say and notes them in the entry. */
export function doPack(db: WritableDb, historyId: number, pack: Pack, now: string): void {
  if (pack.rows.length === 0) return;
  apply(db, pack, savePack(db, historyId, pack), 'do', now);
}

/** Makes relationships that were judged in this transaction, so that both ends are there, and notes them. */
export function packMade(
  db: WritableDb,
  historyId: number,
  rows: readonly PackedRelationship[],
  now: string,
): void {
  savePack(db, historyId, { what: 'relationships', rows });
  addLocalRelationships(db, rows, now);
}

function savePack(db: WritableDb, historyId: number, pack: Pack): string {
  const body = JSON.stringify(pack.rows);
  const ids = pack.what === 'entities' ? pack.rows.map(({ id }) => id) : pack.rows.map(([id]) => id);
  run(
    db,
    `INSERT INTO history_pack (history_id, position, what, row_count, made_count, from_id, to_id, body)
     SELECT :historyId, COALESCE(MAX(position), -1) + 1, :what, :rowCount, :madeCount, :fromId, :toId, :body
     FROM history_pack WHERE history_id = :historyId`,
    {
      historyId,
      what: pack.what,
      rowCount: ids.length,
      madeCount: countMade(pack),
      fromId: Math.min(...ids),
      toId: Math.max(...ids),
      body,
    },
  );
  return body;
}

function countMade(pack: Pack): number {
  return pack.what === 'entities'
    ? pack.rows.filter(({ before }) => before === null).length
    : pack.rows.filter(([, , , , made]) => made === 1).length;
}

/** Takes back what an entry has packed as rows of another. Yields how many rows it has done since the last time. */
export function* invertPacks(
  db: WritableDb,
  { from, to }: { readonly from: number; readonly to: number },
  now: string,
): Generator<number, void, undefined> {
  for (const pack of readPacks(db, from, 'take-back')) {
    if (pack.what === 'entities') {
      doPack(db, to, { what: 'entities', rows: pack.rows.toReversed().map(invertEntity) }, now);
    } else {
      doPack(db, to, { what: 'relationships', rows: pack.rows.toReversed().map(invertRelationship) }, now);
    }
    yield pack.rows.length;
  }
}

function invertEntity({ id, before, after }: EntityChange): EntityChange {
  return { id, before: after, after: before };
}

function invertRelationship([id, source, target, type, made]: PackedRelationship): PackedRelationship {
  return [id, source, target, type, made === 1 ? 0 : 1];
}

/** Takes back, or does again, what an entry has packed. Yields how many rows it has done since the last time. */
export function* redoPacks(
  db: WritableDb,
  historyId: number,
  way: Way,
  now: string,
): Generator<number, void, undefined> {
  for (const pack of readPacks(db, historyId, way)) {
    apply(db, pack, JSON.stringify(pack.rows), way, now);
    yield pack.rows.length;
  }
}

function apply(db: WritableDb, pack: Pack, body: string, way: Way, now: string): void {
  if (pack.what === 'relationships') {
    applyRelationships(db, body, way, now);
    return;
  }
  const rows = way === 'do' ? pack.rows : pack.rows.toReversed();
  for (const change of rows) applyEntity(db, change, way === 'do' ? change.after : change.before, now);
}

/** One statement for all rows: what is made and what is removed. An end that is gone by now takes its rows with it. */
function applyRelationships(db: WritableDb, rows: string, way: Way, now: string): void {
  const made = way === 'do' ? 1 : 0;
  run(
    db,
    `DELETE FROM local_relationship
     WHERE id IN (SELECT value ->> 0 FROM json_each(:rows) WHERE value ->> 4 <> :made)`,
    { rows, made },
  );
  run(
    db,
    `INSERT OR IGNORE INTO local_relationship (id, source_id, target_id, slot, type_id, made_at)
     SELECT value ->> 0, value ->> 1, value ->> 2, COALESCE(value ->> 3, 0), value ->> 3, :now FROM json_each(:rows)
     WHERE value ->> 4 = :made AND EXISTS (SELECT 1 FROM entity WHERE id = value ->> 1)
       AND EXISTS (SELECT 1 FROM entity WHERE id = value ->> 2)`,
    { rows, made, now },
  );
}

function applyEntity(db: WritableDb, change: EntityChange, to: LocalEntity | null, now: string): void {
  const { id, before, after } = change;
  if (to === null) markRemoved(db, id, now);
  else saveEntity(db, LOCAL_CONNECTION_ID, toObserved(to), now);
  const isConcerned = before?.origin !== undefined || after?.origin !== undefined;
  if (isConcerned) saveEntityOrigin(db, id, to?.origin ?? null);
}

/** An entity of the workspace's own in the words of the table of entities. */
export function toObserved({ kind, localId, name, archived, fields }: LocalEntity) {
  return { kind, remoteId: localId, lookupId: localId, name, archived, fields };
}
