import type {
  ConnectionId,
  EntityId,
  PlannedRequest,
  RelationshipId,
  SyncPhase,
  SyncReport,
} from '../../src-preload/contract/model.ts';
import { toSecretWord } from '../../src-preload/contract/secret-words.ts';
import type { Remote } from './remote/remote.ts';
import type { Session } from './session.ts';
import { type ConnectionRow, readConnection, readConnections } from './store/connections.ts';
import { readEntityRow } from './store/entities.ts';
import { readIntents } from './store/intents.ts';
import type { Page } from './store/page.ts';
import { describePush } from './sync/describe-push.ts';
import { describeUnbegun, reportUnstarted, runSync, type SyncTask } from './sync/run.ts';
import { judgePush } from './workspace-place.ts';

const PROGRESS_EVERY_MS = 100;

/** Syncs one connection, or all side by side; the reports come in the order of the connections. */
export async function startSync(
  session: Session,
  connectionId: ConnectionId | null,
  task: SyncTask,
): Promise<SyncReport[]> {
  return await Promise.all(
    pick(session, connectionId, task.kind === 'sync' ? task.only : null).map((connection) =>
      syncOne(session, connection, task),
    ),
  );
}

/** All means all that are not paused; what the user picks by itself goes all the same. */
function pick(
  { db }: Session,
  connectionId: ConnectionId | null,
  only: readonly RelationshipId[] | null,
): ConnectionRow[] {
  if (connectionId !== null) return [readConnection(db(), connectionId)];
  const picked = new Set(only);
  const isPicked = ({ id }: ConnectionRow) =>
    only !== null && readIntents(db(), id).some(({ relationshipId }) => picked.has(relationshipId));
  return readConnections(db()).filter((connection) => connection.pausedAt === null || isPicked(connection));
}

/** Reads one entity's relationships from its remote now. */
export async function refreshEntity(session: Session, entityId: EntityId): Promise<SyncReport> {
  const { connectionId } = readEntityRow(session.db(), entityId);
  const connection = readConnection(session.db(), connectionId);
  return await syncOne(session, connection, { kind: 'refresh', entityId });
}

/** Syncs one connection without being asked, until `signal` aborts. Resolves with whether the run did all that it was to do. */
export async function syncByItself(
  session: Session,
  connectionId: ConnectionId,
  task: { readonly mode: 'both' | 'push'; readonly only: readonly RelationshipId[] | null },
  signal: AbortSignal,
): Promise<boolean> {
  const connection = readConnection(session.db(), connectionId);
  const report = await syncOne(session, connection, { kind: 'sync', ...task, automatic: true }, signal);
  return report.complete;
}

/** A connection whose key is not at hand stops no other: its report says so. */
async function syncOne(
  session: Session,
  connection: ConnectionRow,
  task: SyncTask,
  outer?: AbortSignal,
): Promise<SyncReport> {
  const remote = await session.remote(connection);
  try {
    const report =
      remote === null
        ? await session.writes.among(() => reportMissingKey(session, connection))
        : await session.schedule.run(
            connection.id,
            (signal) => runInTurn(session, connection, remote, task, signal),
            outer,
          );
    session.emit('sync:finished', report);
    return report;
  } finally {
    session.changed(...changedBySync);
  }
}

const changedBySync = [
  'connections',
  'entities',
  'relationships',
  'outbox',
  'conflicts',
  'held',
  'history',
  'workspace',
] as const;

function reportMissingKey({ db, ports }: Session, connection: ConnectionRow): SyncReport {
  const word = toSecretWord(connection);
  const next = word === 'key' ? 'Give it' : 'Sign in';
  return reportUnstarted(db(), connection, ports.clock.now().toISOString(), {
    code: 'needs-secret',
    message: `The ${word} of ${connection.name} is not at hand. ${next} again, then sync.`,
  });
}

/** While one writes alone not even a report is written; cancelled meanwhile, the run never begins. */
async function runInTurn(
  session: Session,
  connection: ConnectionRow,
  remote: Remote,
  task: SyncTask,
  signal: AbortSignal,
): Promise<SyncReport> {
  const run = () => runOne(session, connection, remote, task, signal);
  return await session.writes.among(run, signal).catch((error: unknown) => {
    if (error !== signal.reason) throw error;
    return describeUnbegun(session.db(), connection, session.ports.clock.now().toISOString());
  });
}

async function runOne(
  session: Session,
  { id }: ConnectionRow,
  remote: Remote,
  task: SyncTask,
  signal: AbortSignal,
): Promise<SyncReport> {
  session.changed('connections');
  try {
    const { clock, newId } = session.ports;
    const connection = readConnection(session.db(), id);
    const onProgress = createProgress(session, id);
    const asksToPush = task.kind === 'sync' && task.mode !== 'pull';
    const withheld = asksToPush ? judgePush(session) : null;
    const { random } = session.options;
    const focus = session.focus();
    return await runSync({
      db: session.db(),
      remote,
      clock,
      newId,
      connection,
      signal,
      task,
      withheld,
      random,
      focus,
      onProgress,
    });
  } finally {
    session.progress.delete(id);
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

/** What a push would send now, by connection. The page counts changes over all connections. */
export async function dryRun(
  session: Session,
  connectionId: ConnectionId | null,
  only: readonly RelationshipId[] | null,
  page: Page,
) {
  const rows: { connection: string; requests: PlannedRequest[] }[] = [];
  let total = 0;
  let { offset, limit } = page;
  for (const connection of pick(session, connectionId, only)) {
    const plan = await describeOne(session, connection, only, { offset, limit });
    rows.push({ connection: connection.name, requests: plan.requests });
    total += plan.total;
    limit -= Math.min(limit, Math.max(0, plan.total - offset));
    offset = Math.max(0, offset - plan.total);
  }
  return { total, rows };
}

async function describeOne(
  session: Session,
  connection: ConnectionRow,
  only: readonly RelationshipId[] | null,
  page: Page,
) {
  const remote = await session.remote(connection);
  if (remote === null) return { total: 0, requests: [] };
  return describePush({ db: session.db(), connectionId: connection.id, remote }, only, page);
}
