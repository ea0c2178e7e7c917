import { alterAnswer } from './alter-answer.ts';
import { type Answer, emptyAnswer, htmlAnswer, jsonAnswer } from './answer.ts';
import type { Fault, FaultRule } from './fault-rules.ts';

/** What is put on the socket. */
export type Delivery =
  | { readonly kind: 'whole'; readonly answer: Answer; readonly bytes: Uint8Array; readonly delayMs: number }
  /** The whole answer and then so many bytes of white space. */
  | { readonly kind: 'padded'; readonly answer: Answer; readonly padding: number }
  /** The whole answer, byte by byte. */
  | { readonly kind: 'trickled'; readonly answer: Answer; readonly everyMs: number }
  /** Cut before any header (`null`) or after so many bytes of the body. */
  | { readonly kind: 'cut'; readonly answer: Answer; readonly after: number | null }
  | { readonly kind: 'silence' };

/** Decides which rule strikes; it counts the requests it is shown. */
export interface FaultPicker {
  pick(method: string, path: string): FaultRule | undefined;
  /** Adds a rule behind the others, whose counts go on. */
  add(rule: FaultRule): void;
}

/** Starts counting anew for the given rules. */
export function createFaultPicker(rules: readonly FaultRule[]): FaultPicker {
  const counted = rules.map(toCounted);
  return {
    add(rule) {
      counted.push(toCounted(rule));
    },
    pick(method, path) {
      for (const entry of counted) {
        if (entry.left === 0 || !isAimedAt(entry.rule, method, path)) continue;
        if (entry.toSkip > 0) {
          entry.toSkip -= 1;
          continue;
        }
        entry.left -= 1;
        return entry.rule;
      }
      return undefined;
    },
  };
}

/** Whether the fault needs no answer of the API, so that it may strike before anything is applied. */
export function canStrikeBefore(fault: Fault): boolean {
  return ['status', 'drop', 'hang', 'captive-portal', 'redirect', 'garbage'].includes(fault.kind);
}

/** An answer as it is. */
export function deliverWhole(answer: Answer, delayMs = 0): Extract<Delivery, { kind: 'whole' }> {
  return { kind: 'whole', answer, bytes: Buffer.from(answer.body), delayMs };
}

/** What a fault needs to know of the remote whose answers it spoils. */
export interface Manner {
  /** An error in the manner of the remote. */
  toError(status: number, message: string): Answer;
  /** Under which of these keys of a body the rows are; the first that is there counts, else the whole body. */
  readonly rowKeys: readonly string[];
}

/** What the caller gets instead of `answer`. */
export function deliverFault(fault: Fault, answer: Answer, manner: Manner): Delivery {
  switch (fault.kind) {
    case 'hang':
      return { kind: 'silence' };
    case 'drop':
      return { kind: 'cut', answer, after: fault.at === 'headers' ? null : fault.at };
    case 'delay':
      return deliverWhole(answer, fault.ms);
    case 'oversized':
      return { kind: 'padded', answer, padding: fault.bytes };
    case 'trickle':
      return { kind: 'trickled', answer, everyMs: fault.everyMs };
    case 'garbage':
      return { ...deliverWhole(answer), bytes: Uint8Array.from([0xff, 0xfe, 0x00, 0xc3, 0x28, 0x7b]) };
    case 'status':
      return deliverWhole(toStatusAnswer(fault, manner));
    case 'captive-portal':
    case 'redirect':
    case 'body':
    case 'truncated':
    case 'bom':
    case 'content-type':
    case 'huge-ids':
    case 'wrong-types':
    case 'missing-key':
    case 'repeat-rows':
    case 'empty-list':
    case 'omit-rows':
    case 'duplicate':
      return deliverWhole(alterAnswer(fault, answer, manner.rowKeys));
  }
}

function toCounted(rule: FaultRule) {
  return { rule, toSkip: rule.skip ?? 0, left: rule.times ?? Number.POSITIVE_INFINITY };
}

function isAimedAt({ on }: FaultRule, method: string, path: string): boolean {
  if (on.method !== undefined && on.method.toUpperCase() !== method) return false;
  if (on.path === undefined) return true;
  if (typeof on.path === 'string') return path.startsWith(on.path);
  const pattern = on.path instanceof RegExp ? on.path : new RegExp(on.path.regexp);
  // A global expression remembers where it stopped; `search` always begins at the start.
  return path.search(pattern) >= 0;
}

type Statused = Extract<Fault, { kind: 'status' }>;

function toStatusAnswer(fault: Statused, { toError }: Manner): Answer {
  const message = fault.message ?? `Status ${fault.status}`;
  const headers = fault.headers ?? {};
  switch (fault.body ?? 'envelope') {
    case 'html':
      return htmlAnswer(fault.status, `${fault.status} ${message}`, headers);
    case 'detail':
      return jsonAnswer(fault.status, { detail: message }, headers);
    case 'empty':
      return emptyAnswer(fault.status, headers);
    case 'envelope':
      return { ...toError(fault.status, message), headers };
  }
}
