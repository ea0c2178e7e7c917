import type { Clock } from '../../src-main/backend/ports.ts';
import { letTurnsPass } from './instant-clock.ts';

/** A clock that stands still until a test moves it. Whoever sleeps is woken in the order of time. */
export interface ManualClock extends Clock {
  /** Moves on so many milliseconds; everything that this brings about has happened when it resolves. */
  advance(milliseconds: number): Promise<void>;
  /** Moves on as while the computer sleeps: of whoever sleeps none of that time is over. */
  sleepThrough(milliseconds: number): void;
}

interface Sleeper {
  at: number;
  wake(): void;
}

/** More turns than any sync of the few entities of a test takes. */
const TURNS = 150;

export function createManualClock(start: string): ManualClock {
  let time = Date.parse(start);
  const sleepers = new Set<Sleeper>();
  const sleep: Clock['sleep'] = (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => end(() => reject(new Error('The sleep was cut short.')));
      const sleeper: Sleeper = { at: time + milliseconds, wake: () => end(resolve) };
      if (signal?.aborted === true) reject(new Error('The sleep was cut short.'));
      else if (milliseconds <= 0) setImmediate(resolve);
      else {
        sleepers.add(sleeper);
        signal?.addEventListener('abort', abort);
      }
    });
  const advance = async (milliseconds: number) => {
    const target = time + milliseconds;
    await letTurnsPass(TURNS);
    for (;;) {
      const [next] = [...sleepers].toSorted((one, other) => one.at - other.at);
      if (next === undefined || next.at > target) break;
      time = Math.max(time, next.at);
      next.wake();
      await letTurnsPass(TURNS);
    }
    time = target;
    await letTurnsPass(TURNS);
  };
  const sleepThrough = (milliseconds: number) => {
    time += milliseconds;
    for (const sleeper of sleepers) sleeper.at += milliseconds;
  };
  return { now: () => new Date(time), sleep, advance, sleepThrough };
}
