/**
 * Lets many do something at a time, each in steps of its own; or one alone, for as long as it needs. Who is aborted while
 * it waits is never begun: that rejects with the reason of the signal.
 */
export interface Gate {
  /** Waits while one is alone. */
  among<T>(body: () => T | Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Waits until nobody else is at it; who comes later waits for its end. */
  alone<T>(body: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

const never = new AbortController().signal;

export function createGate(): Gate {
  const state = { many: 0, hasLone: false };
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const resume of waiting) resume();
  };
  const change = async (signal: AbortSignal) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const resume = () => resolve();
    waiting.add(resume);
    signal.addEventListener('abort', resume);
    await promise;
    waiting.delete(resume);
    signal.removeEventListener('abort', resume);
  };
  return {
    among: async (body, signal = never) => {
      while (state.hasLone) {
        signal.throwIfAborted();
        await change(signal);
      }
      state.many += 1;
      try {
        return await body();
      } finally {
        state.many -= 1;
        tell();
      }
    },
    alone: async (body, signal) => {
      while ((state.many > 0 || state.hasLone) && !signal.aborted) await change(signal);
      signal.throwIfAborted();
      state.hasLone = true;
      try {
        return await body();
      } finally {
        state.hasLone = false;
        tell();
      }
    },
  };
}
