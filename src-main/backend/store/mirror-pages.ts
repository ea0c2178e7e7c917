import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { toFlagBits } from './relationship-flags.ts';
import type { RelationshipKey, RemoteDetails } from './relationships.ts';
import { first, type ReadableDb, runMany, type WritableDb } from './sql.ts';
import { saveType } from './types.ts';

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
  readonly id: RelationshipId;
  readonly isPlain: number;
  readonly type: string | null;
  readonly remoteId: string | null;
  readonly flags: number;
}

/** Undefined where neither the mirror nor an intent names it. */
export function findKnown(db: ReadableDb, { sourceId, targetId, slot }: RelationshipKey): Known | undefined {
  // one join of both tables takes ten times as long
  const key = { sourceId, targetId, slot };
  const row = first<RawKnown>(
    db,
    `SELECT id, remote_id AS remoteId, flags,
       (SELECT name FROM relationship_type t WHERE t.id = base_type_id) AS type,
       base_present = 1 AND observed_present IS NULL
         AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = r.id) AS isPlain
     FROM relationship r WHERE source_id = :sourceId AND target_id = :targetId AND slot = :slot`,
    key,
  );
  if (row !== undefined) return { id: row.id, plain: row.isPlain === 1 ? row : null };
  const wished = first<{ id: RelationshipId }>(
    db,
    `SELECT relationship_id AS id FROM intent
     WHERE source_id = :sourceId AND target_id = :targetId AND slot = :slot`,
    key,
  );
  return wished === undefined ? undefined : { id: wished.id, plain: null };
}

/** A relationship that base has from now on, under an id that was just allocated. */
export interface NewBase extends RelationshipKey, RemoteDetails {
  readonly id: RelationshipId;
  readonly type: string | null;
}

/** Adds rows to base, each confirmed by its connection. Only sync calls it, in the transaction of the proving reply. */
export function saveNewBase(db: WritableDb, rows: readonly NewBase[], now: string): void {
  const types = new Map<string, number>();
  const toTypeId = (type: string | null) => {
    if (type === null) return null;
    const id = types.get(type) ?? saveType(db, type);
    types.set(type, id);
    return id;
  };
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
  runMany(
    db,
    'INSERT INTO provenance VALUES (?, ?, ?, ?)',
    rows.map(({ id, connectionId }) => [id, connectionId, now, now]),
  );
}
