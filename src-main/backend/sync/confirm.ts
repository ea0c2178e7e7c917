import { RemoteError, type RemoteErrorKind } from '../remote/errors.ts';
import { saveCreateConfirmed } from '../store/connections.ts';
import { readEntityRow } from '../store/entities.ts';
import { type IntentRow, markReplacing, readIntent, stopIntent, toWanted } from '../store/intents.ts';
import { isSamePresence } from '../store/relationships.ts';
import { transaction, type WritableDb } from '../store/sql.ts';
import { noteFailure, nowOf, type SyncContext, toFailure } from './context.ts';
import { openConflict } from './open-conflicts.ts';
import { assertSameIdentity } from './prove-absence.ts';
import { type Seen, settle, settleEarlier, toPresence } from './settle.ts';
import { noteAddition } from './settle-seen.ts';
import { type Conclusion, nothingUnconfirmed, type Unconfirmed } from './unconfirmed.ts';

/** So many requests go at most between two looks at whom the key speaks for. */
const CONFIRMED_EVERY = 24;

export async function confirmOften(context: SyncContext): Promise<void> {
  if (context.unconfirmed.requests >= CONFIRMED_EVERY) await confirm(context);
}

/**
 * Asks whom the key speaks for, and only then believes what was answered since the last time. Until then each intent is
 * kept as one whose attempt left: where the key speaks for someone else now, the next sync asks what became of it.
 */
export async function confirm(context: SyncContext): Promise<void> {
  const { unconfirmed } = context;
  if (unconfirmed.conclusions.length === 0 && !unconfirmed.hasCreated) return;
  try {
    await assertSameIdentity(context, describeLost(unconfirmed));
  } catch (error) {
    leaveInDoubt(context, error);
    throw error;
  }
  await believe(context);
}

function describeLost({ conclusions: { length } }: Unconfirmed): string {
  const changes = length === 1 ? 'One change' : `${length} changes`;
  return (
    `The key spoke for someone else at the end of the push than at its start. ${changes} may have gone to the other account. ` +
    'They stay in the outbox, and the next sync that speaks for the right one asks what became of them.'
  );
}

/** After these the remote is not asked for anything more in the run. */
const silent: ReadonlySet<RemoteErrorKind> = new Set<RemoteErrorKind>([
  'cancelled',
  'unauthorised',
  'sign-in-expired',
  'identity-changed',
  'insecure-url',
  'rate-limited',
]);

/** Where a push ends early, what it did before is confirmed if the remote still answers; else it is asked after later. */
export async function confirmWhatIsDone(context: SyncContext, ended: unknown): Promise<void> {
  if (!(ended instanceof RemoteError)) return;
  if (silent.has(ended.kind)) {
    leaveInDoubt(context, ended);
    return;
  }
  try {
    await confirm(context);
  } catch (error) {
    noteFailure(context, toFailure(error));
  }
}

/** It was sent and answered, so the report tells of it; what may have gone to someone else was not done. */
function leaveInDoubt(context: SyncContext, ended: unknown): void {
  if (!(ended instanceof RemoteError) || ended.kind !== 'identity-changed') countPushed(context);
}

function countPushed({ tally, unconfirmed }: SyncContext): void {
  tally.pushed.created += unconfirmed.pushed.created;
  tally.pushed.updated += unconfirmed.pushed.updated;
  tally.pushed.deleted += unconfirmed.pushed.deleted;
}

/** So many are concluded in one transaction, which waits for the disk once; then others have their turn. */
const CONCLUDED_AT_ONCE = 25;

async function believe(context: SyncContext): Promise<void> {
  const { db, connectionId, unconfirmed, clock } = context;
  // what was made one after the other lies on the same pages: those are written once, not for every request
  const conclusions = unconfirmed.conclusions.toSorted((one, other) => one.id - other.id);
  for (let start = 0; start === 0 || start < conclusions.length; start += CONCLUDED_AT_ONCE) {
    if (start > 0) await clock.sleep(0);
    transaction(db, () => {
      for (const conclusion of conclusions.slice(start, start + CONCLUDED_AT_ONCE)) {
        conclude(context, conclusion);
      }
      if (start + CONCLUDED_AT_ONCE < conclusions.length) return;
      if (unconfirmed.hasCreated) saveCreateConfirmed(db, connectionId, nowOf(context));
      countPushed(context);
      context.recordDone();
    });
  }
  Object.assign(unconfirmed, nothingUnconfirmed());
}

/** The user may have changed or given up the wish since. */
export function conclude(context: SyncContext, { id, step, seen, wanted }: Conclusion): void {
  const { db } = context;
  const intent = readIntent(db, id);
  if (intent === undefined) return;
  const isWanted = isSamePresence(toWanted(intent), wanted);
  if (step === 'settle') settleIntent(context, intent, seen, isWanted);
  else if (!isWanted) return;
  else if (step === 'park') parkRestored(db, intent);
  else openConflict(context, intent, step, toPresence(seen));
}

function settleIntent(context: SyncContext, intent: IntentRow, seen: Seen, isWanted: boolean): void {
  const { db } = context;
  const now = nowOf(context);
  const settled = isWanted ? settle(db, intent, seen, now) : settleEarlier(db, intent, seen, now);
  if (settled !== 'added') return;
  const [source, target] = [readEntityRow(db, intent.sourceId), readEntityRow(db, intent.targetId)];
  const type = toPresence(seen).type;
  noteAddition(context, { type, sourceKind: source.kind, targetKind: target.kind });
}

function parkRestored(db: WritableDb, { relationshipId, cause }: IntentRow): void {
  transaction(db, () => {
    markReplacing(db, relationshipId, 'no');
    stopIntent(db, relationshipId, 'parked', `${cause ?? ''} The old type was put back.`.trim());
  });
}
