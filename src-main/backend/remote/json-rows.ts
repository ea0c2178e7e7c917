import { RemoteError } from './errors.ts';
import { parseJson } from './json.ts';

/** What is left of an answer once its rows are taken out: the object around them, with an empty list in their place. */
export interface RowReader {
  /** Takes the next piece of text and gives the rows that ended in it, parsed. */
  push(piece: string): unknown[];
  /** The object around the rows. Throws `foreign-answer` where the text was no JSON or ended early. */
  end(): unknown;
}

/** Around the rows there is little; a row is as long as one asset with all that it has. */
const FRAME_LIMIT = 256 * 1024;
const ROW_LIMIT = 4 * 1024 * 1024;

interface State {
  readonly key: string;
  readonly call: string;
  /** The text around the rows. */
  frame: string;
  /** The text of the row under way. */
  row: string;
  /** Whether the list of rows is being read, was read, or is yet to come. */
  list: 'ahead' | 'inside' | 'behind';
  /** How many rows were taken. */
  count: number;
  /** How many brackets are open. */
  depth: number;
  inString: boolean;
  escaped: boolean;
}

/**
 * Reads the rows of `{…, "<key>": [row, row, …], …}` one by one while the text arrives, so that no more than one row
 * and one piece is in memory. The key must be at the top; everything is parsed as JSON, rows and frame apart.
 */
export function createRowReader(key: string, call: string): RowReader {
  const state: State = {
    key,
    call,
    frame: '',
    row: '',
    list: 'ahead',
    count: 0,
    depth: 0,
    inString: false,
    escaped: false,
  };
  return {
    push: (piece) => readPiece(state, piece),
    end: () => {
      if (state.list === 'inside' || state.depth !== 0 || state.inString)
        throw foreign(state, 'it ends early');
      return parse(state, state.frame);
    },
  };
}

function readPiece(state: State, piece: string): unknown[] {
  const rows: unknown[] = [];
  let from = 0;
  for (let at = 0; at < piece.length; at += 1) {
    const char = piece[at] ?? '';
    if (state.inString) {
      passString(state, char);
      continue;
    }
    const isEnd = state.list === 'inside' && state.depth === 2 && (char === ',' || char === ']');
    if (isEnd) {
      state.row += piece.slice(from, at);
      takeRow(state, rows, char);
      from = char === ',' ? at + 1 : at;
    }
    passChar(state, char);
    if (
      state.list === 'ahead' &&
      char === '[' &&
      state.depth === 2 &&
      isListOf(state, piece.slice(from, at))
    ) {
      state.frame += piece.slice(from, at + 1);
      from = at + 1;
      state.list = 'inside';
    }
  }
  keep(state, piece.slice(from));
  return rows;
}

function passString(state: State, char: string): void {
  if (state.escaped) state.escaped = false;
  else if (char === '\\') state.escaped = true;
  else if (char === '"') state.inString = false;
}

function passChar(state: State, char: string): void {
  if (char === '"') state.inString = true;
  else if (char === '{' || char === '[') state.depth += 1;
  else if (char === '}' || char === ']') state.depth -= 1;
}

/** Whether what stands before a bracket at the top is the key: only there does a list begin with its name. */
function isListOf({ frame, key }: State, ahead: string): boolean {
  return new RegExp(`[{,]\\s*"${key}"\\s*:\\s*$`).test(frame.slice(-200) + ahead.slice(-200));
}

/** A list without rows is empty text between its brackets. */
function takeRow(state: State, rows: unknown[], char: string): void {
  const isEmptyList = char === ']' && state.row.trim() === '' && state.count === 0;
  if (!isEmptyList) rows.push(parse(state, state.row));
  state.count += 1;
  state.row = '';
  if (char === ']') state.list = 'behind';
}

function keep(state: State, text: string): void {
  if (state.list === 'inside') state.row += text;
  else state.frame += text;
  if (state.frame.length > FRAME_LIMIT || state.row.length > ROW_LIMIT) {
    throw new RemoteError('too-large', `${state.call}: a part of the answer is too large. It was not read.`);
  }
}

function parse(state: State, text: string): unknown {
  const value = parseJson(text);
  if (value === undefined) throw foreign(state, 'it is no JSON');
  return value;
}

function foreign({ call }: State, what: string): RemoteError {
  return new RemoteError(
    'foreign-answer',
    `${call}: the answer cannot be read, ${what}. Nothing was changed.`,
  );
}
