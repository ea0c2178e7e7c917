import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { RemoteError, type RemoteErrorKind } from '../remote/errors.ts';
import { hasOpenConflict } from '../store/conflicts.ts';
import { type IntentRow, readIntent } from '../store/intents.ts';
import { ATTEMPT_LIMIT, parkExhausted, saveFailure } from '../store/retries.ts';
import { type SyncContext, toFailure } from './context.ts';
import { LONGEST_RETRY_MS, toHonoured } from './due.ts';

const FIRST_WAIT_MS = 30_000;
const GROWTH = 3;

/** Failures of the connection as a whole, or none at all: no intent is to blame. */
const ofNoIntent: ReadonlySet<RemoteErrorKind> = new Set<RemoteErrorKind>([
  'cancelled',
  'unauthorised',
  'sign-in-expired',
  'identity-changed',
  'insecure-url',
  'read-only',
]);

/**
 * How long to leave alone what failed so many times in a row, in milliseconds: three times longer each time, a
 * quarter more or less by chance so that many do not come back at once, and never longer than an hour.
 */
export function toWaitMs(failures: number, random: number): number {
  const steady = FIRST_WAIT_MS * GROWTH ** (failures - 1);
  return Math.round(Math.min(LONGEST_RETRY_MS, steady * (0.75 + random / 2)));
}

/** Notes on the intent that its attempt failed for a reason that passes; after too many in a row it is parked. */
export function noteAttempt(context: SyncContext, id: RelationshipId, error: unknown): void {
  const { db } = context;
  const intent = readIntent(db, id);
  if (!(error instanceof RemoteError) || ofNoIntent.has(error.kind)) return;
  if (intent === undefined || intent.stopped !== null || hasOpenConflict(db, id)) return;
  const failures = intent.failures + 1;
  if (failures >= ATTEMPT_LIMIT) {
    parkExhausted(db, id, toFailure(error));
    return;
  }
  // a longer pause that the remote asks for is the connection's
  const askedMs = Math.min(LONGEST_RETRY_MS, error.retryAfterMs ?? 0);
  const waitMs = Math.max(toWaitMs(failures, context.random()), askedMs);
  const dueAt = new Date(context.clock.now().getTime() + waitMs).toISOString();
  saveFailure(db, id, toFailure(error), dueAt);
}

/** Whether an intent may go in a run: by hand always, by itself once it is due. */
export function isDue(
  { nextAttemptAt }: Pick<IntentRow, 'nextAttemptAt'>,
  { automatic, clock }: Pick<SyncContext, 'automatic' | 'clock'>,
): boolean {
  if (!automatic || nextAttemptAt === null) return true;
  const now = clock.now().getTime();
  return toHonoured(Date.parse(nextAttemptAt), now, LONGEST_RETRY_MS) <= now;
}
