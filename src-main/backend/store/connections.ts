import { z } from 'zod';
import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { ConnectionId, Failure, RemoteName } from '../../../src-preload/contract/model.ts';
import { StoreError } from './errors.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';

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
  /** Whom the key spoke for when it was last asked; null before that. */
  readonly identityLabel: string | null;
  /** Since when it is left out of syncs of everything. */
  readonly pausedAt: string | null;
  /** Since when everything must be read before anything is sent, because another identity or place was taken over. */
  readonly rebaseSince: string | null;
  /** What is set for this remote beside the address; no secret. */
  readonly options: ConnectionOptions;
  /** The remote asked to be left in peace until then. */
  readonly limitedUntil: string | null;
}

export type ConnectionOptions = Readonly<Record<string, string>>;

/** The options as the file keeps them. */
export function parseOptions(stored: string): ConnectionOptions {
  return Options.parse(JSON.parse(stored));
}

type StoredRow = Omit<ConnectionRow, 'options'> & { readonly options: string };

const Options = z.record(z.string(), z.string());

const columns = `id, name, remote, url, scope, secret_reference AS secretReference, identity, rate,
  last_synced_at AS lastSyncedAt, offline_since AS offlineSince,
  failure_code AS failureCode, failure_message AS failureMessage,
  create_confirmed_at AS createConfirmedAt, read_only_reason AS readOnlyReason, options,
  identity_label AS identityLabel, paused_at AS pausedAt, rebase_since AS rebaseSince,
  limited_until AS limitedUntil`;

/** Of one connection or all: when the one that was read longest ago was read to its end; null if one never was. */
export function readSyncedAsOf(db: ReadableDb, connectionId: ConnectionId | null): string | null {
  const row = first<{ asOf: string | null; unread: number | null }>(
    db,
    `SELECT MIN(last_synced_at) AS asOf, SUM(last_synced_at IS NULL) AS unread FROM connection
     WHERE remote <> 'local' AND removed_at IS NULL AND (:connectionId IS NULL OR id = :connectionId)`,
    { connectionId },
  );
  return row === undefined || (row.unread ?? 0) > 0 ? null : row.asOf;
}

function toRow(stored: StoredRow): ConnectionRow {
  return { ...stored, options: parseOptions(stored.options) };
}

/** All connections to remotes, in the order they were made. */
export function readConnections(db: ReadableDb): ConnectionRow[] {
  return all<StoredRow>(
    db,
    `SELECT ${columns} FROM connection WHERE remote <> 'local' AND removed_at IS NULL ORDER BY id`,
  ).map(toRow);
}

export function readConnection(db: ReadableDb, id: ConnectionId): ConnectionRow {
  const row = first<StoredRow & { removedAt: string | null }>(
    db,
    `SELECT ${columns}, removed_at AS removedAt FROM connection WHERE id = :id`,
    { id },
  );
  if (row === undefined) throw new StoreError('not-found', `There is no connection ${id}.`);
  const { removedAt, ...connection } = row;
  if (removedAt !== null) {
    throw new StoreError('not-found', `The connection ${connection.name} is not in this workspace any more.`);
  }
  return toRow(connection);
}

export function findConnection(db: ReadableDb, name: string): ConnectionRow | undefined {
  const row = first<StoredRow>(
    db,
    `SELECT ${columns} FROM connection WHERE name = :name AND removed_at IS NULL`,
    { name },
  );
  return row === undefined ? undefined : toRow(row);
}

/** Whether another connection, perhaps one that was removed and still names archived copies, has the name. */
export function isNameTaken(db: ReadableDb, name: string, besides: ConnectionId | null): boolean {
  const sql = 'SELECT COUNT(*) FROM connection WHERE name = :name AND id IS NOT :besides';
  return count(db, sql, { name, besides }) > 0;
}

export interface NewConnection {
  readonly name: string;
  readonly remote: string;
  readonly url: string;
  readonly scope: string;
  readonly secretReference: string;
  readonly identity: string;
  readonly rate: number;
  /** None where the remote has none. */
  readonly options?: ConnectionOptions;
  readonly now: string;
}

