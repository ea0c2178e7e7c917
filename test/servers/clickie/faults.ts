import { type Answer, errorAnswer, htmlAnswer, jsonAnswer } from './answers.ts';
import { dropEvery } from './paging.ts';
import type { ClickieSwitches, Fault, FaultRule } from './switches.ts';

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

/** What the caller gets instead of `answer`. `path` is below `/v4`. */
export function deliverFault(
  fault: Fault,
  answer: Answer,
  path: string,
  envelope: ClickieSwitches['envelope'],
): Delivery {
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
      return deliverWhole(toStatusAnswer(fault, path, envelope));
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
      return deliverWhole(alterAnswer(fault, answer));
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

function toStatusAnswer(fault: Statused, path: string, envelope: ClickieSwitches['envelope']): Answer {
  const message = fault.message ?? `Status ${fault.status}`;
  const headers = fault.headers ?? {};
  switch (fault.body ?? 'envelope') {
    case 'html':
      return htmlAnswer(fault.status, `${fault.status} ${message}`, headers);
    case 'detail':
      return jsonAnswer(fault.status, { detail: message }, headers);
    case 'empty':
      return { status: fault.status, contentType: 'text/plain', headers, body: '' };
    case 'envelope':
      return { ...errorAnswer({ path, envelope }, fault.status, message), headers };
  }
}

type Altering = Exclude<
  Fault,
  { kind: 'hang' | 'drop' | 'delay' | 'oversized' | 'trickle' | 'garbage' | 'status' }
>;

function alterAnswer(fault: Altering, answer: Answer): Answer {
  switch (fault.kind) {
    case 'captive-portal':
      return { ...htmlAnswer(200, 'Welcome to Hotel Wi-Fi: please log in'), headers: {} };
    case 'redirect':
      return { ...htmlAnswer(fault.status ?? 302, 'Moved'), headers: { location: fault.to } };
    case 'body':
      return { ...answer, body: fault.text };
    case 'truncated':
      return { ...answer, body: answer.body.slice(0, fault.at ?? Math.floor(answer.body.length / 2)) };
    case 'bom':
      return { ...answer, body: `\uFEFF${answer.body}` };
    case 'content-type':
      return { ...answer, contentType: fault.type };
    case 'huge-ids':
      return { ...answer, body: answer.body.replaceAll(/("id_\w+":)(\d+)/g, '$19007199254740993$2') };
    case 'wrong-types':
      return alterData(answer, (data) => retype(data, fault.as));
    case 'missing-key':
      return alterData(answer, (data) =>
        Array.isArray(data) ? data.map((row) => without(row, fault.key)) : without(data, fault.key),
      );
    case 'repeat-rows':
      return alterData(answer, (data) => (Array.isArray(data) ? data.flatMap((row) => [row, row]) : data));
    case 'empty-list':
      return alterData(answer, (data) => (Array.isArray(data) ? [] : data));
    case 'omit-rows':
      return alterData(answer, (data) => (Array.isArray(data) ? dropEvery(data, fault.every) : data));
    case 'duplicate':
      return answer;
  }
}

/** Alters `data` of an envelope, or the whole body where there is none. */
function alterData(answer: Answer, alter: (data: unknown) => unknown): Answer {
  if (answer.contentType !== 'application/json') return answer;
  const body: unknown = JSON.parse(answer.body);
  const altered = isRecord(body) && 'data' in body ? { ...body, data: alter(body.data) } : alter(body);
  return { ...answer, body: JSON.stringify(altered) };
}

function retype(value: unknown, as: 'strings' | 'nulls' | 'object'): unknown {
  if (as === 'object') return Array.isArray(value) ? Object.fromEntries(value.entries()) : [value];
  if (Array.isArray(value)) return value.map((item) => retype(item, as));
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, retype(one, as)]));
  if (as === 'nulls') return null;
  return typeof value === 'number' ? String(value) : value;
}

function without(row: unknown, key: string): unknown {
  if (!isRecord(row)) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== key));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
