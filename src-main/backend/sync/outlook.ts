import type { RemoteErrorKind } from '../remote/errors.ts';

/** How a run ended, as far as it matters for what comes next. */
export interface RunEnd {
  readonly cancelled: boolean;
  readonly complete: boolean;
  /** The code of the error that ended the run before its end, if one did. */
  readonly endedBy: string | null;
  /** How many changes wait in the outbox. */
  readonly pending: number;
  readonly limitedUntil: string | null;
}

/** What was kept and when it goes on, as a sentence for people; null where nothing is left to do. */
export function describeOutlook(end: RunEnd): string | null {
  if (end.complete && !end.cancelled) return null;
  return [...describeKept(end), describeNext(end)].join(' ');
}

function describeKept({ pending }: RunEnd): string[] {
  const kept = 'Everything that was read and sent until then is kept.';
  if (pending === 0) return [kept];
  return [kept, `${pending} ${pending === 1 ? 'change waits' : 'changes wait'} in the outbox.`];
}

const waitsForPerson: readonly RemoteErrorKind[] = ['unauthorised', 'sign-in-expired', 'identity-changed'];

function describeNext({ cancelled, endedBy, limitedUntil }: RunEnd): string {
  if (cancelled) return 'The next sync goes on from there.';
  if (limitedUntil !== null)
    return `The remote asked for a pause: nothing goes by itself before ${limitedUntil}.`;
  if (endedBy === 'unreachable' || endedBy === 'timeout') return 'It goes on once the remote answers again.';
  if (waitsForPerson.some((kind) => kind === endedBy)) return 'It goes on once you have connected it again.';
  return 'What failed is tried again with the next sync.';
}
