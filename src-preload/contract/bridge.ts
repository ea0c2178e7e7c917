import type { Result, WireError } from './errors.ts';
import type { EventName, Events } from './events.ts';
import type { Answer, Channel, Params } from './requests.ts';

/** All that the page can reach: `window.weft`. */
export interface Bridge {
  request<C extends Channel>(channel: C, params: Params<C>): Promise<Result<Answer<C>>>;
  /** Returns the unsubscriber. */
  onEvent<E extends EventName>(name: E, listener: (payload: Events[E]) => void): () => void;
}

/** A request on its way to the backend. */
export interface RequestMessage {
  readonly id: number;
  readonly channel: string;
  readonly params: unknown;
}

/** What the backend sends back: an answer to a request, or an event. */
export type BackendMessage =
  | { readonly id: number; readonly result: Result<unknown> }
  | { readonly event: EventName; readonly payload: unknown };

/** The names of the few messages between preload and main. */
export const ipc = {
  request: 'weft:request',
  event: 'weft:event',
  connect: 'weft:connect',
  port: 'weft:port',
} as const;

export type { Result, WireError };
