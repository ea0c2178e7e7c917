import type {
  ConnectionId,
  EntityDetail,
  EntityField,
  EntityId,
  EntityOrigin,
  EntitySummary,
} from '../../../src-preload/contract/model.ts';
import { StoreError } from './errors.ts';
import { noteEntity } from './history-of-syncs.ts';
import { toPlaceholderName } from './placeholder-name.ts';
import { countRelationshipsOf } from './relationship-counts.ts';
import { releaseParkedOf } from './retries.ts';
import { saveSearchWords } from './search-words.ts';
import { all, count, first, type ReadableDb, run, transaction, type WritableDb } from './sql.ts';

/** An entity as a remote lists it. `lookupId` is what its own GET takes, where that differs from its id. */
export interface ObservedEntity {
  readonly kind: string;
  readonly remoteId: string;
  readonly lookupId: string;
  readonly name: string;
  readonly archived: boolean;
  readonly fields: readonly EntityField[];
}

export interface EntityRow {
  readonly id: EntityId;
  readonly connectionId: ConnectionId;
  readonly kind: string;
  readonly remoteId: string;
  readonly lookupId: string;
  readonly name: string;
  readonly presence: 'listed' | 'removed' | 'unlisted';
}

interface SummaryRow {
  readonly id: EntityId;
  readonly connectionId: ConnectionId;
  readonly connection: string;
  readonly kind: string;
  readonly remoteId: string;
  readonly name: string;
  readonly archived: number;
  readonly presence: string;
}

const summaryColumns = `e.id, e.connection_id AS connectionId, c.name AS connection, e.kind,
  e.remote_id AS remoteId, e.name, e.archived, e.presence`;
const summaryFrom = 'entity e JOIN connection c ON c.id = e.connection_id';
const rowColumns = `id, connection_id AS connectionId, kind, remote_id AS remoteId, lookup_id AS lookupId, name,
  CASE WHEN placeholder = 1 AND presence = 'listed' THEN 'unlisted' ELSE presence END AS presence`;
/** What a remote really lists. A placeholder is shown like that, but nobody may miss it in a list. */
const reallyListed = "presence = 'listed' AND placeholder = 0";

function toSummary(row: SummaryRow): EntitySummary {
  return {
    id: row.id,
    connectionId: row.connectionId,
    connection: row.connection,
    kind: row.kind,
    name: row.name,
    address: `${row.connection}:${row.kind}:${row.remoteId}`,
    archived: row.archived === 1,
    removed: row.presence === 'removed',
  };
}

/** Summaries as a condition and an order on `entity e` say. */
export function readSummariesBy(
  db: ReadableDb,
  condition: string,
  parameters: Readonly<Record<string, string | number | Buffer>>,
): EntitySummary[] {
  const sql = `SELECT ${summaryColumns} FROM ${summaryFrom} WHERE ${condition}`;
  return all<SummaryRow>(db, sql, parameters).map(toSummary);
}

/** Summaries by id; ids that do not exist are left out. */
export function readEntitySummaries(db: ReadableDb, ids: readonly EntityId[]): Map<EntityId, EntitySummary> {
  const [one] = ids;
  const select = `SELECT ${summaryColumns} FROM ${summaryFrom} WHERE e.id`;
  const rows =
    one !== undefined && ids.length === 1
      ? all<SummaryRow>(db, `${select} = +:one`, { one }) // a bare one is planned anew for every value
      : all<SummaryRow>(db, `${select} IN (SELECT value FROM json_each(:ids))`, { ids: JSON.stringify(ids) });
  return new Map(rows.map((row) => [row.id, toSummary(row)]));
}

/** Every id that was asked for must be there: they come from rows that refer to it. */
export function readEntityRow(db: ReadableDb, id: EntityId): EntityRow {
  const row = first<EntityRow>(db, `SELECT ${rowColumns} FROM entity WHERE id = :id`, { id });
  if (row === undefined) throw new StoreError('not-found', `There is no entity ${id} in this workspace.`);
  return row;
}

