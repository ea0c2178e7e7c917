import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type {
  EntityId,
  Failure,
  RelationshipId,
  SyncPhase,
  SyncReport,
} from '../../../src-preload/contract/model.ts';
import { toSecretWord } from '../../../src-preload/contract/secret-words.ts';
import type { Clock } from '../ports.ts';
import { isOffline, RemoteError } from '../remote/errors.ts';
import type { Remote } from '../remote/remote.ts';
import { readAccountIds } from '../store/accounts.ts';
import {
  type ConnectionRow,
  readCapabilities,
  readConnection,
  saveCapabilities,
  saveConnectionOutcome,
  saveIdentityLabel,
  saveLimit,
  saveRebased,
  toFormerIdentity,
} from '../store/connections.ts';
import { markRemoved, readEntityRow } from '../store/entities.ts';
import { closeInterrupted, finishSyncEntry } from '../store/history-of-syncs.ts';
import { countPending } from '../store/intents.ts';
import { countBase } from '../store/relationships.ts';
import { saveReport } from '../store/reports.ts';
import { forgetFailures } from '../store/retries.ts';
import { type ReadableDb, transaction, type WritableDb } from '../store/sql.ts';
import { dropOpenSweep, findOpenSweep, finishSweep, openSweep } from '../store/sweeps.ts';
import { removeRun } from '../store/sync-runs.ts';
import {
  createTally,
  endsRun,
  noteFailure,
  nowOf,
  type SyncContext,
  type Tally,
  toFailure,
} from './context.ts';
import { recordRun, reportCutOff } from './cut-off.ts';
import { toGoingOn } from './going-on.ts';
import { listOne } from './list-relationships.ts';
import { createLivenessMemory } from './liveness.ts';
import { openConflicts } from './open-conflicts.ts';
import { describeOutlook } from './outlook.ts';
import { assertSameIdentity } from './prove-absence.ts';
import { pullEntities } from './pull-entities.ts';
import { pullFeed } from './pull-feed.ts';
import { pullRelationships, removeMissingRelationships } from './pull-relationships.ts';
import { pushIntents } from './push.ts';
import { toReport } from './report.ts';
import { nothingUnconfirmed } from './unconfirmed.ts';

/** What to do in a run: push what waits, sweep the remote, or read one entity's relationships. */
export type SyncTask =
  | {
      readonly kind: 'sync';
      readonly mode: 'both' | 'pull' | 'push';
      readonly only: readonly RelationshipId[] | null;
      /** Whether nobody asked for it: what is not due yet stays, and naming a relationship is no decision. */
      readonly automatic?: boolean;
    }
  | { readonly kind: 'refresh'; readonly entityId: EntityId };

export interface RunOptions {
  readonly db: WritableDb;
  readonly remote: Remote;
  readonly clock: Clock;
  /** A new random UUID each time. */
  readonly newId: () => string;
  readonly connection: ConnectionRow;
  readonly signal: AbortSignal;
  readonly task: SyncTask;
  /** Why nothing may be pushed now; null where it may. */
  readonly withheld: Failure | null;
  /** A number from 0 up to 1; the system's where it is left out. */
  readonly random?: () => number;
  /** What is on screen, to be read first. */
  readonly focus?: readonly EntityId[];
  readonly onProgress: (phase: SyncPhase, done: number, total: number | null) => void;
}

/**
 * One sync of one connection. Never throws for what a remote does: that is the report's `failed`.
 * What was confirmed on the way stays, however the run ends; what was only answered is asked after by the next.
 */
export async function runSync(options: RunOptions): Promise<SyncReport> {
  const startedAt = options.clock.now().toISOString();
  const tally = createTally();
  const end = { error: null as unknown, reached: false };
  reportCutOff(options.db, options.connection.id);
  closeInterrupted(options.db, options.connection.id);
  const recordDone = recordRun(options.db, options.connection.id, tally, options.clock);
  try {
    const context = await openContext(options, tally, recordDone);
    end.reached = true;
    await perform(context, options);
  } catch (thrown) {
    end.error = thrown;
    noteFailure({ tally }, toFailure(thrown));
  }
  return conclude(options, tally, startedAt, end);
}

