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
