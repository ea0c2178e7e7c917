import { strToU8 } from 'fflate';
import { decodeText } from './decode-text.ts';
import { EXPORT_FORMAT, readCarried } from './read-carried.ts';
import { createJsonSheet, isObject } from './read-json.ts';
import type { Reading } from './reading.ts';
import type { Sheet } from './table.ts';

/** Where a file is no longer laid out as our export writes it: a line for each row. It may be good JSON all the same. */
export interface OtherLayout {
  readonly row: number;
}

const head = strToU8(`{"format":"${EXPORT_FORMAT}"`);

/** Whether a file begins as our own JSON export does. */
export function beginsAsOwnExport(bytes: Uint8Array): boolean {
  return head.every((byte, index) => bytes[index] === byte);
}

/** Reads our own JSON export a row at a time, so that no text ever holds the whole file, nor any object all rows. */
export function* readOwnExport(
  file: string,
  bytes: Uint8Array,
  most: number,
): Reading<Sheet[] | OtherLayout> {
  const reader = createReader(file, most);
  let row = 0;
  for (const piece of piecesOf(bytes)) {
    for (const line of toLines(decodeText(file, piece, row))) {
      row += 1;
      if (!reader.take(line)) return { row };
    }
    yield piece.length / bytes.length;
  }
  return reader.finish() ?? { row };
}

const PIECE = 64 * 1024;
const LINE_END = 10;

/** Pieces that end where a line ends. */
function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(LINE_END, Math.min(from + PIECE, bytes.length - 1));
    const to = end < 0 ? bytes.length : end + 1;
    yield bytes.subarray(from, to);
    from = to;
  }
}

function toLines(text: string): string[] {
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

interface Reader {
  /** False where no such line can stand there. */
  take(line: string): boolean;
  /** Null where the file ended too early. */
  finish(): Sheet[] | null;
}

/** A list of the file that is being read: what it takes, and what stood last. */
interface List {
  add(item: unknown): void;
  last: 'nothing' | 'item' | 'comma';
}

function createReader(file: string, most: number): Reader {
  const content = new Map<string, unknown>();
  const sheets: { build(): Sheet }[] = [];
  const names = new Set<string>();
  let state: 'head' | 'between' | 'list' | 'end' = 'head';
  let list: List = { add: () => undefined, last: 'nothing' };
  const takeHead = (line: string): boolean => {
    const found = line.endsWith(',') ? parse(`${line.slice(0, -1)}}`) : undefined;
    if (!isObject(found) || Object.values(found).some((value) => typeof value === 'object')) return false;
    for (const [name, value] of Object.entries(found)) content.set(name, value);
    state = 'between';
    return true;
  };
  const open = (line: string): boolean => {
    const name = /^"([a-z]+)": \[$/.exec(line)?.[1];
    if (name === undefined || names.has(name) || content.has(name)) return false;
    names.add(name);
    if (name === 'entities' || name === 'relationships') {
      const sheet = createJsonSheet(`${file} ${name}`, most);
      sheets.push(sheet);
      list = { add: (item) => sheet.add(item), last: 'nothing' };
    } else {
      const items: unknown[] = [];
      content.set(name, items);
      list = { add: (item) => items.push(item), last: 'nothing' };
    }
    state = 'list';
    return true;
  };
  const takeItem = (line: string): boolean => {
    if (line === '],' || line === ']}') {
      state = line === ']}' ? 'end' : 'between';
      return list.last !== 'comma';
    }
    const isLast = !line.endsWith(',');
    const item = list.last === 'item' ? undefined : parse(isLast ? line : line.slice(0, -1));
    if (item === undefined) return false;
    list.last = isLast ? 'item' : 'comma';
    list.add(item);
    return true;
  };
  return {
    take: (line) => {
      if (state === 'head') return takeHead(line);
      if (state === 'between') return open(line);
      return state === 'list' && takeItem(line);
    },
    finish: () => {
      if (state !== 'end' || sheets.length === 0) return null;
      const carried = readCarried(file, Object.fromEntries(content));
      const [first, ...others] = sheets.map(({ build }) => build());
      return first === undefined ? null : [{ ...first, carried }, ...others];
    },
  };
}

/** Undefined where the text is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
