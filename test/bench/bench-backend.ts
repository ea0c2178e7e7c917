import { type Backend, createBackend } from '../../src-main/backend/index.ts';
import { systemClock } from '../../src-main/backend/node-ports.ts';
import type { Clock, Fetch } from '../../src-main/backend/ports.ts';
import type { ConnectionDraft } from '../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { createOneSecret, createPlainPorts, showLog } from '../support/plain-ports.ts';

/** A backend of a bench with one connection. */
export interface BenchBackend {
  readonly backend: Backend;
  ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  /** Syncs and insists that it was complete. */
  sync(mode: 'pull' | 'push'): Promise<void>;
}

export interface BenchConnection {
  /** The workspace file, made anew. */
  readonly path: string;
  readonly draft: ConnectionDraft;
  readonly secret: string;
  readonly fetch?: Fetch;
  readonly clock?: Clock;
}

export async function connectBackend(connection: BenchConnection): Promise<BenchBackend> {
  const { path, draft, secret } = connection;
  const backend = createBackend(
    createPlainPorts({
      fetch: connection.fetch ?? fetch,
      secrets: createOneSecret(secret),
      clock: connection.clock ?? systemClock,
      log: showLog,
    }),
  );
  const ask: BenchBackend['ask'] = async (channel, params) => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
    return result.value;
  };
  await ask('workspace:create', { path });
  await ask('connections:add', { draft, secret });
  return {
    backend,
    ask,
    sync: async (mode) => {
      const [report] = await ask('sync:start', { connectionId: null, mode, only: null });
      if (report?.complete !== true)
        throw new Error(`The ${mode} was not complete: ${JSON.stringify(report)}`);
    },
  };
}
