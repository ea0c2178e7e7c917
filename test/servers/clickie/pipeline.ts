import { type Answer, errorAnswer, type Handler, toWholeNumber, type World } from './answers.ts';
import {
  canStrikeBefore,
  createFaultPicker,
  type Delivery,
  deliverFault,
  deliverWhole,
  type FaultPicker,
} from './faults.ts';
import type { Account, ApiKey } from './site.ts';
import type { ClickieSwitches, FaultRule } from './switches.ts';

/** A request as it came from the socket. `path` is below `/v4`, without the query. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** The headers `Authorization` and `Account`. */
  readonly authorization: string | undefined;
  readonly account: string | undefined;
}

/** One line of the request log. */
export interface RequestRecord {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Null when the connection was cut or left without an answer. */
  readonly status: number | null;
  /** The `Account` header, if it is a number. */
  readonly account: number | null;
  /** Whose key it was; the key itself is never recorded. */
  readonly keyOwner: string | null;
}

/** A request that a client of this product must never send. */
export type ForbiddenRecord = Pick<RequestRecord, 'at' | 'method' | 'path'>;

/** Turns requests into deliveries and remembers both. */
export interface Pipeline {
  readonly requests: readonly RequestRecord[];
  readonly forbiddenWrites: readonly ForbiddenRecord[];
  /** `handler` is null where no route fits. */
  handle(incoming: Incoming, handler: Handler | null): Delivery;
  set(changes: Partial<ClickieSwitches>): void;
  addFault(rule: FaultRule): void;
  clearRequests(): void;
}

/** The body that is cut off when a connection drops before anything was applied. */
const lostBody = JSON.stringify({
  status: 'success',
  message: 'This never arrived',
  data: null,
  padding: '-'.repeat(200),
});
const lostAnswer: Answer = { status: 200, contentType: 'application/json', headers: {}, body: lostBody };

interface State {
  readonly world: World;
  requests: RequestRecord[];
  forbiddenWrites: ForbiddenRecord[];
  picker: FaultPicker;
  /** Requests since `unauthorizedFrom` was set, with the one under way. */
  seenSinceSet: number;
}

/** Creates the way of every request: log, faults, admission, handler, faults. */
export function createPipeline(world: World): Pipeline {
  const picker = createFaultPicker(world.switches.faults);
  const state: State = { world, requests: [], forbiddenWrites: [], picker, seenSinceSet: 0 };
  return {
    get requests() {
      return state.requests;
    },
    get forbiddenWrites() {
      return state.forbiddenWrites;
    },
    handle(incoming, handler) {
      const record = toRecord(world, incoming);
      state.requests.push(record);
      state.seenSinceSet += 1;
      if (isForbidden(incoming, handler)) {
        state.forbiddenWrites.push({ at: record.at, method: incoming.method, path: incoming.path });
      }
      const delivery = decide(state, incoming, handler);
      if ('answer' in delivery && delivery.kind !== 'cut') record.status = delivery.answer.status;
      return delivery;
    },
    set(changes) {
      world.switches = { ...world.switches, ...changes };
      if (changes.faults) state.picker = createFaultPicker(changes.faults);
      if (changes.unauthorizedFrom !== undefined) state.seenSinceSet = 0;
    },
    addFault(rule) {
      world.switches = { ...world.switches, faults: [...world.switches.faults, rule] };
      state.picker.add(rule);
    },
    clearRequests() {
      state.requests = [];
      state.forbiddenWrites = [];
    },
  };
}

function decide(state: State, incoming: Incoming, handler: Handler | null): Delivery {
  const { method, path } = incoming;
  const { envelope, duplicateApply } = state.world.switches;
  const rule = state.picker.pick(method, path);
  if (rule && canStrikeBefore(rule.fault) && rule.when !== 'after') {
    return deliverFault(rule.fault, lostAnswer, path, envelope);
  }
  const isTwice = rule?.fault.kind === 'duplicate' || (duplicateApply && isWrite(method));
  if (isTwice) admit(state, incoming, handler);
  const answer = admit(state, incoming, handler);
  return rule ? deliverFault(rule.fault, answer, path, envelope) : deliverWhole(answer);
}

/** Answers as the API does, or refuses as what stands before it does. */
function admit(
  { world, requests, seenSinceSet }: State,
  incoming: Incoming,
  handler: Handler | null,
): Answer {
  const { switches } = world;
  const { method, path, params, query, body } = incoming;
  const refuse = (status: number, message: string): Answer =>
    errorAnswer({ path, envelope: switches.envelope }, status, message);
  if (switches.unauthorizedFrom !== null && seenSinceSet >= switches.unauthorizedFrom) {
    return refuse(401, 'Unauthorized');
  }
  if (isOverLimit(world, requests))
    return { ...refuse(429, 'Too Many Requests'), headers: toRetryAfter(switches) };
  const key = world.site.keys.find((one) => one.key === incoming.authorization);
  if (!key) return refuse(401, 'Unauthorized');
  const askedAccountId = toWholeNumber(incoming.account);
  if (askedAccountId === undefined) return refuse(400, 'Account header is required');
  const account = findAccount(world, key, askedAccountId);
  if (!account) return refuse(403, 'Caller does not belong to the account');
  if (!handler) return isWrite(method) ? refuse(405, 'Method Not Allowed') : refuse(404, 'Not Found');
  const clearance = switches.clearance ?? key.clearance;
  return handler({ world, account, askedAccountId, key, clearance, method, path, params, query, body });
}

function toRecord(
  world: World,
  incoming: Incoming,
): Omit<RequestRecord, 'status'> & { status: number | null } {
  const { method, path, query, authorization, account } = incoming;
  return {
    at: world.now(),
    method,
    path,
    query,
    // Filled in when the answer is known.
    status: null,
    account: toWholeNumber(account) ?? null,
    keyOwner: world.site.keys.find((one) => one.key === authorization)?.owner ?? null,
  };
}

function findAccount(world: World, key: ApiKey, asked: number): Account | undefined {
  if (!key.accountIds.includes(asked)) return undefined;
  return world.site.accounts.get(world.switches.accountSwap ?? asked);
}

/** Includes the request under way, which is in the log already. */
function isOverLimit(world: World, requests: readonly RequestRecord[]): boolean {
  const { rateLimit } = world.switches;
  if (!rateLimit) return false;
  const since = world.now() - rateLimit.perMs;
  let recent = 0;
  for (let index = requests.length - 1; index >= 0; index -= 1) {
    const request = requests[index];
    if (!request || request.at <= since) break;
    if (request.status !== 429) recent += 1;
  }
  return recent > rateLimit.requests;
}

function toRetryAfter({ rateLimit }: ClickieSwitches): Readonly<Record<string, string>> {
  return typeof rateLimit?.retryAfter === 'string' ? { 'retry-after': rateLimit.retryAfter } : {};
}

function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/** Writes other than to relationships, and the one GET that creates a folder. */
function isForbidden({ method, path }: Incoming, handler: Handler | null): boolean {
  return (isWrite(method) && !handler) || /^\/assets\/[^/]+\/folders\/root\/?$/.test(path);
}