export function saveConnection(db: WritableDb, connection: NewConnection): ConnectionId {
  const result = run(
    db,
    `INSERT INTO connection (name, remote, url, scope, secret_reference, identity, rate, options, created_at)
     VALUES (:name, :remote, :url, :scope, :secretReference, :identity, :rate, :options, :now)`,
    { ...connection, options: JSON.stringify(connection.options ?? {}) },
  );
  return Number(result.lastInsertRowid) as ConnectionId; // made by this insert
}

/** How a connection is reached, and whom its key speaks for there. */
export interface ConnectionAccess {
  readonly url: string;
  readonly secretReference: string | null;
  readonly identity: string;
  readonly identityLabel: string;
  readonly options: ConnectionOptions;
  /** When another identity or place was taken over, so that everything is read before anything is sent. */
  readonly rebaseSince: string | null;
}

/** A connection found again elsewhere or with another secret; its copies and intents stay. */
export function updateConnectionAccess(db: WritableDb, id: ConnectionId, access: ConnectionAccess): void {
  run(
    db,
    `UPDATE connection SET url = :url, secret_reference = :secretReference, identity = :identity,
       options = :options, identity_label = :identityLabel, rebase_since = COALESCE(:rebaseSince, rebase_since),
       failure_code = NULL, failure_message = NULL, offline_since = NULL, read_only_reason = NULL,
       limited_until = NULL WHERE id = :id`,
    { id, ...access, options: JSON.stringify(access.options) },
  );
}

/** What was begun to be read as someone else, or elsewhere, is begun anew. */
export function dropOpenSweeps(db: WritableDb, id: ConnectionId): void {
  run(db, 'DELETE FROM sweep WHERE connection_id = :id AND finished_at IS NULL', { id });
}

/** Everything was read since another identity or place was taken over: what is pending may be sent. */
export function saveRebased(db: WritableDb, id: ConnectionId): void {
  run(db, 'UPDATE connection SET rebase_since = NULL WHERE id = :id', { id });
}

export function saveIdentityLabel(db: WritableDb, id: ConnectionId, label: string): void {
  run(db, 'UPDATE connection SET identity_label = :label WHERE id = :id AND identity_label IS NOT :label', {
    id,
    label,
  });
}

/** Whom a key spoke for before someone else was found: in the remote's words where these tell the two apart. */
export function toFormerIdentity({ identityLabel }: ConnectionRow, found: string): string {
  return identityLabel === null || identityLabel === found ? 'someone else' : `“${identityLabel}”`;
}

export function renameConnection(db: WritableDb, id: ConnectionId, name: string): void {
  run(db, 'UPDATE connection SET name = :name WHERE id = :id', { id, name });
}

/** Leaves a connection out of syncs of everything from a moment on; null takes it in again. */
export function savePausedAt(db: WritableDb, id: ConnectionId, pausedAt: string | null): void {
  run(db, 'UPDATE connection SET paused_at = :pausedAt WHERE id = :id', { id, pausedAt });
}

/** The keychain keeps the secret under another reference from now on. */
export function saveSecretReference(db: WritableDb, id: ConnectionId, reference: string): void {
  run(db, 'UPDATE connection SET secret_reference = :reference WHERE id = :id', { id, reference });
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

/** What the remote was found to bear, in requests per second. */
export function saveConnectionRate(db: WritableDb, id: ConnectionId, rate: number): void {
  run(db, 'UPDATE connection SET rate = :rate WHERE id = :id', { id, rate });
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

/**
 * Until when the account of these connections is left in peace. `before` is what was known when the run began: only that
 * is over when there is no limit any more, not one that another run was told meanwhile.
 */
export function saveLimit(
  db: WritableDb,
  ids: readonly ConnectionId[],
  { until, before }: { readonly until: string | null; readonly before: string | null },
): void {
  if (until === before) return; // nothing new is known
  run(
    db,
    `UPDATE connection SET limited_until = :until
     WHERE id IN (SELECT value FROM json_each(:ids)) AND (:until IS NOT NULL OR limited_until IS :before)`,
    { ids: JSON.stringify(ids), until, before },
  );
}
