import { RemoteError } from '../errors.ts';
import { expectOk, type HttpClient } from '../http.ts';
import { isClickieRefusal, parseRows } from './answers.ts';

const PAGE_SIZE = 100;
const PAGE_LIMIT = 50_000;
/** So many readings of a list are tried until two in a row hold the same. */
const READING_LIMIT = 4;

/** A list of Clickie: where it is, what a row means, and what tells one row from another. */
export interface ClickieList<T> {
  readonly path: string;
  readonly query: Readonly<Record<string, string | boolean>>;
  parse(row: unknown): T;
  toKey(item: T): string;
}

/** How one reading of a list went. */
interface Reading {
  readonly keys: Set<string>;
  rows: number;
  pages: number;
  /** A page held nothing new: `skip` was ignored, or rows moved. */
  repeated: boolean;
}

/**
 * Pages of a list to its end, every item once. Lists have no total and no fixed order, and rows move from page to
 * page while others edit: one of several pages is read again until two readings hold the same, or given up.
 */
export async function* fetchList<T>(
  http: HttpClient,
  list: ClickieList<T>,
  signal: AbortSignal,
): AsyncGenerator<readonly T[]> {
  const known = new Set<string>();
  let before: Reading | null = null;
  for (let n = 0; n < READING_LIMIT; n += 1) {
    const reading: Reading = { keys: new Set(), rows: 0, pages: 0, repeated: false };
    for await (const page of fetchOnce(http, list, reading, signal)) {
      const fresh = takeFresh(list, page, known);
      if (fresh.length > 0) yield fresh;
    }
    if (isOneMoment(reading) || isSame(reading, before)) return;
    before = reading;
  }
  throw new RemoteError(
    'unsteady-list',
    `Clickie, GET ${list.path}: the list repeats itself or changes while it is read. It is not known whole.`,
  );
}

/** Pages by offset until an empty one: a server may cap `limit`, so a short page is not the last. */
async function* fetchOnce<T>(
  http: HttpClient,
  { path, query, parse, toKey }: ClickieList<T>,
  reading: Reading,
  signal: AbortSignal,
): AsyncGenerator<readonly T[]> {
  while (reading.pages < PAGE_LIMIT) {
    const page = { ...query, skip: reading.rows, limit: PAGE_SIZE };
    const answer = await http.send({ method: 'GET', path, query: page, signal });
    const items = parseRows(expectOk(answer, `Clickie, GET ${path}`, isClickieRefusal), `GET ${path}`).map(
      parse,
    );
    if (items.length === 0) return;
    const known = reading.keys.size;
    for (const item of items) reading.keys.add(toKey(item));
    reading.rows += items.length;
    reading.pages += 1;
    yield items;
    reading.repeated = reading.keys.size === known;
    if (reading.repeated) return;
  }
}

function takeFresh<T>({ toKey }: ClickieList<T>, page: readonly T[], known: Set<string>): T[] {
  const fresh: T[] = [];
  for (const item of page) {
    const key = toKey(item);
    if (!known.has(key)) fresh.push(item);
    known.add(key);
  }
  return fresh;
}

function isOneMoment({ pages, rows, keys, repeated }: Reading): boolean {
  return pages <= 1 && rows === keys.size && !repeated;
}

function isSame(reading: Reading, before: Reading | null): boolean {
  if (before === null || reading.repeated || before.keys.size !== reading.keys.size) return false;
  return [...reading.keys].every((key) => before.keys.has(key));
}
