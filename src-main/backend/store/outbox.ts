import type {
  ConnectionId,
  EntityId,
  OutboxItem,
  RelationshipId,
  RelationshipState,
} from '../../../src-preload/contract/model.ts';
import type { OutboxGroup } from '../../../src-preload/contract/sync-lists.ts';
import { must } from '../must.ts';
import { readEntitySummaries } from './entities.ts';
import type { Page } from './page.ts';
import { all, count, type ReadableDb } from './sql.ts';

/** Which part of the outbox is meant; null and no state stand for all of it. */
export interface OutboxFilter {
  readonly connectionId: ConnectionId | null;
  readonly states: readonly RelationshipState[];
  /** Only those of whose last attempt nothing is known yet. */
  readonly unanswered: boolean;
}

const everything: OutboxFilter = { connectionId: null, states: [], unanswered: false };

/** The state of an intent in words of SQL: as `shown_relationship` has it, without a look at the whole view. */
const state = `CASE
  WHEN EXISTS (SELECT 1 FROM conflict k WHERE k.relationship_id = i.relationship_id AND k.decision IS NULL) THEN 'conflict'
  WHEN i.stopped IS NOT NULL THEN i.stopped
  WHEN i.wanted_present = 0 THEN 'delete'
  WHEN r.base_present = 1 AND i.wanted_type_id IS NOT r.base_type_id THEN 'update'
  ELSE 'create' END`;
const from = 'intent i LEFT JOIN relationship r ON r.id = i.relationship_id';
const order =
  'i.connection_id, i.replacing > 0 DESC, i.wanted_present DESC, i.base_present, i.history_id, i.relationship_id';
const fits = `(:connectionId IS NULL OR i.connection_id = :connectionId)
  AND (:states = '[]' OR ${state} IN (SELECT value FROM json_each(:states)))
  AND (:unanswered = 0 OR i.sent = 1)`;

type OutboxRow = Omit<OutboxItem, 'source' | 'target' | 'lastFailure' | 'dependants' | 'unanswered'> & {
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly isAwaited: number;
  readonly sent: number;
};

/** What nothing else can go before: while no create of the connection succeeded, changes of type wait for one. */
const isAwaited = `(i.wanted_present = 1 AND COALESCE(r.base_present, 0) = 0 AND c.create_confirmed_at IS NULL
  AND i.stopped IS NOT 'blocked')`;

function toParameters({ connectionId, states, unanswered }: OutboxFilter) {
  return { connectionId, states: JSON.stringify(states), unanswered: unanswered ? 1 : 0 };
}

/** A page of the outbox, by connection and in the order of pushing. */
export function readOutboxPage(
  db: ReadableDb,
  page: Page,
  filter: OutboxFilter = everything,
): { total: number; rows: OutboxItem[]; groups: OutboxGroup[] } {
  const rows = readRows(db, page, filter);
  const entities = readEntitySummaries(db, [...new Set(rows.flatMap((row) => [row.sourceId, row.targetId]))]);
  const groups = readGroups(db);
  return {
    total: countOutbox(db, filter),
    groups,
    rows: rows.map(
      ({ sourceId, targetId, failureCode, failureMessage, isAwaited: awaited, sent, ...row }) => ({
        ...row,
        unanswered: sent === 1,
        source: must(entities.get(sourceId), 'the source of an intent'),
        target: must(entities.get(targetId), 'the target of an intent'),
        lastFailure: failureCode === null ? null : { code: failureCode, message: failureMessage ?? '' },
        dependants: awaited === 1 ? countBlocked(groups, row.connectionId) : 0,
      }),
    ),
  };
}

function readRows(db: ReadableDb, page: Page, filter: OutboxFilter): OutboxRow[] {
  return all<OutboxRow>(
    db,
    `WITH page AS (SELECT i.relationship_id AS id, ${state} AS own FROM ${from} WHERE ${fits}
       ORDER BY ${order} LIMIT :limit OFFSET :offset)
     SELECT i.relationship_id AS id, i.connection_id AS connectionId, c.name AS connection,
       CASE WHEN i.wanted_present = 0 THEN 'delete'
         WHEN r.base_present = 1 AND i.wanted_type_id IS NOT r.base_type_id THEN 'update' ELSE 'create' END AS action,
       i.source_id AS sourceId, i.target_id AS targetId, t.name AS type, page.own AS state,
       COALESCE(k.cause, i.cause, i.failure_message) AS cause, i.attempts, i.sent, i.failures,
       i.failure_code AS failureCode, i.failure_message AS failureMessage, i.next_attempt_at AS nextAttemptAt,
       ${isAwaited} AS isAwaited, i.changed_at AS changedAt
     FROM page CROSS JOIN intent i ON i.relationship_id = page.id
     LEFT JOIN relationship r ON r.id = i.relationship_id
     LEFT JOIN type_mark m ON m.relationship_id = i.relationship_id
     LEFT JOIN conflict k ON k.relationship_id = i.relationship_id AND k.decision IS NULL
     JOIN connection c ON c.id = i.connection_id
     LEFT JOIN relationship_type t ON t.id =
       COALESCE(m.type_id, CASE WHEN i.wanted_present = 1 THEN i.wanted_type_id END, r.base_type_id)
     ORDER BY ${order}`,
    { ...page, ...toParameters(filter) },
  );
}

function countBlocked(groups: readonly OutboxGroup[], connectionId: ConnectionId): number {
  const group = groups.find((one) => one.connectionId === connectionId);
  return group?.states.find((one) => one.state === 'blocked')?.count ?? 0;
}

function countOutbox(db: ReadableDb, filter: OutboxFilter): number {
  return count(db, `SELECT COUNT(*) FROM ${from} WHERE ${fits}`, toParameters(filter));
}

/** Every connection that something is pending of, with how much of it is in which state. */
function readGroups(db: ReadableDb): OutboxGroup[] {
  const rows = all<{
    connectionId: ConnectionId;
    connection: string;
    state: RelationshipState;
    count: number;
    unanswered: number;
  }>(
    db,
    `SELECT i.connection_id AS connectionId, c.name AS connection, ${state} AS state, COUNT(*) AS count,
       SUM(i.sent) AS unanswered
     FROM ${from} JOIN connection c ON c.id = i.connection_id GROUP BY 1, 2, 3 ORDER BY 1, 3`,
  );
  const groups = new Map<ConnectionId, OutboxGroup>();
  for (const row of rows) {
    const { connectionId, connection } = row;
    const group = groups.get(connectionId) ?? {
      connectionId,
      connection,
      total: 0,
      states: [],
      unanswered: 0,
    };
    group.total += row.count;
    group.unanswered += row.unanswered;
    group.states.push({ state: row.state, count: row.count });
    groups.set(connectionId, group);
  }
  return [...groups.values()];
}

/** Every pending relationship, of one connection or of all, in the order of the outbox. */
export function readPendingIds(db: ReadableDb, connectionId: ConnectionId | null): RelationshipId[] {
  return all<{ id: RelationshipId }>(
    db,
    `SELECT i.relationship_id AS id FROM intent i
     WHERE :connectionId IS NULL OR i.connection_id = :connectionId ORDER BY ${order}`,
    { connectionId },
  ).map((row) => row.id);
}