export function findEntityRow(
  db: ReadableDb,
  connectionId: ConnectionId,
  kind: string,
  remoteId: string,
): EntityRow | undefined {
  return first(
    db,
    `SELECT ${rowColumns} FROM entity
     WHERE connection_id = :connectionId AND kind = :kind AND remote_id = :remoteId`,
    { connectionId, kind, remoteId },
  );
}

/** The ids of those that are there, by their place among the names. */
export function findEntityIds(
  db: ReadableDb,
  connectionId: ConnectionId,
  names: readonly { readonly kind: string; readonly remoteId: string }[],
): Map<number, EntityId> {
  const rows = all<{ place: number; id: EntityId }>(
    db,
    `SELECT n.key AS place, e.id FROM json_each(:names) n CROSS JOIN entity e
       ON e.connection_id = :connectionId AND e.kind = n.value ->> 0 AND e.remote_id = n.value ->> 1`,
    { connectionId, names: JSON.stringify(names.map(({ kind, remoteId }) => [kind, remoteId])) },
  );
  return new Map(rows.map(({ place, id }) => [place, id]));
}

/** The id alone, out of the index. */
export function findEntityId(
  db: ReadableDb,
  connectionId: ConnectionId,
  kind: string,
  remoteId: string,
): EntityId | undefined {
  return first<{ id: EntityId }>(
    db,
    'SELECT id FROM entity WHERE connection_id = :connectionId AND kind = :kind AND remote_id = :remoteId',
    { connectionId, kind, remoteId },
  )?.id;
}

/** Finds an entity by its written form; the id is everything after the second colon. */
export function findEntityByAddress(db: ReadableDb, address: string): EntitySummary {
  const parts = /^(?<connection>[^:]+):(?<kind>[^:]+):(?<remoteId>.+)$/s.exec(address)?.groups;
  const row =
    parts === undefined
      ? undefined
      : first<SummaryRow>(
          db,
          `SELECT ${summaryColumns} FROM ${summaryFrom}
           WHERE c.name = :connection AND e.kind = :kind AND e.remote_id = :remoteId`,
          {
            connection: parts['connection'] ?? '',
            kind: parts['kind'] ?? '',
            remoteId: parts['remoteId'] ?? '',
          },
        );
  if (row === undefined) {
    const form = parts === undefined ? ' An entity is written connection:kind:id.' : '';
    throw new StoreError('not-found', `There is no entity ${address} in this workspace.${form}`);
  }
  return toSummary(row);
}

export function readEntityDetail(db: ReadableDb, id: EntityId): EntityDetail {
  const row = first<
    SummaryRow & { fields: string; asOf: string | null; seenAt: string; origin: string | null }
  >(
    db,
    `SELECT ${summaryColumns}, e.fields, e.origin, l.as_of AS asOf,
       COALESCE((SELECT s.started_at FROM sweep s WHERE s.id = e.seen_sweep), e.first_seen_at) AS seenAt
     FROM ${summaryFrom} LEFT JOIN listing l ON l.entity_id = e.id WHERE e.id = :id`,
    { id },
  );
  if (row === undefined) throw new StoreError('not-found', `There is no entity ${id} in this workspace.`);
  return {
    ...toSummary(row),
    fields: JSON.parse(row.fields) as EntityField[], // written by saveEntity only
    lastSeenAt: row.seenAt,
    relationshipsAsOf: row.asOf,
    relationshipCount: countRelationshipsOf(db, id),
    origin: toOrigin(row.origin),
  };
}

/** Where an entity of the workspace's own came from, out of its row. */
export function toOrigin(text: string | null): EntityOrigin | null {
  return text === null ? null : (JSON.parse(text) as EntityOrigin); // written by saveEntityOrigin only
}

/** Notes where an entity of the workspace's own came from; null where nobody says. */
export function saveEntityOrigin(db: WritableDb, id: EntityId, origin: EntityOrigin | null): void {
  const text = origin === null ? null : JSON.stringify(origin);
  run(db, 'UPDATE entity SET origin = :text WHERE id = :id', { id, text });
}

