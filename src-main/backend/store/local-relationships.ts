import type { EntityId, RelationshipId, RelationshipOrigin } from '../../../src-preload/contract/model.ts';
import type { RelationshipKey } from './relationships.ts';
import { all, first, type ReadableDb, run, runMany, type WritableDb } from './sql.ts';

/** A relationship that no remote holds; its type is its slot. */
export interface LocalRelationshipRow {
  readonly id: RelationshipId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly typeId: number | null;
}

const columns = 'id, source_id AS sourceId, target_id AS targetId, type_id AS typeId';

export function readLocalRelationship(db: ReadableDb, id: RelationshipId): LocalRelationshipRow | undefined {
  return first(db, `SELECT ${columns} FROM local_relationship WHERE id = :id`, { id });
}

export function findLocalRelationship(
  db: ReadableDb,
  key: RelationshipKey,
): LocalRelationshipRow | undefined {
  return first(
    db,
    `SELECT ${columns} FROM local_relationship
     WHERE source_id = :sourceId AND target_id = :targetId AND slot = :slot`,
    { sourceId: key.sourceId, targetId: key.targetId, slot: key.slot },
  );
}

/** Those of the ids that are there, each with its type. */
export function readLocalTypes(
  db: ReadableDb,
  ids: readonly RelationshipId[],
): Map<RelationshipId, string | null> {
  const rows = all<{ id: RelationshipId; type: string | null }>(
    db,
    `SELECT l.id, t.name AS type FROM local_relationship l LEFT JOIN relationship_type t ON t.id = l.type_id
     WHERE l.id IN (SELECT value FROM json_each(:ids))`,
    { ids: JSON.stringify(ids) },
  );
  return new Map(rows.map(({ id, type }) => [id, type]));
}

export function saveLocalRelationship(
  db: WritableDb,
  row: LocalRelationshipRow & { readonly now: string },
): void {
  run(
    db,
    `INSERT INTO local_relationship (id, source_id, target_id, slot, type_id, made_at)
     VALUES (:id, :sourceId, :targetId, :slot, :typeId, :now)
     ON CONFLICT (id) DO UPDATE SET slot = :slot, type_id = :typeId`,
    {
      id: row.id,
      sourceId: row.sourceId,
      targetId: row.targetId,
      slot: row.typeId ?? 0,
      typeId: row.typeId,
      now: row.now,
    },
  );
}

/** Adds many that are new, each with its id, its ends and its type. */
export function addLocalRelationships(
  db: WritableDb,
  rows: readonly (readonly [
    id: RelationshipId,
    sourceId: EntityId,
    targetId: EntityId,
    typeId: number | null,
    ...rest: unknown[],
  ])[],
  now: string,
): void {
  runMany(
    db,
    'INSERT INTO local_relationship (id, source_id, target_id, slot, type_id, made_at) VALUES (?, ?, ?, ?, ?, ?)',
    rows.map(([id, sourceId, targetId, typeId]) => [id, sourceId, targetId, typeId ?? 0, typeId, now]),
  );
}

/** Notes where relationships came from, each with its id, as an import says. */
export function saveRelationshipOrigins(
  db: WritableDb,
  rows: readonly (readonly [id: RelationshipId, origin: RelationshipOrigin])[],
): void {
  runMany(
    db,
    'INSERT INTO relationship_origin (relationship_id, origin) VALUES (?, ?)',
    rows.map(([id, origin]) => [id, JSON.stringify(origin)]),
  );
}

export function removeLocalRelationship(db: WritableDb, id: RelationshipId): void {
  run(db, 'DELETE FROM local_relationship WHERE id = :id', { id });
}
