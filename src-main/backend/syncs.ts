import type {
  ConnectionId,
  EntityId,
  RelationshipId,
  SyncPhase,
  SyncReport,
} from '../../src-preload/contract/model.ts';
import type { Session } from './session.ts';
import { type ConnectionRow, readConnection, readConnections } from './store/connections.ts';
import { readEntityRow } from './store/entities.ts';
import { StoreError } from './store/errors.ts';
import { describePush } from './sync/push.ts';
import { runSync, type SyncTask } from './sync/run.ts';

const PROGRESS_EVERY_MS = 100;

/** Syncs one connection, or all side by side; the reports come in the order of the connections. */
export async function startSync(
  session: Session,
  connectionId: ConnectionId | null,
  task: SyncTask,
): Promise<SyncReport[]> {
  if (connectionId !== null)
    return [await syncOne(session, readConnection(session.db(), connectionId), task)];
  const connections = readConnections(session.db());
  return await Promise.all(connections.map((connection) => syncOrSay(session, connection, task)));
}

/** A connection whose key is not at hand stops no other. */
async function syncOrSay(session: Session, connection: ConnectionRow, task: SyncTask): Promise<SyncReport> {
  const isReady = (await session.remote(connection)) !== null;
  return isReady ? await syncOne(session, connection, task) : toUnstarted(session, connection);
}

function toUnstarted({ ports }: Session, { name }: ConnectionRow): SyncReport {
  const now = ports.clock.now().toISOString();
  const unchanged = { added: 0, updated: 0, removed: 0 };
  return {
    connection: name,
    complete: false,
    cancelled: false,
    startedAt: now,
    finishedAt: now,
    pulled: { entities: unchanged, relationships: unchanged },
    pushed: { created: 0, updated: 0, deleted: 0 },
    conflicts: 0,
    blocked: 0,
    parked: 0,
    held: 0,
    failed: [{ code: 'needs-secret', message: describeMissingKey(name) }],
    requests: [],
  };
}

function describeMissingKey(name: string): string {
  return `The key of ${name} is not at hand. Give it again, then sync.`;
}

function pick(session: Session, connectionId: ConnectionId | null): ConnectionRow[] {
  return connectionId === null ? readConnections(session.db()) : [readConnection(session.db(), connectionId)];
}

/** Reads one entity's relationships from its remote now. */
export async function refreshEntity(session: Session, entityId: EntityId): Promise<SyncReport> {
  const { connectionId } = readEntityRow(session.db(), entityId);
  const connection = readConnection(session.db(), connectionId);
  return await syncOne(session, connection, { kind: 'refresh', entityId });
}

async function syncOne(session: Session, connection: ConnectionRow, task: SyncTask): Promise<SyncReport> {
  const remote = await session.remote(connection);
  if (remote === null) {
    throw new StoreError('not-found', describeMissingKey(connection.name));
  }
  const report = session.schedule.run(connection.id, async (signal) => {
    session.changed('connections');
    try {
      const { clock } = session.ports;
      const fresh = readConnection(session.db(), connection.id);
      const onProgress = createProgress(session, connection.id);
      return await runSync({ db: session.db(), remote, clock, connection: fresh, signal, task, onProgress });
    } finally {
      session.progress.delete(connection.id);
    }
  });
  try {
    const finished = await report;
    session.emit('sync:finished', finished);
    return finished;
  } finally {
    session.changed(
      'connections',
      'entities',
      'relationships',
      'outbox',
      'conflicts',
      'held',
      'history',
      'workspace',
    );
  }
}

/** Tells of progress a few times a second, and of every new phase at once. */
function createProgress(session: Session, connectionId: ConnectionId) {
  let toldAt = 0;
  let toldPhase: SyncPhase | null = null;
  return (phase: SyncPhase, done: number, total: number | null) => {
    const progress = { connectionId, phase, done, total };
    session.progress.set(connectionId, progress);
    const now = session.ports.clock.now().getTime();
    if (phase === toldPhase && Math.abs(now - toldAt) < PROGRESS_EVERY_MS) return;
    if (phase === 'relationships' && toldPhase === 'entities') session.changed('entities', 'workspace');
    toldAt = now;
    toldPhase = phase;
    session.emit('sync:progressed', progress);
  };
}

/** What a push would send now, by connection. */
export async function dryRun(
  session: Session,
  connectionId: ConnectionId | null,
  only: readonly RelationshipId[] | null,
) {
  return await Promise.all(
    pick(session, connectionId).map(async (connection) => {
      const remote = await session.remote(connection);
      const requests =
        remote === null ? [] : describePush({ db: session.db(), connectionId: connection.id, remote }, only);
      return { connection: connection.name, requests };
    }),
  );
}
