import { notRead, type TransferError } from './errors.ts';
import { type Reading, STRIDE } from './reading.ts';

/** What JSON holds at its top: a list, or values by name. A list is read in turns; all else in one. */
export type JsonContent = readonly unknown[] | ReadonlyMap<string, unknown>;

interface Text {
  readonly file: string;
  readonly text: string;
}

/** Reads a list, or an object whose lists may be long, with a turn for others after every few thousand characters. */
export function* readJsonLists(file: string, text: string): Reading<JsonContent> {
  const source = { file, text };
  const start = skipSpace(text, 0);
  const content =
    text[start] === '['
      ? yield* readList(source, start)
      : text[start] === '{'
        ? yield* readMembers(source, start)
        : { value: new Map([['', parseSlice(source, start, text.length)]]), end: text.length };
  const end = skipSpace(text, content.end);
  if (end < text.length) throw notJson(source, end);
  return content.value;
}

interface Read<T> {
  readonly value: T;
  /** Where the text goes on. */
  readonly end: number;
}

function* readMembers(source: Text, start: number): Reading<Read<ReadonlyMap<string, unknown>>> {
  const { text } = source;
  const members = new Map<string, unknown>();
  let at = skipSpace(text, start + 1);
  if (text[at] === '}') return { value: members, end: at + 1 };
  for (;;) {
    if (text[at] !== '"') throw notJson(source, at);
    const nameEnd = findStringEnd(source, at);
    const name = String(parseSlice(source, at, nameEnd));
    at = skipSpace(text, nameEnd);
    if (text[at] !== ':') throw notJson(source, at);
    at = skipSpace(text, at + 1);
    const member: Read<unknown> =
      text[at] === '[' ? yield* readList(source, at) : yield* readValue(source, at);
    members.set(name, member.value);
    at = skipSpace(text, member.end);
    if (text[at] === '}') return { value: members, end: at + 1 };
    if (text[at] !== ',') throw notJson(source, at);
    at = skipSpace(text, at + 1);
  }
}

function* readValue(source: Text, start: number): Reading<Read<unknown>> {
  const end = yield* findEnd(source, start, start);
  return { value: parseSlice(source, start, end), end };
}

/** The items are cut between two of them and understood together. */
function* readList(source: Text, start: number): Reading<Read<unknown[]>> {
  const items: unknown[] = [];
  let from = start + 1;
  for (;;) {
    const end = yield* findEnd(source, from, from + STRIDE);
    const isLast = source.text[end] === ']';
    const isBlank = skipSpace(source.text, from) >= end;
    const mayBeBlank = isLast && from === start + 1;
    if (source.text[end] === '}' || (isBlank && !mayBeBlank)) throw notJson(source, end);
    for (const item of parseItems(source, from, end)) items.push(item);
    yield (end - from) / source.text.length;
    if (isLast) return { value: items, end: end + 1 };
    from = end + 1;
  }
}

const mark = /["[\]{},]/;

/**
 * Where what begins here ends: at a comma that is not before `earliest`, or at a bracket that closes what is around it.
 */
function* findEnd(source: Text, start: number, earliest: number): Reading<number> {
  const { text } = source;
  let depth = 0;
  let turnAt = start;
  const next = new RegExp(mark, 'g');
  next.lastIndex = start;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    const at = found.index;
    const sign = found[0];
    if (sign === '"') next.lastIndex = findStringEnd(source, at);
    else if (sign === ',') {
      if (depth === 0 && at >= earliest) return at;
    } else if (sign === '[' || sign === '{') {
      depth += 1;
    } else {
      if (depth === 0) return at;
      depth -= 1;
    }
    if (at - turnAt < STRIDE) continue;
    yield 0;
    turnAt = at;
  }
  throw notJson(source, start + findFault(text.slice(start, start + LOOKED_AT), '['));
}

function findStringEnd(source: Text, start: number): number {
  const { text } = source;
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  throw notJson(source, text.length);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

function parseSlice(source: Text, start: number, end: number): unknown {
  return parse(source, { start, end, before: '', after: '' });
}

function parseItems(source: Text, start: number, end: number): readonly unknown[] {
  return parse(source, { start, end, before: '[', after: ']' }) as unknown[]; // by the brackets around it
}

function parse(
  source: Text,
  slice: { readonly start: number; readonly end: number; readonly before: string; readonly after: string },
): unknown {
  const { start, end, before, after } = slice;
  const text = source.text.slice(start, end);
  try {
    return JSON.parse(`${before}${text}${after}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw notJson(source, start + findFault(text, before));
  }
}

/** Characters among which the place of a fault is looked for. */
const LOOKED_AT = 16 * STRIDE;

/** How much of a text can be the beginning of JSON; the engine does not always say where it found a fault. */
function findFault(text: string, before: string): number {
  let [low, high] = [0, Math.min(text.length, LOOKED_AT)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isBeginning(`${before}${text.slice(0, middle)}`)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function isBeginning(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const position = /position (\d+)/.exec(message)?.[1];
    if (position !== undefined) return Number(position) >= text.length;
    return !message.includes('is not valid JSON');
  }
}

function notJson(source: Text, at: number): TransferError {
  return notRead({ file: source.file, ...toPlace(source, at) }, 'the text is no JSON.');
}

function toPlace({ text }: Text, at: number): { row: number; column: number } {
  const before = text.slice(0, at).split('\n');
  return { row: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
