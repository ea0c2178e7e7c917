import { isUnanswered, RemoteError } from '../remote/errors.ts';

/** A remote that fails this often in a row is left in peace until the next sync. */
const FAULT_LIMIT = 8;

/** Counts failures of the remote in a row; what it answers plainly, even a no, breaks the streak. */
export interface FaultStreak {
  /** Takes how the last call ended, null where it went well. Throws once the remote keeps failing. */
  note(error: unknown): void;
}

export function createFaultStreak(): FaultStreak {
  let inARow = 0;
  return {
    note: (error) => {
      inARow = error instanceof RemoteError && isUnanswered(error) ? inARow + 1 : 0;
      if (inARow < FAULT_LIMIT) return;
      throw new RemoteError(
        'server-fault',
        `The remote failed ${FAULT_LIMIT} times in a row, so the rest was not asked for. What is known here was kept.`,
      );
    },
  };
}
