import type { Result } from '../../src-preload/contract/errors.ts';
import type { AnyEvent } from '../../src-preload/contract/events.ts';
import {
  type Answer,
  type BackendChannel,
  backendRequests,
  isBackendChannel,
  type Params,
} from '../../src-preload/contract/requests.ts';
import { createAutomation } from './automation.ts';
import { createCare } from './care.ts';
import { toWireError } from './errors.ts';
import { createHandlers } from './handlers.ts';
import type { Ports } from './ports.ts';
import { type BackendOptions, createSession, type Emit, quietOptions } from './session.ts';
import { isOfDamage } from './store/errors.ts';
import { writesAtOnce } from './writes-at-once.ts';

/** The whole data side: store, sync, remotes and commands behind one typed door. */
export interface Backend {
  request<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Result<Answer<C>>>;
  /** The same door for messages whose channel and parameters nobody has checked yet. */
  answer(channel: string, params: unknown): Promise<Result<unknown>>;
  /** Returns the unsubscriber. */
  onEvent(listener: (event: AnyEvent) => void): () => void;
  /** Cancels what runs and closes the workspace; everything acknowledged is on disk. */
  close(): Promise<void>;
}

/** Options that are left out are those of a backend that does nothing unasked. */
export function createBackend(ports: Ports, options: Partial<BackendOptions> = {}): Backend {
  const listeners = new Set<(event: AnyEvent) => void>();
  const emit: Emit = (event, payload) => {
    for (const listener of listeners) listener({ event, payload } as AnyEvent); // the pair is typed by Emit
    if (event === 'store:changed') automation.wake();
  };
  const session = createSession(ports, emit, { ...quietOptions, ...options });
  const automation = createAutomation(session);
  const care = createCare(session);
  const handlers = createHandlers(session, automation, care);

  const answer = async (channel: string, params: unknown): Promise<Result<unknown>> => {
    if (!isBackendChannel(channel)) {
      return {
        ok: false,
        error: { code: 'unknown-request', message: `There is no request ${channel}.`, details: {} },
      };
    }
    try {
      const parsed = backendRequests[channel].params.parse(params);
      const handle = handlers[channel] as (parsed: unknown) => unknown; // parsed by this channel's own schema
      const value = writesAtOnce(channel) ? session.writes.among(() => handle(parsed)) : handle(parsed);
      return { ok: true, value: await value };
    } catch (error) {
      if (isOfDamage(error)) care.checkOnSuspicion();
      return { ok: false, error: toWireError(error, channel, ports.log) };
    }
  };

  return {
    answer,
    request: (channel, params) => answer(channel, params) as Promise<Result<Answer<typeof channel>>>, // typed by Handlers
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await session.signIns.close();
      await automation.stop();
      await session.close();
    },
  };
}
