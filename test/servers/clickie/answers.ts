import { type Answer, htmlAnswer, jsonAnswer } from '../shared/answer.ts';
import type { Random } from '../shared/random.ts';
import type { Account, ApiKey, Site } from './site.ts';
import type { ClickieSwitches } from './switches.ts';

/** All that lives while the server lives. */
export interface World {
  readonly site: Site;
  switches: ClickieSwitches;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: Random;
}

/** A request that was let in, with what is known about the caller. */
export interface Call {
  readonly world: World;
  /** The account whose data are used. */
  readonly account: Account;
  /** The account that the caller named, which differs from the one used under `accountSwap`. */
  readonly askedAccountId: number;
  readonly key: ApiKey;
  /** The clearance in force, 1 being the most powerful. */
  readonly clearance: number;
  readonly method: string;
  /** Below `/v4`, without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Handler = (call: Call) => Answer;

/** How the body is wrapped; `bare` endpoints never had an envelope. */
export interface Wrapping {
  readonly status?: number;
  readonly context?: unknown;
  readonly bare?: boolean;
}

type About = { readonly path: string; readonly envelope: ClickieSwitches['envelope'] };

/** A success, in the envelope of the version that is switched on. */
export function ok(call: Call, message: string, data: unknown, wrapping: Wrapping = {}): Answer {
  const { status = 200, context = null, bare = false } = wrapping;
  const isBare = bare || (call.world.switches.envelope === 'v4.2' && Array.isArray(data));
  if (isBare) return jsonAnswer(status, data);
  return jsonAnswer(status, { status: 'success', message, data, context, instance: call.path });
}

/** An error answered by the API to a caller that was let in. */
export function fail(call: Call, status: number, message: string): Answer {
  const { envelope, badRequestText } = call.world.switches;
  const text = status === 400 ? (badRequestText ?? message) : message;
  return errorAnswer({ path: call.path, envelope }, status, text);
}

/** An error in the manner of the version that is switched on. */
export function errorAnswer(about: About, status: number, message: string): Answer {
  if (about.envelope === 'v4.2') return jsonAnswer(status, { detail: message });
  if (about.envelope === 'gateway-html') return htmlAnswer(status, `${status} ${message}`);
  return jsonAnswer(status, { status: 'error', message, data: null, context: null, instance: about.path });
}

/** Lets the handler answer only those whose clearance is `highest` or lower. */
export function withClearance(highest: number, handler: Handler): Handler {
  return (call) => (call.clearance > highest ? fail(call, 403, 'Insufficient permissions') : handler(call));
}

/** A whole number from a URL, or undefined for anything else. */
export function toWholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The moment whose edges a read shows, in milliseconds since 1970; infinite when reads are not stale. */
export function readTime(call: Call): number {
  const { staleReadMs } = call.world.switches;
  return staleReadMs === 0 ? Number.POSITIVE_INFINITY : call.world.now() - staleReadMs;
}
