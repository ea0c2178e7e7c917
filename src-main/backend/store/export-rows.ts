import type { EntityField, EntityId, RelationshipState } from '../../../src-preload/contract/model.ts';
import type { Condition } from './query-sql.ts';
import { visibleInAll } from './shown.ts';
import { all, type ReadableDb } from './sql.ts';

/** An entity with all that is known of it. */
export interface ExportedEntity {
  readonly id: EntityId;
  readonly address: string;
  readonly name: string;
  readonly kind: string;
  readonly archived: boolean;
  readonly fields: readonly EntityField[];
}

/** A relationship between two exported entities. */
export interface ExportedRelationship {
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly type: string | null;
  readonly connection: string;
  readonly state: RelationshipState;
}

const PAGE = 500;

/** Every listed entity that meets the condition, in the order of their ids, a page at a time. */
export function* readEntityPages(
  db: ReadableDb,
  { where, parameters }: Condition,
): Generator<ExportedEntity[]> {
  for (let after = 0; ; ) {
    const rows = all<Omit<ExportedEntity, 'archived' | 'fields'> & { archived: number; fields: string }>(
      db,
      `SELECT e.id, c.name || ':' || e.kind || ':' || e.remote_id AS address, e.name, e.kind, e.archived, e.fields
       FROM entity e JOIN connection c ON c.id = e.connection_id
       WHERE e.id > :after AND e.presence = 'listed' AND ${where} ORDER BY e.id LIMIT ${PAGE}`,
      { ...parameters, after },
    );
    // written by saveEntity only
    yield rows.map((row) => ({
      ...row,
      archived: row.archived === 1,
      fields: JSON.parse(row.fields) as EntityField[],
    }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

/** The shown relationships that begin at these entities. */
export function readRelationshipsFrom(db: ReadableDb, ids: readonly EntityId[]): ExportedRelationship[] {
  return all(
    db,
    `SELECT s.source_id AS sourceId, s.target_id AS targetId, t.name AS type, c.name AS connection, s.state
     FROM shown_relationship s JOIN connection c ON c.id = s.connection_id
     LEFT JOIN relationship_type t ON t.id = s.type_id
     WHERE s.source_id IN (SELECT value FROM json_each(:ids)) AND ${visibleInAll} ORDER BY s.id`,
    { ids: JSON.stringify(ids) },
  );
}
