import type { Bridge } from '../../../src-preload/contract/bridge.ts';
import type { Result } from '../../../src-preload/contract/errors.ts';
import type { EventName, Events } from '../../../src-preload/contract/events.ts';
import type { Answer, Channel } from '../../../src-preload/contract/requests.ts';

/** A request that waits until the test answers it. */
export interface OpenRequest {
  readonly channel: Channel;
  readonly params: unknown;
  readonly answer: (result: Result<unknown>) => void;
}

/** A bridge that the test answers by hand, except for channels with a ready answer. */
export function createFakeBridge(ready: Partial<{ [C in Channel]: Answer<C> }> = {}) {
  const open: OpenRequest[] = [];
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const request = (channel: Channel, params: unknown): Promise<Result<unknown>> => {
    if (channel in ready) return Promise.resolve({ ok: true, value: ready[channel] });
    return new Promise((resolve) => {
      open.push({ channel, params, answer: resolve });
    });
  };
  const bridge: Bridge = {
    // The fake answers what the test says; the contract types the real one.
    request: request as Bridge['request'],
    onEvent: (name, listener) => {
      const known = listeners.get(name) ?? new Set();
      listeners.set(name, known.add(listener));
      return () => known.delete(listener);
    },
  };
  const emit = <E extends EventName>(name: E, payload: Events[E]) => {
    // Listeners are kept by name, so each one takes the payload of its name.
    for (const listener of listeners.get(name) ?? []) (listener as (payload: Events[E]) => void)(payload);
  };
  const waiting = (channel: Channel) => open.filter((request) => request.channel === channel);
  return { bridge, emit, waiting };
}

/** Lets answered promises run their followers. */
export const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
