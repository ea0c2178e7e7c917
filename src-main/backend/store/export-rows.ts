import type {
  EntityField,
  EntityId,
  EntityOrigin,
  RelationshipOrigin,
  RelationshipState,
} from '../../../src-preload/contract/model.ts';
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
  /** Where it came from first: what an import said of it, else where it is. */
  readonly origin: EntityOrigin;
}

/** A connection as an export names it: what leads to it, never a secret. */
export interface ExportedConnection {
  readonly name: string;
  readonly remote: string;
  readonly url: string;
  readonly scope: string;
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
  /** Null where it was not asked for. */
  readonly origin: RelationshipOrigin | null;
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
  const rows = all<
    Omit<ExportedEntity, 'archived' | 'fields' | 'origin'> & {
      archived: number;
      fields: string;
      origin: string;
    }
  >(
    db,
    `SELECT e.id, c.name || ':' || e.kind || ':' || e.remote_id AS address, e.name, e.kind, e.archived, e.fields,
       COALESCE(e.origin, json_object('connection', c.name, 'remote', IIF(c.id = 0, NULL, c.remote),
         'id', e.remote_id, 'firstSeenAt', e.first_seen_at, 'changedAt', NULLIF(e.changed_at, ''))) AS origin
     FROM entity e JOIN connection c ON c.id = e.connection_id
     WHERE e.id IN (SELECT value FROM json_each(:ids)) ORDER BY e.id`,
    { ids: JSON.stringify(ids) },
  );
  // written by saveEntity only
  return rows.map((row) => ({
    ...row,
    archived: row.archived === 1,
    fields: JSON.parse(row.fields) as EntityField[],
    origin: JSON.parse(row.origin) as EntityOrigin,
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
  origin: string | null,
];

const originOf = `COALESCE((SELECT origin FROM relationship_origin WHERE relationship_id = s.id), json_object(
  'connection', h.name,
  'remoteId', (SELECT remote_id FROM relationship WHERE id = s.id),
  'madeAt', (SELECT made_at FROM local_relationship WHERE id = s.id AND s.connection_id = 0),
  'confirmed', json((SELECT json_group_array(json_object(
      'by', pc.name, 'first', p.first_confirmed_at, 'last', p.last_confirmed_at))
    FROM provenance p JOIN connection pc ON pc.id = p.connection_id WHERE p.relationship_id = s.id))))`;

/** The connections that the workspace has or had. */
export function readExportedConnections(db: ReadableDb): ExportedConnection[] {
  return all(db, 'SELECT name, remote, url, scope FROM connection WHERE id <> 0 ORDER BY name');
}

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
  withOrigins: boolean,
): Generator<readonly ExportedRelationship[]> {
  const rows = tupleByTuple<Row>(
    db,
    `SELECT ca.name || ':' || a.kind || ':' || a.remote_id, a.name, t.name, s.target_id,
       cb.name || ':' || b.kind || ':' || b.remote_id, b.name, h.name, s.state,
       ${withOrigins ? originOf : 'NULL'}
     FROM shown_relationship s
     JOIN entity a ON a.id = s.source_id JOIN connection ca ON ca.id = a.connection_id
     JOIN entity b ON b.id = s.target_id JOIN connection cb ON cb.id = b.connection_id
     JOIN connection h ON h.id = s.connection_id LEFT JOIN relationship_type t ON t.id = s.type_id
     WHERE s.source_id IN (SELECT value FROM json_each(:ids)) AND ${visibleInAll}`,
    { ids: JSON.stringify(ids) },
  );
  let batch: ExportedRelationship[] = [];
  let looked = 0;
  for (const [source, sourceName, type, targetId, target, targetName, connection, state, from] of rows) {
    if (isIn(targetId)) {
      const origin = from === null ? null : (JSON.parse(from) as RelationshipOrigin); // as written above
      batch.push({ source, sourceName, type, target, targetName, connection, state, origin });
    }
    looked += 1;
    if (looked % BATCH !== 0) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
