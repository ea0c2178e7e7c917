import type { ConnectionId } from '../../src-preload/contract/model.ts';
import { isOffline, RemoteError } from './remote/errors.ts';
import type { Session } from './session.ts';
import { type ConnectionRow, readConnection, readConnections } from './store/connections.ts';
import { forgetFailures, readEdits, readNextAttempt } from './store/retries.ts';
import { noteVersion, readSyncSettings } from './store/settings.ts';
import { type AutoSync, createAutoSync } from './sync/auto-sync.ts';
import { syncByItself } from './syncs.ts';

/** What a person must put right before anything is asked again. */
const needsPerson: ReadonlySet<string> = new Set([
  'unauthorised',
  'sign-in-expired',
  'identity-changed',
  'insecure-url',
  'needs-secret',
]);

/** Whether a connection may sync without being asked. */
function maySyncByItself({ secretReference, failureCode, pausedAt }: ConnectionRow): boolean {
  return (
    pausedAt === null && secretReference !== null && (failureCode === null || !needsPerson.has(failureCode))
  );
}

/** Syncs of the open workspace that nobody asks for; where they are switched off, nothing ever happens. */
export function createAutomation(session: Session): AutoSync {
  const { options } = session;
  const auto = createAutoSync({
    clock: session.ports.clock,
    random: options.random,
    settings: () => readSyncSettings(session.db()),
    connections: () =>
      readConnections(session.db())
        .filter(maySyncByItself)
        .map((connection) => ({
          ...connection,
          nextAttemptAt: readNextAttempt(session.db(), connection.id),
        })),
    edits: (id, since) => readEdits(session.db(), id, since),
    isRunning: (id) => session.schedule.isRunning(id),
    probe: (id, signal) => probe(session, id, signal),
    sync: (id, task, signal) => syncByItself(session, id, task, signal),
    tell: (id, nextSyncAt) => {
      if (nextSyncAt === null) session.nextSyncs.delete(id);
      else session.nextSyncs.set(id, nextSyncAt);
      session.emit('sync:scheduled', { connectionId: id, nextSyncAt });
    },
    fail: (error) =>
      session.ports.log(
        `syncing by itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      ),
  });
  return {
    ...auto,
    start: () => {
      if (session.workspace() === null) return;
      noteOpened(session);
      if (options.automatic) auto.start();
    },
  };
}

/** Another version of the app may do what the last one could not: what had failed is due again. */
function noteOpened({ options, db }: Session): void {
  if (options.version !== null && noteVersion(db(), options.version)) forgetFailures(db(), null);
}

/** Whatever it says, it is there: the sync that follows finds out what is wrong and reports it. */
function isAnswer(error: unknown): boolean {
  return error instanceof RemoteError && !isOffline(error) && error.kind !== 'cancelled';
}

async function probe(session: Session, id: ConnectionId, signal: AbortSignal): Promise<boolean> {
  const remote = await session.remote(readConnection(session.db(), id));
  if (remote === null) return false;
  return await remote.identify(signal).then(() => true, isAnswer);
}