/** Nothing is read or sent before the key is known to speak for the same identity as ever. */
async function openContext(options: RunOptions, tally: Tally, recordDone: () => void): Promise<SyncContext> {
  const { db, remote, clock, newId, connection, signal, task, random = Math.random, focus = [] } = options;
  options.onProgress('identify', 0, null);
  const { fingerprint, label } = await remote.identify(signal);
  if (connection.identity !== null && connection.identity !== fingerprint) {
    throw new RemoteError('identity-changed', describeOther(connection, label));
  }
  saveIdentityLabel(db, connection.id, label);
  return {
    db,
    remote,
    clock,
    random,
    automatic: task.kind === 'sync' && task.automatic === true,
    focus,
    connectionId: connection.id,
    fingerprint,
    capabilities: await learnCapabilities(options, tally),
    liveness: createLivenessMemory(remote, signal),
    additions: new Map(),
    unconfirmed: nothingUnconfirmed(),
    newId,
    signal,
    tally,
    recordDone,
    progress: options.onProgress,
  };
}

function describeOther(connection: ConnectionRow, label: string): string {
  const before = toFormerIdentity(connection, label);
  const word = toSecretWord(connection);
  const former = word === 'key' ? 'Give it its former key' : 'Sign in as before';
  return (
    `The ${word} of ${connection.name} speaks for “${label}” now; before, it spoke for ${before}. Nothing was read, sent or changed. ` +
    `${former}, take the new identity over, or connect it as a new connection.`
  );
}

/** What cannot be told now is as it was told last. */
async function learnCapabilities(options: RunOptions, tally: Tally): Promise<Capabilities> {
  const { db, remote, connection, signal } = options;
  try {
    const capabilities = await remote.fetchCapabilities(signal);
    saveCapabilities(db, connection.id, capabilities);
    return capabilities;
  } catch (error) {
    if (endsRun(error)) throw error;
    noteFailure({ tally }, toFailure(error));
    return readCapabilities(db, connection.id, remote.capabilities);
  }
}

async function perform(context: SyncContext, { task, withheld }: RunOptions): Promise<void> {
  if (task.kind === 'refresh') {
    await refreshEntity(context, task.entityId);
    return;
  }
  const { rebaseSince } = readConnection(context.db, context.connectionId);
  if (rebaseSince !== null && !(await rebase(context, task.mode))) return;
  await pushIntents(context, { mode: task.mode, only: task.only, isWithheld: withheld !== null });
  if (task.mode !== 'push' && rebaseSince === null) await sweep(context);
  openConflicts(context);
}

/** Another identity or place may see other things: base is read anew, once and whole, before anything is sent. */
async function rebase(context: SyncContext, mode: 'both' | 'pull' | 'push'): Promise<boolean> {
  if (mode === 'push') {
    noteFailure(context, {
      code: 'pull-first',
      message:
        'Another identity or address was taken over, so everything is read once before anything is sent. ' +
        'Sync without “push only”.',
    });
    return false;
  }
  await sweep(context, true);
  openConflicts(context);
  if (!context.tally.complete) return false;
  saveRebased(context.db, context.connectionId);
  return true;
}

/** Everything is read; by itself, and in a first pull, it goes on where it was interrupted. */
async function sweep(context: SyncContext, isAnew = false): Promise<void> {
  const { db, connectionId } = context;
  const open = isAnew ? undefined : findOpenSweep(db, connectionId);
  const goesOn =
    open === undefined ? null : toGoingOn(open, { now: context.clock.now(), automatic: context.automatic });
  const row = goesOn ?? { ...openSweep(db, connectionId, nowOf(context)), readKinds: [] };
  await pullEntities(context, row);
  if (context.remote.feed === null) await pullRelationships(context, row.id);
  else await pullFeed(context, context.remote.feed);
  finishSweep(db, row.id, nowOf(context));
}

/** Both directions of one entity, read now. */
async function refreshEntity(context: SyncContext, entityId: EntityId): Promise<void> {
  const entity = readEntityRow(context.db, entityId);
  if ((await context.liveness.ask(entity)) === 'gone') {
    await assertSameIdentity(context);
    transaction(context.db, () => {
      if (markRemoved(context.db, entityId, nowOf(context))) context.tally.entities.removed += 1;
      context.recordDone();
    });
    return;
  }
  const total = countBase(context.db, context.connectionId);
  const outgoing = await listOne(context, entity, 'outgoing', null);
  const incoming = context.capabilities.directed
    ? (await listOne(context, entity, 'incoming', null)).missing
    : [];
  await removeMissingRelationships(context, [...outgoing.missing, ...incoming], total);
}

/** How a run ended. `reached` says whether the remote was heard of at all. */
interface End {
  readonly error: unknown;
  readonly reached: boolean;
}