export function readKindCounts(db: ReadableDb): { kind: string; count: number }[] {
  return all(
    db,
    "SELECT kind, COUNT(*) AS count FROM entity WHERE presence = 'listed' GROUP BY kind ORDER BY kind",
  );
}

export type SaveOutcome = 'added' | 'updated' | 'unchanged';

/** Takes over what the remote lists; a row that says nothing new is left as it is. */
export function saveEntity(
  db: WritableDb,
  connectionId: ConnectionId,
  entity: ObservedEntity,
  now: string,
): { id: EntityId; outcome: SaveOutcome } {
  const fields = JSON.stringify(entity.fields);
  const known = first<{
    id: EntityId;
    name: string;
    archived: number;
    fields: string;
    presence: string;
    lookupId: string;
  }>(
    db,
    `SELECT id, name, archived, fields, IIF(placeholder = 1, 'unlisted', presence) AS presence,
       lookup_id AS lookupId FROM entity
     WHERE connection_id = :connectionId AND kind = :kind AND remote_id = :remoteId`,
    { connectionId, kind: entity.kind, remoteId: entity.remoteId },
  );
  const values = {
    name: entity.name,
    archived: entity.archived ? 1 : 0,
    fields,
    lookupId: entity.lookupId,
  };
  if (known === undefined)
    return { id: insertEntity(db, connectionId, entity, { ...values, now }), outcome: 'added' };
  const same =
    known.name === values.name &&
    known.archived === values.archived &&
    known.fields === fields &&
    known.lookupId === values.lookupId;
  if (same && known.presence === 'listed') return { id: known.id, outcome: 'unchanged' };
  noteEntity(db, connectionId, known.id, now);
  run(
    db,
    `UPDATE entity SET name = :name, archived = :archived, fields = :fields, lookup_id = :lookupId,
       presence = 'listed', placeholder = 0, changed_at = :now WHERE id = :id`,
    { id: known.id, ...values, now },
  );
  index(db, known.id, entity, fields);
  const isOther = known.presence !== 'listed' || known.archived !== values.archived;
  if (isOther) releaseParkedOf(db, known.id);
  return { id: known.id, outcome: known.presence === 'listed' ? 'updated' : 'added' };
}

function insertEntity(
  db: WritableDb,
  connectionId: ConnectionId,
  entity: ObservedEntity,
  values: { name: string; archived: number; fields: string; lookupId: string; now: string },
): EntityId {
  const result = run(
    db,
    `INSERT INTO entity (connection_id, kind, remote_id, lookup_id, name, archived, presence, fields,
       first_seen_at, changed_at)
     VALUES (:connectionId, :kind, :remoteId, :lookupId, :name, :archived, 'listed', :fields, :now, :now)`,
    { connectionId, kind: entity.kind, remoteId: entity.remoteId, ...values },
  );
  const id = Number(result.lastInsertRowid) as EntityId; // made by this insert
  index(db, id, entity, values.fields);
  return id;
}

type Indexed = Pick<ObservedEntity, 'kind' | 'remoteId' | 'name'>;

function index(db: WritableDb, id: EntityId, entity: Indexed, fields: string): void {
  const text = toSearchText(fields);
  run(db, 'DELETE FROM entity_search WHERE rowid = :id', { id });
  run(
    db,
    `INSERT INTO entity_search (rowid, name, kind, remote_id, fields)
     VALUES (:id, :name, :kind, :remoteId, :fields)`,
    { id, name: entity.name, kind: entity.kind, remoteId: entity.remoteId, fields: text },
  );
  saveSearchWords(db, `${entity.name} ${text}`);
}

/** Makes an entity findable again from its own row; nothing happens where there is no such entity. */
export function reindexEntity(db: WritableDb, id: EntityId): void {
  const row = first<{ kind: string; remoteId: string; name: string; fields: string }>(
    db,
    'SELECT kind, remote_id AS remoteId, name, fields FROM entity WHERE id = :id',
    { id },
  );
  if (row !== undefined) index(db, id, row, row.fields);
}

