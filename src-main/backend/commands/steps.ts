import type { Slices } from '../store/slices.ts';

/**
 * A command that can be long, as a generator inside a transaction of its caller: it yields how many rows it has done
 * since the last time, so that others have their turn.
 */
export type Steps<T> = Generator<number, T, undefined>;

/** A long read as part of a command. */
export function* inSteps<T>(slices: Slices<T>): Steps<T> {
  for (;;) {
    const slice = slices.next();
    if (slice.done === true) return slice.value;
    yield 0;
  }
}
