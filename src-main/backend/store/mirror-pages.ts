import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { toFlagBits } from './relationship-flags.ts';
import type { RelationshipKey, RemoteDetails } from './relationships.ts';
import { all, type ReadableDb, run, runMany, type WritableDb } from './sql.ts';
import { createTypeIds } from './types.ts';

/** The mirror as pages of a remote are written to it: many rows at a time, each looked at once. */

/** What the workspace has of a relationship that a page tells of. */
export interface Known {
  readonly id: RelationshipId;
  /** What base has, where that is all: nothing is wished, and nothing else was observed. */
  readonly plain: {
    readonly type: string | null;
    readonly remoteId: string | null;
    /** As `toFlagBits` has them. */
    readonly flags: number;
  } | null;
}

interface RawKnown {
  readonly place: number;
  readonly id: RelationshipId;
  readonly isPlain: number;
  readonly type: string | null;
  readonly remoteId: string | null;
  readonly flags: number;
}

/** What is known of each of these, by its place among them; left out where neither the mirror nor an intent names it. */
export function findAllKnown(db: ReadableDb, keys: readonly RelationshipKey[]): Map<number, Known> {
  const wanted = {
    keys: JSON.stringify(keys.map(({ sourceId, targetId, slot }) => [sourceId, targetId, slot])),
  };
  const matches = (table: string) =>
    `json_each(:keys) k CROSS JOIN ${table} r
       ON r.source_id = k.value ->> 0 AND r.target_id = k.value ->> 1 AND r.slot = k.value ->> 2`;
  const wished = all<{ place: number; id: RelationshipId }>(
    db,
    `SELECT k.key AS place, r.relationship_id AS id FROM ${matches('intent')}`,
    wanted,
  );
  const rows = all<RawKnown>(
    db,
    `SELECT k.key AS place, r.id, r.remote_id AS remoteId, r.flags,
       (SELECT name FROM relationship_type t WHERE t.id = r.base_type_id) AS type,
       r.base_present = 1 AND r.observed_present IS NULL AS isPlain
     FROM ${matches('relationship')}`,
    wanted,
  );
  const known = new Map<number, Known>();
  for (const row of rows) known.set(row.place, { id: row.id, plain: row.isPlain === 1 ? row : null });
  for (const { place, id } of wished) known.set(place, { id, plain: null });
  return known;
}

/** A relationship that base has from now on, under an id that was just allocated. */
export interface NewBase extends RelationshipKey, RemoteDetails {
  readonly id: RelationshipId;
  readonly type: string | null;
}

/** Adds rows to base, their ids one after the other, each confirmed by its connection. Only sync calls it, in the transaction of the proving reply. */
export function saveNewBase(db: WritableDb, rows: readonly NewBase[], now: string): void {
  const toTypeId = createTypeIds(db);
  runMany(
    db,
    `INSERT INTO relationship (id, connection_id, source_id, target_id, slot, base_present, base_type_id, remote_id,
       flags) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)`,
    rows.map((row) => [
      row.id,
      row.connectionId,
      row.sourceId,
      row.targetId,
      row.slot,
      toTypeId(row.type),
      row.remoteId,
      toFlagBits(row.flags),
    ]),
  );
  const [from, to] = [rows[0]?.id, rows.at(-1)?.id];
  if (from === undefined || to === undefined) return;
  run(
    db,
    `INSERT INTO provenance SELECT id, connection_id, :now, :now FROM relationship WHERE id BETWEEN :from AND :to`,
    { from, to, now },
  );
}
