import type {
  ConnectionId,
  ConnectionLoss,
  RelationshipId,
  RemoteName,
} from '../../../src-preload/contract/model.ts';
import { countConflicts } from './conflicts.ts';
import { type ConnectionOptions, type NewConnection, parseOptions } from './connections.ts';
import { countHeld } from './held-removals.ts';
import { countPending } from './intents.ts';
import { countBase } from './relationships.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** Everything user-made that can point at an entity: such an entity never vanishes. */
const pointedAt = `SELECT source_id FROM local_relationship UNION SELECT target_id FROM local_relationship
  UNION SELECT entity_id FROM entity_alias UNION SELECT same_as_id FROM entity_alias
  UNION SELECT entity_id FROM view_position`;
const doomed = `SELECT id FROM entity WHERE connection_id = :id AND id NOT IN (${pointedAt})`;
const ownRelationships = `SELECT id FROM relationship WHERE connection_id = :id
  UNION SELECT relationship_id FROM intent WHERE connection_id = :id`;

/** What a removal of the connection would take out of the workspace, and what it would leave. */
export function readLoss(db: ReadableDb, id: ConnectionId): ConnectionLoss {
  const keptEntities = count(
    db,
    `SELECT COUNT(*) FROM entity WHERE connection_id = :id AND id IN (${pointedAt})`,
    { id },
  );
  return {
    pending: countPending(db, id),
    conflicts: countConflicts(db, id),
    held: countHeld(db, id),
    marks: readMarked(db, id).length,
    relationships: countBase(db, id),
    entities: count(db, 'SELECT COUNT(*) FROM entity WHERE connection_id = :id', { id }) - keptEntities,
    keptEntities,
    undoable: count(db, `SELECT COUNT(*) FROM history WHERE ${undoable}`, { id }),
  };
}

/** The connection's relationships that the user gave a type of their own. */
export function readMarked(db: ReadableDb, id: ConnectionId): RelationshipId[] {
  const sql = `SELECT relationship_id AS marked FROM type_mark WHERE relationship_id IN (${ownRelationships})`;
  return all<{ marked: RelationshipId }>(db, sql, { id }).map(({ marked }) => marked);
}

/** Commands that could not be undone or redone without what is removed. */
const undoable = `state IN ('done', 'undone') AND id IN (SELECT history_id FROM history_change
  WHERE connection_id = :id OR source_id IN (${doomed}) OR target_id IN (${doomed}))`;

/**
 * Takes a connection and its copies out of the workspace. Entities that something user-made points at stay as archived
 * copies under the connection's new name, which says that it is removed; reports and history stay readable.
 * The secret's reference stays until `forgetSecretReference`, so that the secret is forgotten even after a crash.
 */
export function removeCopies(db: WritableDb, id: ConnectionId, now: string): void {
  const steps = [
    // what took an import back is no step of it from now on: those alone are recorded and name another entry
    `UPDATE history SET state = CASE state WHEN 'done' THEN 'recorded' ELSE 'superseded' END,
       reverts = CASE state WHEN 'done' THEN NULL ELSE reverts END WHERE ${undoable}`,
    `DELETE FROM type_mark WHERE relationship_id IN (${ownRelationships})`,
    `DELETE FROM conflict WHERE relationship_id IN (${ownRelationships})`,
    'DELETE FROM provenance WHERE connection_id = :id',
    'DELETE FROM intent WHERE connection_id = :id',
    'DELETE FROM feed WHERE connection_id = :id',
    'DELETE FROM feed_missing WHERE connection_id = :id',
    'DELETE FROM relationship WHERE connection_id = :id',
    'DELETE FROM held_removal WHERE connection_id = :id',
    'DELETE FROM sweep WHERE connection_id = :id',
    'DELETE FROM sync_run WHERE connection_id = :id',
    'DELETE FROM listing WHERE entity_id IN (SELECT id FROM entity WHERE connection_id = :id)',
    `DELETE FROM entity_search WHERE rowid IN (${doomed})`,
    `DELETE FROM entity WHERE id IN (${doomed})`,
    'UPDATE entity SET archived = 1, seen_sweep = NULL WHERE connection_id = :id',
  ];
  for (const sql of steps) run(db, sql, { id });
  run(
    db,
    `UPDATE connection SET name = :name, removed_at = :now, identity = NULL, identity_label = NULL, paused_at = NULL,
       failure_code = NULL, failure_message = NULL, offline_since = NULL WHERE id = :id`,
    { id, now, name: toRemovedName(db, id) },
  );
}

/** The name of a removed connection: a new connection may have its old one. */
function toRemovedName(db: ReadableDb, id: ConnectionId): string {
  const name = first<{ name: string }>(db, 'SELECT name FROM connection WHERE id = :id', { id })?.name ?? '';
  const isFree = (candidate: string) =>
    count(db, 'SELECT COUNT(*) FROM connection WHERE name = :candidate', { candidate }) === 0;
  for (let number = 1; ; number += 1) {
    const candidate = `${name} (removed${number === 1 ? '' : ` ${number}`})`;
    if (isFree(candidate)) return candidate;
  }
}

/** A secret that outlived its connection, and what it takes to sign out with it. */
export interface OrphanedSecret {
  readonly id: ConnectionId;
  readonly remote: Exclude<RemoteName, 'local'>;
  readonly url: string;
  readonly options: ConnectionOptions;
  readonly reference: string;
}

/** Secrets of removed connections that were not forgotten yet. */
export function readOrphanedSecrets(db: ReadableDb): OrphanedSecret[] {
  return all<{ options: string } & Omit<OrphanedSecret, 'options'>>(
    db,
    `SELECT id, remote, url, options, secret_reference AS reference FROM connection
     WHERE removed_at IS NOT NULL AND secret_reference IS NOT NULL AND remote <> 'local'`,
  ).map(({ options, ...row }) => ({ ...row, options: parseOptions(options) }));
}

/** The keychain has forgotten the secret of a removed connection. */
export function forgetSecretReference(db: WritableDb, id: ConnectionId): void {
  run(db, 'UPDATE connection SET secret_reference = NULL WHERE id = :id AND removed_at IS NOT NULL', { id });
}

/**
 * Takes a removed connection in again where the same account is connected at the same place, so that what points at
 * its archived copies points at living ones. Answers undefined where there is none.
 */
export function reviveConnection(db: WritableDb, connection: NewConnection): ConnectionId | undefined {
  const { remote, scope, url } = connection;
  const removed = first<{ id: ConnectionId }>(
    db,
    `SELECT id FROM connection WHERE removed_at IS NOT NULL AND remote = :remote AND scope = :scope AND url = :url
     ORDER BY id DESC LIMIT 1`,
    { remote, scope, url },
  );
  if (removed === undefined) return undefined;
  run(
    db,
    `UPDATE connection SET name = :name, remote = :remote, url = :url, scope = :scope, identity = :identity,
       secret_reference = :secretReference, rate = :rate, options = :options, created_at = :now, removed_at = NULL, rebase_since = NULL,
       last_synced_at = NULL, create_confirmed_at = NULL, read_only_reason = NULL WHERE id = :id`,
    { id: removed.id, ...connection, options: JSON.stringify(connection.options ?? {}) },
  );
  return removed.id;
}
