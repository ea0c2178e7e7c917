import type { Bridge } from '../../src-preload/contract/bridge.ts';
import type { EventName, Events } from '../../src-preload/contract/events.ts';
import {
  type Answer,
  isBackendChannel,
  type MainChannel,
  requests,
} from '../../src-preload/contract/requests.ts';
import type { SyncWorld } from './sync-world.ts';

/** What only the app itself can answer, where a test needs it. */
export type MainAnswers = Partial<{ readonly [C in MainChannel]: Answer<C> }>;

const start: Answer<'app:start'> = {
  version: '0',
  demo: false,
  path: null,
  demoServer: null,
  recent: [],
  secretStorage: { persisted: true, reason: null },
};

/**
 * The page's bridge, ending in a real backend. Everything is cloned as between processes, and answers are checked
 * against the contract.
 */
export function createBackendBridge(world: SyncWorld, answers: MainAnswers = {}): Bridge {
  const main: MainAnswers = { 'app:start': start, 'app:remember-workspace': null, ...answers };
  const request = async (channel: keyof typeof requests, params: unknown): Promise<unknown> => {
    if (!isBackendChannel(channel)) return { ok: true, value: main[channel] };
    const result = structuredClone(await world.backend().answer(channel, structuredClone(params)));
    if (result.ok) requests[channel].answer.parse(result.value);
    return result;
  };
  return {
    request: request as Bridge['request'], // the contract fixes the answer by the channel, as checked above
    onEvent: <E extends EventName>(name: E, listener: (payload: Events[E]) => void) =>
      world.backend().onEvent(({ event, payload }) => {
        // the name fixes the payload: the backend emits them as a pair
        if (event === name) listener(structuredClone(payload) as Events[E]);
      }),
  };
}
