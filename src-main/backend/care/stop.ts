/** Memory that a thread and the one that started it share: whether it is to stop. */
export type StopFlag = Int32Array<SharedArrayBuffer>;

/** Asks a thread to stop. */
export interface Stop {
  readonly flag: StopFlag;
  ask(): void;
}

/** What a work ends with that was asked to stop; nobody listens to it by then. */
export class Stopped extends Error {}

export function createStop(): Stop {
  const flag: StopFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  return {
    flag,
    ask: () => {
      Atomics.store(flag, 0, 1);
      Atomics.notify(flag, 0);
    },
  };
}

/** Throws `Stopped` once the thread was asked to stop. */
export function throwIfStopped(flag: StopFlag): void {
  if (Atomics.load(flag, 0) !== 0) throw new Stopped('It was asked to stop.');
}
