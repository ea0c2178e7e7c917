/**
 * A command that can be long, as a generator inside a transaction of its caller: it yields how many rows it has done
 * since the last time, so that others have their turn.
 */
export type Steps<T> = Generator<number, T, undefined>;

/** Runs to the end at once. */
export function runSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
