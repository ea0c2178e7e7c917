import type { BackendChannel } from '../../src-preload/contract/requests.ts';

const writing = [
  'workspace:set-backups',
  'workspace:adopt',
  'connections:add',
  'connections:provide-secret',
  'connections:adopt-identity',
  'connections:update',
  'connections:pause',
  'connections:remove',
  'relationships:relate',
  'relationships:retype',
  'relationships:unrelate',
  'outbox:drop',
  'outbox:drop-many',
  'conflicts:resolve',
  'conflicts:resolve-many',
  'held:release',
  'sync:set-settings',
  'types:save',
  'types:remove',
  'types:import',
  'entities:create',
  'entities:edit',
  'entities:delete',
  'views:save',
  'views:rename',
  'views:remove',
  'views:import',
] as const satisfies BackendChannel[];

const written: ReadonlySet<BackendChannel> = new Set(writing);

/** Whether a request writes to the workspace by itself. What can be long, as a sync, waits for its turn where it runs. */
export function writesAtOnce(channel: BackendChannel): boolean {
  return written.has(channel);
}

/**
 * Lets many write at a time, each in steps of its own; or one alone, for as long as it needs. Who is aborted while it
 * waits is never begun: that rejects with the reason of the signal.
 */
export interface WriteGate {
  /** Waits while one writes alone. */
  among<T>(body: () => T | Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Waits until nobody else writes; who comes later waits for its end. */
  alone<T>(body: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

const never = new AbortController().signal;

export function createWriteGate(): WriteGate {
  const state = { writers: 0, hasLone: false };
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const resume of waiting) resume();
    waiting.clear();
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
      state.writers += 1;
      try {
        return await body();
      } finally {
        state.writers -= 1;
        tell();
      }
    },
    alone: async (body, signal) => {
      while ((state.writers > 0 || state.hasLone) && !signal.aborted) await change(signal);
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