/** The values without the names of the fields, which every entity of a kind shares. */
function toSearchText(fields: string): string {
  const parsed = JSON.parse(fields) as EntityField[]; // written by saveEntity only
  return parsed.map((field) => (field.value === null ? '' : String(field.value))).join(' ');
}

/**
 * An entity that only a relationship names, kept so that the relationship is. Of a kind that the remote lists whole
 * (`listedKinds`, null for all) it is shown once it is listed; any other at once, as a placeholder.
 */
export function saveUnlistedEntity(
  db: WritableDb,
  connectionId: ConnectionId,
  named: { readonly kind: string; readonly remoteId: string },
  now: string,
  listedKinds: readonly string[] | null,
): EntityId {
  const { kind, remoteId } = named;
  const known = findEntityId(db, connectionId, kind, remoteId);
  if (known !== undefined) return known;
  const isPlaceholder = listedKinds !== null && !listedKinds.includes(kind);
  const name = isPlaceholder ? toPlaceholderName(named) : `${kind} ${remoteId}`;
  const result = run(
    db,
    `INSERT INTO entity (connection_id, kind, remote_id, lookup_id, name, presence, placeholder, fields,
       first_seen_at, changed_at)
     VALUES (:connectionId, :kind, :remoteId, :remoteId, :name, :presence, :placeholder, '[]', :now, :now)`,
    {
      connectionId,
      kind,
      remoteId,
      name,
      presence: isPlaceholder ? 'listed' : 'unlisted',
      placeholder: isPlaceholder ? 1 : 0,
      now,
    },
  );
  const id = Number(result.lastInsertRowid) as EntityId; // made by this insert
  if (isPlaceholder) index(db, id, { kind, remoteId, name }, '[]');
  return id;
}

/** Marks entities as seen by a sweep. */
export function markSeen(db: WritableDb, ids: readonly EntityId[], sweepId: number): void {
  run(db, 'UPDATE entity SET seen_sweep = :sweepId WHERE id IN (SELECT value FROM json_each(:ids))', {
    sweepId,
    ids: JSON.stringify(ids),
  });
}

/** Listed entities of a connection that the sweep did not see. */
export function readUnseenEntities(db: ReadableDb, connectionId: ConnectionId, sweepId: number): EntityRow[] {
  return all(
    db,
    `SELECT ${rowColumns} FROM entity WHERE connection_id = :connectionId AND ${reallyListed}
       AND (seen_sweep IS NULL OR seen_sweep <> :sweepId)`,
    { connectionId, sweepId },
  );
}

export function countListedEntities(db: ReadableDb, connectionId: ConnectionId): number {
  return count(db, `SELECT COUNT(*) FROM entity WHERE connection_id = :connectionId AND ${reallyListed}`, {
    connectionId,
  });
}

/** Listed entities of a connection, in a steady order. */
export function readListedEntities(db: ReadableDb, connectionId: ConnectionId): EntityRow[] {
  return all(
    db,
    `SELECT ${rowColumns} FROM entity WHERE connection_id = :connectionId AND ${reallyListed} ORDER BY id`,
    { connectionId },
  );
}

/** The remote proved that it no longer has the entity. The row stays: something of the user's may point at it. */
export function markRemoved(db: WritableDb, id: EntityId, now: string): boolean {
  const row = first<{ connectionId: ConnectionId }>(
    db,
    "SELECT connection_id AS connectionId FROM entity WHERE id = :id AND presence <> 'removed'",
    { id },
  );
  if (row === undefined) return false;
  transaction(db, () => {
    noteEntity(db, row.connectionId, id, now);
    run(db, "UPDATE entity SET presence = 'removed' WHERE id = :id", { id });
    run(db, 'DELETE FROM entity_search WHERE rowid = :id', { id });
  });
  return true;
}
