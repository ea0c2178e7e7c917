import type { Bridge } from '../../src-preload/contract/bridge.ts';
import type { Answer, Channel, Params } from '../../src-preload/contract/requests.ts';

export type { Bridge };

declare global {
  interface Window {
    /** Put there by the preload before any of the page's code runs. */
    readonly weft: Bridge;
  }
}

/** A request that was refused or failed, with the code, sentence and facts that crossed the boundary. */
export class RequestError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.details = details;
  }
}

/** Asks the backend or the app; resolves with the answer's value, rejects with a `RequestError`. */
export type Request = <C extends Channel>(channel: C, params: Params<C>) => Promise<Answer<C>>;

/** Turns the bridge's result values into a value or a `RequestError`. */
export function createRequest(bridge: Bridge): Request {
  return async (channel, params) => {
    const result = await bridge.request(channel, params);
    if (result.ok) return result.value;
    throw new RequestError(result.error.code, result.error.message, result.error.details);
  };
}

/** The page's own bridge. */
export function readWindowBridge(): Bridge {
  return window.weft;
}
