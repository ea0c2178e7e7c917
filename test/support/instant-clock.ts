import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src-main/backend/ports.ts';

/** The system's clock, but no wait takes any time: each is noted in milliseconds instead. */
export interface InstantClock extends Clock {
  readonly waits: readonly number[];
}

export function createInstantClock(now: () => Date = () => new Date()): InstantClock {
  const waits: number[] = [];
  return {
    waits,
    now,
    sleep: async (milliseconds, signal) => {
      waits.push(milliseconds);
      await turn();
      signal?.throwIfAborted();
    },
  };
}

/** Resolves once something is true that other turns of the event loop bring about. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await turn();
}

/** Lets everything happen that waits for no input: for tests that something does not. */
export async function letTurnsPass(count = 50): Promise<void> {
  for (let n = 0; n < count; n += 1) await turn();
}

/** Time that goes by only while somebody sleeps, or is told to: the same in every run. */
export interface TickingClock extends Clock {
  elapsedMs(): number;
  /** Lets time go by, as an answer that takes so long. */
  tick(milliseconds: number): void;
}

export function createTickingClock(startMs = Date.UTC(2026, 0, 1)): TickingClock {
  let nowMs = startMs;
  return {
    now: () => new Date(nowMs),
    elapsedMs: () => nowMs - startMs,
    tick: (milliseconds) => {
      nowMs += milliseconds;
    },
    // who sleeps at the same time wakes at his own time: the later one does not sleep on top of the earlier
    sleep: async (milliseconds, signal) => {
      const until = nowMs + milliseconds;
      await turn();
      signal?.throwIfAborted();
      nowMs = Math.max(nowMs, until);
    },
  };
}
