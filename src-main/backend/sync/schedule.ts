import type { ConnectionId } from '../../../src-preload/contract/model.ts';

/** Runs at most one sync per connection at a time; who comes later waits for the earlier to end. */
export interface SyncSchedule {
  /** The signal of the body aborts with `outer` too, if there is one. */
  run<T>(
    connectionId: ConnectionId,
    body: (signal: AbortSignal) => Promise<T>,
    outer?: AbortSignal,
  ): Promise<T>;
  cancel(connectionId: ConnectionId | null): void;
  isRunning(connectionId: ConnectionId): boolean;
  /** Cancels everything and resolves once nothing runs. */
  stop(): Promise<void>;
}

interface Running {
  readonly connectionId: ConnectionId;
  readonly controller: AbortController;
  readonly done: Promise<unknown>;
}

export function createSchedule(): SyncSchedule {
  const running = new Set<Running>();
  const latest = new Map<ConnectionId, Running>();
  const start: SyncSchedule['run'] = (connectionId, body, outer) => {
    const controller = new AbortController();
    const signal = outer === undefined ? controller.signal : AbortSignal.any([controller.signal, outer]);
    const before = latest.get(connectionId)?.done ?? Promise.resolve();
    const result = before.then(() => body(signal));
    const forget = () => {
      running.delete(entry);
      if (latest.get(connectionId) === entry) latest.delete(connectionId);
    };
    const entry: Running = { connectionId, controller, done: result.then(forget, forget) };
    running.add(entry);
    latest.set(connectionId, entry);
    return result;
  };
  const cancel = (connectionId: ConnectionId | null) => {
    for (const entry of running) {
      if (connectionId === null || entry.connectionId === connectionId) entry.controller.abort();
    }
  };
  return {
    run: start,
    cancel,
    isRunning: (connectionId) => latest.has(connectionId),
    stop: async () => {
      cancel(null);
      await Promise.all([...running].map(({ done }) => done));
    },
  };
}
