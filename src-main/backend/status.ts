import { basename } from 'node:path';
import type { ConnectionStatus, WorkspaceStatus } from '../../src-preload/contract/model.ts';
import { describeNext } from './commands/undo.ts';
import { must } from './must.ts';
import type { Session } from './session.ts';
import { countConflicts } from './store/conflicts.ts';
import { type ConnectionRow, readConnections } from './store/connections.ts';
import { readKindCounts } from './store/entities.ts';
import { countHeld } from './store/held-removals.ts';
import { countPending } from './store/intents.ts';
import { countRelationships } from './store/relationships.ts';
import { readTypeNames } from './store/types.ts';
import { readWorkspacePlace } from './workspace-place.ts';

/** Everything the shell of the window shows of the open workspace. */
export async function readWorkspaceStatus(session: Session): Promise<WorkspaceStatus> {
  const db = session.db();
  const { path } = must(session.workspace(), 'the open workspace');
  const connections = await Promise.all(
    readConnections(db).map((connection) => toConnectionStatus(session, connection)),
  );
  const kinds = readKindCounts(db);
  return {
    path,
    name: basename(path).replace(/\.weft$/, ''),
    place: readWorkspacePlace(session),
    damage: [...session.damage],
    entityCount: kinds.reduce((sum, { count }) => sum + count, 0),
    relationshipCount: countRelationships(db),
    pendingCount: countPending(db),
    conflictCount: countConflicts(db),
    heldCount: countHeld(db),
    kinds,
    types: readTypeNames(db),
    connections,
    undo: describeNext(db, 'undo'),
    redo: describeNext(db, 'redo'),
  };
}

export async function toConnectionStatus(
  session: Session,
  connection: ConnectionRow,
): Promise<ConnectionStatus> {
  const { id, name, remote, url, scope, rate, options, offlineSince, lastSyncedAt, pausedAt } = connection;
  const state = await toState(session, connection); // makes the remote, by which the end of a sign-in is known
  const { failureCode: code, failureMessage: message } = connection;
  return {
    id,
    name,
    remote,
    url,
    scope,
    rate,
    options,
    state,
    signInExpiresAt: session.signInExpiresAt(id),
    offlineSince,
    lastSyncedAt,
    nextSyncAt: session.nextSyncs.get(id) ?? null,
    limitedUntil: toFuture(session, connection.limitedUntil),
    lastFailure: code === null || message === null ? null : { code, message },
    pausedSince: pausedAt,
    pendingCount: countPending(session.db(), id),
    conflictCount: countConflicts(session.db(), id),
    heldCount: countHeld(session.db(), id),
    progress: session.progress.get(id) ?? null,
  };
}

function toFuture({ ports }: Session, moment: string | null): string | null {
  return moment !== null && moment > ports.clock.now().toISOString() ? moment : null;
}

async function toState(session: Session, connection: ConnectionRow): Promise<ConnectionStatus['state']> {
  if (session.schedule.isRunning(connection.id)) return 'syncing';
  if (connection.pausedAt !== null) return 'paused';
  if ((await session.remote(connection)) === null) return 'needs-secret';
  if (connection.offlineSince !== null) return 'offline';
  if (connection.failureCode !== null) return 'failing';
  return connection.lastSyncedAt === null ? 'never-synced' : 'ready';
}
