/** What runs under a name that the asker gave it, and can be ended by. */
export interface Cancellable {
  /** Runs the body with a signal that aborts once its name is cancelled. */
  run<T>(name: string | undefined, body: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Ends all of that name; answers with how many there were. */
  cancel(name: string): number;
}

export function createCancellable(): Cancellable {
  const running = new Set<{ readonly name: string | undefined; readonly controller: AbortController }>();
  return {
    run: async (name, body) => {
      const entry = { name, controller: new AbortController() };
      running.add(entry);
      try {
        return await body(entry.controller.signal);
      } finally {
        running.delete(entry);
      }
    },
    cancel: (name) => {
      const named = [...running].filter((entry) => entry.name === name);
      for (const { controller } of named) controller.abort();
      return named.length;
    },
  };
}
