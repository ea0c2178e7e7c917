import type { Carried } from '../commands/carried.ts';
import { isAttributeColumn, toAttributeColumn } from './attribute-column.ts';
import { toCell, toValueCell } from './cell-text.ts';
import { notRead, type Place } from './errors.ts';
import { EXPORT_FORMAT, readCarried } from './read-carried.ts';
import { type JsonContent, readJsonLists } from './read-json-lists.ts';
import type { Reading } from './reading.ts';
import { createSheetBuilder, limits, type Sheet } from './table.ts';

/** Reads a list of rows, or an object with a list of `entities` and one of `relationships`, such as our own export. */
export function* readJson(file: string, text: string): Reading<Sheet[]> {
  const { lists, carried } = toLists(file, yield* halved(readJsonLists(file, text)));
  const total = lists.reduce((sum, { rows }) => sum + rows.length, 0);
  const sheets: Sheet[] = [];
  for (const { name, rows } of lists) sheets.push(yield* toSheet(name, rows, 0.5 / total));
  if (carried === null) return sheets;
  const [first = { name: file, columns: [], rows: [] }, ...others] = sheets;
  return [{ ...first, carried }, ...others];
}

/** Cutting the text is one half of the work, making rows of it the other. */
function* halved<T>(reading: Reading<T>): Reading<T> {
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
    yield step.value / 2;
  }
}

interface List {
  readonly name: string;
  readonly rows: readonly unknown[];
}

/** The lists that are tables, and what our own export holds beside them: that may be all that it holds. */
function toLists(file: string, content: JsonContent): { lists: List[]; carried: Carried | null } {
  if (!(content instanceof Map))
    return { lists: [{ name: file, rows: content as unknown[] }], carried: null }; // a list, where it is no map
  const isOurs = content.get('format') === EXPORT_FORMAT;
  const carried = isOurs ? readCarried(file, Object.fromEntries(content)) : null;
  const lists = [...content].flatMap(([name, value]) =>
    Array.isArray(value) ? [{ name, rows: value }] : [],
  );
  const known = lists.filter(({ name }) => name === 'entities' || name === 'relationships');
  const taken = isOurs || known.length > 0 ? known : lists;
  if (taken.length === 0 && carried === null) {
    throw notRead({ file, row: 1, column: 1 }, 'it holds no list of rows.');
  }
  return {
    lists: taken.map(({ name, rows }) => ({ name: `${file} ${name}`, rows })),
    carried,
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Rows that are made in one turn. */
const ROWS = 500;

function* toSheet(name: string, list: readonly unknown[], partOfRow: number): Reading<Sheet> {
  const sheet = createJsonSheet(name, limits.rows);
  for (const [index, item] of list.entries()) {
    sheet.add(item);
    if ((index + 1) % ROWS === 0) yield partOfRow * ROWS;
  }
  return sheet.build();
}

/** Collects the rows of one list; its columns are found on the way. Rows are numbered as they stand there, from 1. */
export function createJsonSheet(name: string, most: number): { add(item: unknown): void; build(): Sheet } {
  const columns: string[] = [];
  const places = new Map<string, number>();
  const builder = createSheetBuilder(name, columns, most);
  let row = 0;
  return {
    add: (item) => {
      row += 1;
      const cells: string[] = [];
      for (const [column, text] of toRow(name, item, row)) {
        const place = places.get(column) ?? columns.length;
        if (place >= limits.columns)
          throw notRead({ file: name, row, column }, `there are at most ${limits.columns} columns.`);
        if (place === columns.length) columns.push(column);
        places.set(column, place);
        while (cells.length < place) cells.push('');
        cells[place] = text;
      }
      builder.add(row, cells);
    },
    build: builder.build,
  };
}

/** `fields` of an entity, a list of names and values, become columns. */
function toRow(file: string, item: unknown, row: number): (readonly [column: string, text: string])[] {
  const pairs = Array.isArray(item)
    ? item.map((value, index) => [`column ${index + 1}`, value] as const)
    : isObject(item)
      ? Object.entries(item).flatMap(([name, value]) => toColumns(name, value))
      : null;
  if (pairs === null) throw notRead({ file, row, column: 1 }, 'it is neither an object nor a list.');
  return pairs.flatMap(([name, value]) => {
    const text = toText({ file, row, column: name }, value);
    return text === '' ? [] : [[name, text] as const];
  });
}

function toColumns(name: string, value: unknown): (readonly [string, unknown])[] {
  if (name !== 'fields' || !Array.isArray(value)) return [[name, value]];
  const seen = new Map<string, number>();
  return value.flatMap((field) => {
    if (!isObject(field) || typeof field['name'] !== 'string') return [];
    const count = (seen.get(field['name']) ?? 0) + 1;
    seen.set(field['name'], count);
    return [[toAttributeColumn(field['name'], count), field['value']] as const];
  });
}

/** Fields keep what they are; what names an entity or a type is text. Anything nested stays JSON. */
function toText(place: Place & { readonly column: string }, value: unknown): string {
  const isAttribute = isAttributeColumn(place.column);
  if (value === undefined || (value === null && !isAttribute)) return '';
  if (typeof value === 'object' && value !== null) {
    if (isDeeper(value, limits.depth)) throw notRead(place, `it is nested more than ${limits.depth} deep.`);
    return JSON.stringify(value).slice(0, limits.cell + 1);
  }
  const plain = value as string | number | boolean | null; // all that JSON has beside lists and objects
  if (isAttribute) return toValueCell(plain);
  return typeof plain === 'string' ? toCell(plain) : String(plain);
}

/** Looks no deeper than it has to. */
function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}
