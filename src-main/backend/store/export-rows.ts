import type { EntityField, EntityId, RelationshipState } from '../../../src-preload/contract/model.ts';
import type { Condition } from './query-sql.ts';
import { visibleInAll } from './shown.ts';
import { all, column, type ReadableDb, tupleByTuple } from './sql.ts';

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
  readonly source: string;
  readonly sourceName: string;
  readonly type: string | null;
  readonly target: string;
  readonly targetName: string;
  readonly connection: string;
  readonly state: RelationshipState;
}

const PAGE = 500;

/** The ids of every listed entity that meets the condition, in their order, a page at a time. */
export function* readEntityIdPages(
  db: ReadableDb,
  { where, parameters }: Condition,
): Generator<readonly EntityId[]> {
  for (let after = 0; ; ) {
    const ids = column<EntityId>(
      db,
      `SELECT e.id FROM entity e JOIN connection c ON c.id = e.connection_id
       WHERE e.id > :after AND e.presence = 'listed' AND ${where} ORDER BY e.id LIMIT ${PAGE}`,
      { ...parameters, after },
    );
    yield ids;
    const last = ids.at(-1);
    if (last === undefined || ids.length < PAGE) return;
    after = last;
  }
}

/** These entities, in the order of their ids. */
export function readExportedEntities(db: ReadableDb, ids: readonly EntityId[]): ExportedEntity[] {
  const rows = all<Omit<ExportedEntity, 'archived' | 'fields'> & { archived: number; fields: string }>(
    db,
    `SELECT e.id, c.name || ':' || e.kind || ':' || e.remote_id AS address, e.name, e.kind, e.archived, e.fields
     FROM entity e JOIN connection c ON c.id = e.connection_id
     WHERE e.id IN (SELECT value FROM json_each(:ids)) ORDER BY e.id`,
    { ids: JSON.stringify(ids) },
  );
  // written by saveEntity only
  return rows.map((row) => ({
    ...row,
    archived: row.archived === 1,
    fields: JSON.parse(row.fields) as EntityField[],
  }));
}

type Row = [
  source: string,
  sourceName: string,
  type: string | null,
  targetId: EntityId,
  target: string,
  targetName: string,
  connection: string,
  state: RelationshipState,
];

/** Rows that are looked at between two turns. */
const BATCH = 250;

/**
 * The shown relationships that begin at these entities and end where `isIn` says, a batch at a time: a hub may have very
 * many. A batch may be empty.
 */
export function* readRelationshipsFrom(
  db: ReadableDb,
  ids: readonly EntityId[],
  isIn: (id: EntityId) => boolean,
): Generator<readonly ExportedRelationship[]> {
  const rows = tupleByTuple<Row>(
    db,
    `SELECT ca.name || ':' || a.kind || ':' || a.remote_id, a.name, t.name, s.target_id,
       cb.name || ':' || b.kind || ':' || b.remote_id, b.name, h.name, s.state
     FROM shown_relationship s
     JOIN entity a ON a.id = s.source_id JOIN connection ca ON ca.id = a.connection_id
     JOIN entity b ON b.id = s.target_id JOIN connection cb ON cb.id = b.connection_id
     JOIN connection h ON h.id = s.connection_id LEFT JOIN relationship_type t ON t.id = s.type_id
     WHERE s.source_id IN (SELECT value FROM json_each(:ids)) AND ${visibleInAll}`,
    { ids: JSON.stringify(ids) },
  );
  let batch: ExportedRelationship[] = [];
  let looked = 0;
  for (const [source, sourceName, type, targetId, target, targetName, connection, state] of rows) {
    if (isIn(targetId)) batch.push({ source, sourceName, type, target, targetName, connection, state });
    looked += 1;
    if (looked % BATCH !== 0) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
