import type { Clock } from '../ports.ts';

/** The longest that is slept at once: a computer that slept itself is late by no more. */
const LONGEST_MS = 60_000;

/** Sleeps for so long, but never for long at once, or until `woken` aborts: to be woken is no failure. */
export async function nap(clock: Clock, milliseconds: number, woken: AbortSignal): Promise<void> {
  if (woken.aborted) return;
  await clock.sleep(Math.min(milliseconds, LONGEST_MS), woken).catch((error: unknown) => {
    if (!woken.aborted) throw error;
  });
}
