import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { ConnectionId, Failure, RemoteName } from '../../../src-preload/contract/model.ts';
import { StoreError } from './errors.ts';
import { all, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** One configured account on a remote. `rate` is in requests per second. */
export interface ConnectionRow {
  readonly id: ConnectionId;
  readonly name: string;
  readonly remote: RemoteName;
  readonly url: string;
  readonly scope: string;
  readonly secretReference: string | null;
  readonly identity: string | null;
  readonly rate: number;
  readonly lastSyncedAt: string | null;
  readonly offlineSince: string | null;
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  /** When a create of this connection was first confirmed; null as long as none was. */
  readonly createConfirmedAt: string | null;
  /** Why the server cannot write relationships, as it showed; null as long as it has not. */
  readonly readOnlyReason: string | null;
}

const columns = `id, name, remote, url, scope, secret_reference AS secretReference, identity, rate,
  last_synced_at AS lastSyncedAt, offline_since AS offlineSince,
  failure_code AS failureCode, failure_message AS failureMessage,
  create_confirmed_at AS createConfirmedAt, read_only_reason AS readOnlyReason`;

/** All connections to remotes, in the order they were made. */
export function readConnections(db: ReadableDb): ConnectionRow[] {
  return all(db, `SELECT ${columns} FROM connection WHERE remote <> 'local' ORDER BY id`);
}

export function readConnection(db: ReadableDb, id: ConnectionId): ConnectionRow {
  const row = first<ConnectionRow>(db, `SELECT ${columns} FROM connection WHERE id = :id`, { id });
  if (row === undefined) throw new StoreError('not-found', `There is no connection ${id}.`);
  return row;
}

export function findConnection(db: ReadableDb, name: string): ConnectionRow | undefined {
  return first(db, `SELECT ${columns} FROM connection WHERE name = :name`, { name });
}

export interface NewConnection {
  readonly name: string;
  readonly remote: string;
  readonly url: string;
  readonly scope: string;
  readonly secretReference: string;
  readonly identity: string;
  readonly rate: number;
  readonly now: string;
}

export function saveConnection(db: WritableDb, connection: NewConnection): ConnectionId {
  const result = run(
    db,
    `INSERT INTO connection (name, remote, url, scope, secret_reference, identity, rate, created_at)
     VALUES (:name, :remote, :url, :scope, :secretReference, :identity, :rate, :now)`,
    { ...connection },
  );
  return Number(result.lastInsertRowid) as ConnectionId; // made by this insert
}

/** A connection found again elsewhere or with another secret; its copies and intents stay. */
export function updateConnectionAccess(
  db: WritableDb,
  id: ConnectionId,
  access: { readonly url: string; readonly secretReference: string; readonly identity: string },
): void {
  run(
    db,
    `UPDATE connection SET url = :url, secret_reference = :secretReference, identity = :identity,
       failure_code = NULL, failure_message = NULL, offline_since = NULL, read_only_reason = NULL WHERE id = :id`,
    { id, ...access },
  );
}

/** A create was confirmed: the server can do it, whatever it showed before. */
export function saveCreateConfirmed(db: WritableDb, id: ConnectionId, now: string): void {
  run(
    db,
    `UPDATE connection SET create_confirmed_at = COALESCE(create_confirmed_at, :now), read_only_reason = NULL
     WHERE id = :id AND (create_confirmed_at IS NULL OR read_only_reason IS NOT NULL)`,
    { id, now },
  );
}

/** The server showed that it cannot write relationships. */
export function saveReadOnlyReason(db: WritableDb, id: ConnectionId, reason: string): void {
  run(db, 'UPDATE connection SET read_only_reason = :reason WHERE id = :id', { id, reason });
}

/** What the account can do, as the remote told it. */
export function saveCapabilities(db: WritableDb, id: ConnectionId, capabilities: Capabilities): void {
  run(db, 'UPDATE connection SET capabilities = :told WHERE id = :id AND capabilities IS NOT :told', {
    id,
    told: JSON.stringify(capabilities),
  });
}

/** What the remote last told, over what is known of every account of its kind. */
export function readCapabilities(db: ReadableDb, id: ConnectionId, known: Capabilities): Capabilities {
  const row = first<{ told: string | null }>(
    db,
    'SELECT capabilities AS told FROM connection WHERE id = :id',
    {
      id,
    },
  );
  if (row === undefined || row.told === null) return known;
  return { ...known, ...(JSON.parse(row.told) as Partial<Capabilities>) }; // written by saveCapabilities, perhaps of an older Weft
}

/** Records how a sync of the connection ended. `offlineSince` keeps the first moment of an outage. */
export function saveConnectionOutcome(
  db: WritableDb,
  id: ConnectionId,
  outcome: {
    readonly now: string;
    readonly complete: boolean;
    readonly offline: boolean;
    readonly failure: Failure | null;
  },
): void {
  run(
    db,
    `UPDATE connection SET
       last_synced_at = CASE WHEN :complete = 1 THEN :now ELSE last_synced_at END,
       offline_since = CASE WHEN :offline = 1 THEN COALESCE(offline_since, :now) ELSE NULL END,
       failure_code = :code, failure_message = :message
     WHERE id = :id`,
    {
      id,
      now: outcome.now,
      complete: outcome.complete ? 1 : 0,
      offline: outcome.offline ? 1 : 0,
      code: outcome.failure?.code ?? null,
      message: outcome.failure?.message ?? null,
    },
  );
}
