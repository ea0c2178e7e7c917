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
  return { ...next, at: Math.max(next.at, facts.limitedUntil ?? next.at) };
}

function* candidates({ now, settings, sweptAt, probeAt, retryAt, editedAt }: DueFacts): Generator<Due> {
  const { everyMinutes, afterEditsSeconds, onReconnect } = settings;
  const isAway = probeAt !== null;
  if (isAway && onReconnect) {
    yield { at: probeAt, what: 'probe' };
    return;
  }
  // a clock that was set back must not put the next sync off
  if (everyMinutes !== null) yield { at: Math.min(sweptAt, now) + everyMinutes * 60_000, what: 'sync' };
  if (isAway || (everyMinutes === null && afterEditsSeconds === null)) return;
  if (retryAt !== null) yield { at: retryAt, what: 'retry' };
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
