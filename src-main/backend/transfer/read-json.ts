import { isAttributeColumn, toAttributeColumn } from './attribute-column.ts';
import { toCell, toValueCell } from './cell-text.ts';
import { notRead, type Place } from './errors.ts';
import { EXPORT_FORMAT, readCarried } from './read-carried.ts';
import { createSheetBuilder, limits, type Sheet } from './table.ts';

/** Reads a list of rows, or an object with a list of `entities` and one of `relationships`, such as our own export. */
export function readJson(file: string, text: string): Sheet[] {
  const content = parse(file, text);
  if (Array.isArray(content)) return [toSheet(file, content)];
  if (isObject(content)) {
    const lists = Object.entries(content).filter(([, value]) => Array.isArray(value));
    const known = lists.filter(([name]) => name === 'entities' || name === 'relationships');
    const taken = known.length > 0 ? known : lists;
    const isOurs = content['format'] === EXPORT_FORMAT;
    const carried = isOurs ? readCarried(file, content) : null;
    const sheets = taken.map(([name, list]) => {
      const rows = list as unknown[]; // as filtered
      return toSheet(`${file} ${name}`, isOurs ? rows.map(withoutOrigin) : rows);
    });
    const [first, ...others] = sheets;
    if (first !== undefined) return [carried === null ? first : { ...first, carried }, ...others];
  }
  throw notRead({ file, row: 1, column: 1 }, 'it holds no list of rows.');
}

/** Where a row came from is told to people: here it comes from the file. */
export function withoutOrigin(row: unknown): unknown {
  if (!isObject(row)) return row;
  const { origin: _, ...rest } = row;
  return rest;
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, position).split('\n');
    const column = (before.at(-1)?.length ?? 0) + 1;
    throw notRead({ file, row: before.length, column }, 'the text is no JSON.');
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toSheet(name: string, list: readonly unknown[]): Sheet {
  const sheet = createJsonSheet(name, limits.rows);
  for (const item of list) sheet.add(item);
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
