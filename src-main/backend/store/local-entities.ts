import { type EntityField, type EntityId, LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import { toOrigin } from './entities.ts';
import type { LocalEntity } from './history-packs.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** An entity of the workspace's own, as the user left it; undefined where there is none, or where it was removed. */
export function findLocalEntity(
  db: ReadableDb,
  kind: string,
  localId: string,
): { readonly id: EntityId; readonly entity: LocalEntity } | undefined {
  const row = first<{ id: EntityId; name: string; archived: number; fields: string; origin: string | null }>(
    db,
    `SELECT id, name, archived, fields, origin FROM entity WHERE connection_id = ${LOCAL_CONNECTION_ID}
       AND kind = :kind AND remote_id = :localId AND presence = 'listed'`,
    { kind, localId },
  );
  if (row === undefined) return undefined;
  const fields = JSON.parse(row.fields) as EntityField[]; // written by saveEntity only
  const { id, name } = row;
  const entity = { kind, localId, name, archived: row.archived === 1, fields };
  const origin = toOrigin(row.origin);
  return { id, entity: origin === null ? entity : { ...entity, origin } };
}

/** Every pair of connection and kind that there is: few, and by each of them a remote id is found at once. */
export function readGroups(db: ReadableDb): { connectionId: number; kind: string }[] {
  return all(db, 'SELECT DISTINCT connection_id AS connectionId, kind FROM entity');
}

/** The row of an entity of the workspace's own that was removed, so that its id serves again; or a new row. */
export function reserveLocalEntity(
  db: WritableDb,
  { kind, localId, name }: LocalEntity,
  now: string,
): EntityId {
  const known = first<{ id: EntityId }>(
    db,
    `SELECT id FROM entity WHERE connection_id = ${LOCAL_CONNECTION_ID} AND kind = :kind AND remote_id = :localId`,
    { kind, localId },
  );
  if (known !== undefined) return known.id;
  const { lastInsertRowid } = run(
    db,
    `INSERT INTO entity (connection_id, kind, remote_id, lookup_id, name, presence, fields, first_seen_at, changed_at)
     VALUES (${LOCAL_CONNECTION_ID}, :kind, :localId, :localId, :name, 'removed', '[]', :now, :now)`,
    { kind, localId, name, now },
  );
  return Number(lastInsertRowid) as EntityId; // made by this insert
}

/** How many relationships are shown with an entity at either end, hidden ones counted too. */
export function countRelatedTo(db: ReadableDb, id: EntityId): number {
  return count(
    db,
    `SELECT (SELECT COUNT(*) FROM shown_relationship WHERE source_id = :id)
          + (SELECT COUNT(*) FROM shown_relationship WHERE target_id = :id AND source_id <> :id)`,
    { id },
  );
}
