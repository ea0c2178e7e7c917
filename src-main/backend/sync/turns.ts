import PQueue from 'p-queue';
import type { Clock } from '../ports.ts';

/** Does a piece of work when its turn has come. */
export type InTurn = <T>(work: () => T) => Promise<T>;

/** For work that nothing else waits for its turn with. */
export const atOnce: InTurn = async (work) => work();

/**
 * One piece of work after the other, and before each whoever else asked meanwhile: answers of a remote come in bunches,
 * and questions of the user would wait for all of a bunch.
 */
export function createTurns({ sleep }: Clock): InTurn {
  const queue = new PQueue({ concurrency: 1 });
  return (work) =>
    queue.add(async () => {
      await sleep(0);
      return work();
    });
}