function conclude(options: RunOptions, tally: Tally, startedAt: string, end: End): SyncReport {
  const { db, connection, task } = options;
  const finishedAt = options.clock.now().toISOString();
  const limitedUntil = toLimit(options, end);
  const cancelled = isCancelled(end);
  const outlook = describeOutlook({
    cancelled,
    complete: tally.complete,
    endedBy: end.error instanceof RemoteError ? end.error.kind : null,
    pending: countPending(db, connection.id),
    limitedUntil,
  });
  const { withheld } = options;
  const report = toReport(db, connection, tally, { startedAt, finishedAt, cancelled, withheld, outlook });
  transaction(db, () => {
    saveReport(db, connection.id, report);
    removeRun(db, connection.id);
    saveConnectionOutcome(db, connection.id, {
      now: finishedAt,
      complete: tally.complete && task.kind === 'sync' && task.mode !== 'push',
      ...toTrouble(connection, tally, end),
    });
    saveLimit(db, readAccountIds(db, connection), { until: limitedUntil, before: connection.limitedUntil });
    if (isAway(end)) forgetFailures(db, connection.id);
    if (isOtherIdentity(end)) dropOpenSweep(db, connection.id);
    finishSyncEntry(db, connection.id, finishedAt, report, { changed: hasChanges(tally) });
  });
  return report;
}

/** The kept report of a run that could not even begin; what is known of the connection stays as it is. */
export function reportUnstarted(
  db: WritableDb,
  connection: ConnectionRow,
  now: string,
  failure: Failure,
): SyncReport {
  const tally = createTally();
  noteFailure({ tally }, failure);
  const again = toSecretWord(connection) === 'key' ? 'the key is given again' : 'you have signed in again';
  const outlook = `Everything is kept. It goes on once ${again}.`;
  const report = toReport(db, connection, tally, { ...toNoTime(now), cancelled: false, outlook });
  saveReport(db, connection.id, report);
  return report;
}

/** The report of a run that was cancelled while it waited for its turn; it is not kept, for nothing happened. */
export function describeUnbegun(db: ReadableDb, connection: ConnectionRow, now: string): SyncReport {
  const tally = { ...createTally(), complete: false };
  const outlook = 'It was cancelled before it began: nothing was read or sent, and everything is kept.';
  return toReport(db, connection, tally, { ...toNoTime(now), cancelled: true, outlook });
}

function toNoTime(now: string) {
  return { startedAt: now, finishedAt: now, withheld: null } as const;
}

/** A remote that does not even say who we are is away: when it is back, everything is due. */
function isAway({ error, reached }: End): boolean {
  return !reached && error instanceof RemoteError && isOffline(error);
}

/** What someone else was told in the middle of a sweep is put right by the next, which therefore reads everything. */
function isOtherIdentity({ error }: End): boolean {
  return error instanceof RemoteError && error.kind === 'identity-changed';
}

/** Where the remote does not say how long it wants to be left in peace. */
const USUAL_PAUSE_MS = 60_000;

/** Until when the account may not be asked again by itself. A run that never reached the remote knows nothing new. */
function toLimit({ clock, connection }: RunOptions, { error, reached }: End): string | null {
  if (error instanceof RemoteError && error.kind === 'rate-limited') {
    return new Date(clock.now().getTime() + (error.retryAfterMs ?? USUAL_PAUSE_MS)).toISOString();
  }
  return reached ? null : connection.limitedUntil;
}

function isCancelled({ error }: End): boolean {
  return error instanceof RemoteError && error.kind === 'cancelled';
}

/** What is known of the connection now. A run that was cancelled before the remote was heard of found out nothing. */
function toTrouble(
  connection: ConnectionRow,
  tally: Tally,
  end: End,
): { offline: boolean; failure: Failure | null } {
  const { offlineSince, failureCode: code, failureMessage: message } = connection;
  if (isCancelled(end) && !end.reached) {
    return {
      offline: offlineSince !== null,
      failure: code === null || message === null ? null : { code, message },
    };
  }
  return {
    offline: end.error instanceof RemoteError && isOffline(end.error),
    failure: isCancelled(end) ? null : (tally.failed[0] ?? null),
  };
}

function hasChanges({ entities, relationships, pushed }: Tally): boolean {
  return [...Object.values(entities), ...Object.values(relationships), ...Object.values(pushed)].some(
    (n) => n > 0,
  );
}
