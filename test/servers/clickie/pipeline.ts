import type { Answer } from '../shared/answer.ts';
import {
  createPipeline as createSharedPipeline,
  type Incoming,
  isWrite,
  type Pipeline as SharedPipeline,
  type RequestRecord as SharedRecord,
} from '../shared/pipeline.ts';
import { countRecent } from '../shared/request-window.ts';
import { errorAnswer, type Handler, toWholeNumber, type World } from './answers.ts';
import type { Account, ApiKey } from './site.ts';
import type { ClickieSwitches } from './switches.ts';

export type { ForbiddenRecord } from '../shared/pipeline.ts';

/** What the log says of the caller. */
interface Caller {
  /** The `Account` header, if it is a number. */
  readonly account: number | null;
  /** Whose key it was; the key itself is never recorded. */
  readonly keyOwner: string | null;
}

/** One line of the request log; its paths are below `/v4`. */
export type RequestRecord = SharedRecord & Caller;

/** Turns requests into deliveries and remembers both. */
export type Pipeline = SharedPipeline<Handler, ClickieSwitches, Caller>;

/** Creates the way of every request: log, faults, admission, handler, faults. */
export function createPipeline(world: World): Pipeline {
  return createSharedPipeline<Handler, ClickieSwitches, Caller>({
    world,
    rowKeys: ['data'],
    toAbout: ({ headers }) => ({
      account: toWholeNumber(headers.account) ?? null,
      keyOwner: world.site.keys.find((one) => one.key === headers.authorization)?.owner ?? null,
    }),
    isForbidden,
    refuse: ({ path }, status, message) => refuse(world, path, status, message),
    admit: (incoming, handler, requests) => admit(world, incoming, handler, requests),
  });
}

function refuse({ switches }: World, path: string, status: number, message: string): Answer {
  return errorAnswer({ path, envelope: switches.envelope }, status, message);
}

function admit(
  world: World,
  incoming: Incoming,
  handler: Handler | null,
  requests: readonly RequestRecord[],
): Answer {
  const { switches } = world;
  const { method, path, params, query, body, headers } = incoming;
  if (isOverLimit(world, requests)) {
    return { ...refuse(world, path, 429, 'Too Many Requests'), headers: toRetryAfter(switches) };
  }
  const key = world.site.keys.find((one) => one.key === headers.authorization);
  if (!key) return refuse(world, path, 401, 'Unauthorized');
  const askedAccountId = toWholeNumber(headers.account);
  if (askedAccountId === undefined) return refuse(world, path, 400, 'Account header is required');
  const account = findAccount(world, key, askedAccountId);
  if (!account) return refuse(world, path, 403, 'Caller does not belong to the account');
  if (!handler) {
    return isWrite(method)
      ? refuse(world, path, 405, 'Method Not Allowed')
      : refuse(world, path, 404, 'Not Found');
  }
  const unpublished = switches.onlyPublished ? findUnpublished(incoming) : null;
  if (unpublished !== null) return refuse(world, path, unpublished, 'This is not on the page');
  const clearance = switches.clearance ?? key.clearance;
  return handler({ world, account, askedAccountId, key, clearance, method, path, params, query, body });
}

/** The status of what the page of relationships does not tell of; null for what it does. */
function findUnpublished({ method, path, query, body }: Incoming): 400 | 404 | null {
  if (!path.startsWith('/relationships/')) return 404;
  const isList = method === 'GET' && path.split('/').length <= 5;
  const known = isList ? ['direction', 'skip', 'limit'] : [];
  return body === '' && Object.keys(query).every((name) => known.includes(name)) ? null : 400;
}

function findAccount(world: World, key: ApiKey, asked: number): Account | undefined {
  if (!key.accountIds.includes(asked)) return undefined;
  return world.site.accounts.get(world.switches.accountSwap ?? asked);
}

/** Includes the request under way, which is in the log already. */
function isOverLimit({ switches, now }: World, requests: readonly RequestRecord[]): boolean {
  const { rateLimit } = switches;
  return rateLimit !== null && countRecent(requests, now() - rateLimit.perMs) > rateLimit.requests;
}

function toRetryAfter({ rateLimit }: ClickieSwitches): Readonly<Record<string, string>> {
  return typeof rateLimit?.retryAfter === 'string' ? { 'retry-after': rateLimit.retryAfter } : {};
}

/** Writes other than to relationships, and the one GET that creates a folder. */
function isForbidden({ method, path }: Incoming, handler: Handler | null): boolean {
  return (isWrite(method) && !handler) || /^\/assets\/[^/]+\/folders\/root\/?$/.test(path);
}
