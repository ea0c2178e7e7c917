import { type Answer, jsonAnswer } from './answer.ts';
import type { CommonSwitches, FaultRule } from './fault-rules.ts';
import {
  canStrikeBefore,
  createFaultPicker,
  type Delivery,
  deliverFault,
  deliverWhole,
  type FaultPicker,
  type Manner,
} from './faults.ts';

/** A request as it came from the socket. */
export interface Incoming {
  readonly method: string;
  /** Below the base path of the API, without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
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
}

/** A request that a client of this product must never send. */
export type ForbiddenRecord = Pick<RequestRecord, 'at' | 'method' | 'path'>;

/**
 * How one remote takes part: `H` is what its routes lead to, `S` its switches, and `A` what its log says besides
 * the usual.
 */
export interface Gate<H, S extends CommonSwitches, A extends object> {
  readonly world: { switches: S; readonly now: () => number };
  /** Under which keys of a body the rows are, for faults that spoil rows. */
  readonly rowKeys: readonly string[];
  /** What the log says of the caller; never a credential. A `query` here replaces the one that was sent. */
  toAbout(incoming: Incoming): A;
  /** `handler` is null where no route fits. */
  isForbidden(incoming: Incoming, handler: H | null): boolean;
  /** An error in the manner of the remote. */
  refuse(incoming: Incoming, status: number, message: string): Answer;
  /** Answers as the API does, or refuses as what stands before it does. The request is in the log already. */
  admit(incoming: Incoming, handler: H | null, requests: readonly (RequestRecord & A)[]): Answer;
}

/** Turns requests into deliveries and remembers both. */
export interface Pipeline<H, S extends CommonSwitches, A extends object> {
  readonly requests: readonly (RequestRecord & A)[];
  readonly forbiddenWrites: readonly ForbiddenRecord[];
  /** `handler` is null where no route fits. */
  handle(incoming: Incoming, handler: H | null): Delivery;
  /** Turns the switches named. Naming `faults` replaces all rules. */
  set(changes: Partial<S>): void;
  /** Adds a rule behind the others. */
  addFault(rule: FaultRule): void;
  clearRequests(): void;
}

/** The body that is cut off when a connection drops before anything was applied. */
const lostAnswer = jsonAnswer(200, {
  status: 'success',
  message: 'This never arrived',
  data: null,
  padding: '-'.repeat(200),
});

interface State<H, S extends CommonSwitches, A extends object> {
  readonly gate: Gate<H, S, A>;
  requests: (RequestRecord & A)[];
  forbiddenWrites: ForbiddenRecord[];
  picker: FaultPicker;
  /** Requests since `unauthorizedFrom` was set, with the one under way. */
  seenSinceSet: number;
}

/** Creates the way of every request: log, faults, admission, handler, faults. */
export function createPipeline<H, S extends CommonSwitches, A extends object>(
  gate: Gate<H, S, A>,
): Pipeline<H, S, A> {
  const { world } = gate;
  const picker = createFaultPicker(world.switches.faults);
  const state: State<H, S, A> = { gate, requests: [], forbiddenWrites: [], picker, seenSinceSet: 0 };
  return {
    get requests() {
      return state.requests;
    },
    get forbiddenWrites() {
      return state.forbiddenWrites;
    },
    handle: (incoming, handler) => handle(state, incoming, handler),
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

/** Whether a method changes something, as far as HTTP is concerned. */
export function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

function handle<H, S extends CommonSwitches, A extends object>(
  state: State<H, S, A>,
  incoming: Incoming,
  handler: H | null,
): Delivery {
  const { method, path, query } = incoming;
  const at = state.gate.world.now();
  const about = state.gate.toAbout(incoming);
  const index = state.requests.length;
  // The status is filled in when the answer is known.
  state.requests.push({ at, method, path, query, status: null, ...about });
  state.seenSinceSet += 1;
  if (state.gate.isForbidden(incoming, handler)) state.forbiddenWrites.push({ at, method, path });
  const delivery = decide(state, incoming, handler);
  if ('answer' in delivery && delivery.kind !== 'cut') {
    state.requests[index] = { at, method, path, query, status: delivery.answer.status, ...about };
  }
  return delivery;
}

function decide<H, S extends CommonSwitches, A extends object>(
  state: State<H, S, A>,
  incoming: Incoming,
  handler: H | null,
): Delivery {
  const { gate } = state;
  const manner: Manner = {
    rowKeys: gate.rowKeys,
    toError: (status, message) => gate.refuse(incoming, status, message),
  };
  const rule = state.picker.pick(incoming.method, incoming.path);
  if (rule && canStrikeBefore(rule.fault) && rule.when !== 'after') {
    return deliverFault(rule.fault, lostAnswer, manner);
  }
  const isTwice =
    rule?.fault.kind === 'duplicate' || (gate.world.switches.duplicateApply && isWrite(incoming.method));
  if (isTwice) admit(state, incoming, handler);
  const answer = admit(state, incoming, handler);
  return rule ? deliverFault(rule.fault, answer, manner) : deliverWhole(answer);
}

function admit<H, S extends CommonSwitches, A extends object>(
  { gate, requests, seenSinceSet }: State<H, S, A>,
  incoming: Incoming,
  handler: H | null,
): Answer {
  const { unauthorizedFrom } = gate.world.switches;
  if (unauthorizedFrom !== null && seenSinceSet >= unauthorizedFrom) {
    return gate.refuse(incoming, 401, 'Unauthorized');
  }
  return gate.admit(incoming, handler, requests);
}
