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

/** Lets many write at a time, each in steps of its own; or one alone, for as long as it needs. */
export interface WriteGate {
  /** Waits while one writes alone. */
  among<T>(body: () => T | Promise<T>): Promise<T>;
  /** Waits until nobody else writes; who comes later waits for its end. */
  alone<T>(signal: AbortSignal, body: () => Promise<T>): Promise<T>;
}

export function createWriteGate(): WriteGate {
  const state: { writers: number; lone: Promise<void> | null } = { writers: 0, lone: null };
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const resume of waiting) resume();
    waiting.clear();
  };
  const change = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  return {
    among: async (body) => {
      while (state.lone !== null) await state.lone;
      state.writers += 1;
      try {
        return await body();
      } finally {
        state.writers -= 1;
        tell();
      }
    },
    alone: async (signal, body) => {
      while ((state.writers > 0 || state.lone !== null) && !signal.aborted) await change(signal);
      signal.throwIfAborted();
      const { promise, resolve: end } = Promise.withResolvers<void>();
      state.lone = promise;
      try {
        return await body();
      } finally {
        state.lone = null;
        end();
        tell();
      }
    },
  };
}
