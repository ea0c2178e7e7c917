import type { SyncSettings } from '../../../src-preload/contract/sync-lists.ts';

/** What decides when a connection is dealt with by itself; moments in milliseconds. */
export interface DueFacts {
  readonly now: number;
  readonly settings: SyncSettings;
  /** When everything was last read, or tried to be. */
  readonly sweptAt: number;
  /** When to ask next whether the remote is back; null while it is not away. */
  readonly probeAt: number | null;
  /** When something that failed is due again. */
  readonly retryAt: number | null;
  /** When the user last edited something that was not pushed since. */
  readonly editedAt: number | null;
  /** The remote wants to be left in peace until then. */
  readonly limitedUntil: number | null;
}

export interface Due {
  readonly at: number;
  readonly what: 'probe' | 'sync' | 'retry' | 'push-edits';
}

/** What is to be done next by itself for a connection, and when; null where nothing is. */
export function findDue(facts: DueFacts): Due | null {
  const [next] = [...candidates(facts)].toSorted((one, other) => one.at - other.at);
  if (next === undefined) return null;
  const { now, limitedUntil } = facts;
  const free = limitedUntil === null ? next.at : toHonoured(limitedUntil, now, LONGEST_PAUSE_MS);
  return { ...next, at: Math.max(next.at, free) };
}

/** No remote is understood to ask for a longer pause: a year. */
const LONGEST_PAUSE_MS = 365 * 24 * 3_600_000;

/** A change that failed waits no longer for its next attempt, nor does the question whether a remote is back. */
export const LONGEST_RETRY_MS = 3_600_000;

/**
 * When something that was put off is due. What lies further ahead than it can ever have been put off was set by a clock
 * that has been set back since, and is due now: nothing waits for years because a clock was wrong for a day.
 */
export function toHonoured(at: number, now: number, longestMs: number): number {
  return at > now + longestMs ? now : at;
}

function* candidates({ now, settings, sweptAt, probeAt, retryAt, editedAt }: DueFacts): Generator<Due> {
  const { everyMinutes, afterEditsSeconds, onReconnect } = settings;
  const isAway = probeAt !== null;
  if (isAway && onReconnect) {
    yield { at: toHonoured(probeAt, now, LONGEST_RETRY_MS), what: 'probe' };
    return;
  }
  // a clock that was set back must not put the next sync off
  if (everyMinutes !== null) yield { at: Math.min(sweptAt, now) + everyMinutes * 60_000, what: 'sync' };
  if (isAway || (everyMinutes === null && afterEditsSeconds === null)) return;
  if (retryAt !== null) yield { at: toHonoured(retryAt, now, LONGEST_RETRY_MS), what: 'retry' };
  if (editedAt === null || afterEditsSeconds === null) return;
  yield { at: Math.min(editedAt, now) + afterEditsSeconds * 1000, what: 'push-edits' };
}

const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 300_000;

/** How long to wait before a remote that was away so many times in a row is asked again, in milliseconds. */
export function toProbeWaitMs(failures: number, random: number): number {
  const steady = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
  return Math.round(steady * (0.75 + random / 2));
}
