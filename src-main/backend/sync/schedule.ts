import type { ConnectionId } from '../../../src-preload/contract/model.ts';

/** Runs at most one sync per connection at a time; who comes later waits for the earlier to end. */
export interface SyncSchedule {
  run<T>(connectionId: ConnectionId, body: (signal: AbortSignal) => Promise<T>): Promise<T>;
  cancel(connectionId: ConnectionId | null): void;
  isRunning(connectionId: ConnectionId): boolean;
  /** Cancels everything and resolves once nothing runs. */
  stop(): Promise<void>;
}

interface Running {
  readonly controller: AbortController;
  readonly done: Promise<unknown>;
}

export function createSchedule(): SyncSchedule {
  const running = new Map<ConnectionId, Running>();
  const start = <T>(connectionId: ConnectionId, body: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    const before = running.get(connectionId)?.done ?? Promise.resolve();
    const result = before.then(() => body(controller.signal));
    const done = result.catch(() => null); // the caller sees the error; the queue only needs the end
    running.set(connectionId, { controller, done });
    void done.then(() => {
      if (running.get(connectionId)?.controller === controller) running.delete(connectionId);
    });
    return result;
  };
  const cancel = (connectionId: ConnectionId | null) => {
    for (const [id, { controller }] of running) if (connectionId === null || id === connectionId) controller.abort();
  };
  return {
    run: start,
    cancel,
    isRunning: (connectionId) => running.has(connectionId),
    stop: async () => {
      cancel(null);
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}
