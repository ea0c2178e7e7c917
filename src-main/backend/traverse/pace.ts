/**
 * Long work as a generator: it yields after every few thousand steps, so that whoever runs it can let others have
 * their turn, or end it.
 */
export type Paced<T> = Generator<undefined, T, undefined>;

/** Steps between two yields: a few milliseconds. */
export const STRIDE = 20_000;

/** Thrown where a query was cancelled. */
export class QueryCancelled extends Error {
  constructor() {
    super('The query was cancelled.');
    this.name = 'QueryCancelled';
  }
}

/** Runs to the end with a turn for everybody else at every yield. Throws QueryCancelled once the signal aborts. */
export async function runPaced<T>(work: Paced<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    // thrown into the work, so that it lets go of what it holds
    const { done, value } = signal.aborted ? work.throw(new QueryCancelled()) : work.next();
    if (done === true) return value;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
