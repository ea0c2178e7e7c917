import { RemoteError } from '../errors.ts';
import { expectOk, type HttpAnswer, type HttpClient } from '../http.ts';
import { createRowReader } from '../json-rows.ts';
import type { RemoteEntity } from '../remote.ts';
import { foreign, isRefusal, type ParsedAsset, parseAsset, parseRows } from './answers.ts';

export const ASSETS = '/api/v1/assets';
const EXPORT = `${ASSETS}/export`;
/** The largest page that the list gives. */
const PAGE_SIZE = 100;
const PAGE_LIMIT = 10_000;
/** So many readings of the list are tried until two in a row hold the same. */
const READING_LIMIT = 4;
/** How many assets are handed on at a time. */
const CHUNK = 500;

/** The export ends after so many rows, whether there are more or not. */
const EXPORT_ROWS = 50_000;
/** An export that breaks off is asked for once more. */
const EXPORT_ATTEMPTS = 2;

/** One asset of a row; throws where it is another tenant's. */
type Read = (raw: unknown, call: string) => RemoteEntity;

/**
 * Every asset once: by the export, which is one request read while it comes, or by the list where the export cannot
 * be had, is too large, or repeats. What was handed on before stays; the list then tells only of the others.
 */
export async function* fetchAssets(
  http: HttpClient,
  checkTenant: (asset: ParsedAsset, call: string) => void,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const read: Read = (raw, call) => {
    const asset = parseAsset(raw, call);
    checkTenant(asset, call);
    return asset.entity;
  };
  const told = new Set<string>();
  const toFresh = (assets: readonly RemoteEntity[]) => {
    const fresh: RemoteEntity[] = [];
    for (const asset of assets) {
      if (!told.has(asset.remoteId)) fresh.push(asset);
      told.add(asset.remoteId);
    }
    return fresh;
  };
  let isWhole = false;
  for (const pages of [fetchExport(http, read, signal), fetchSteadyList(http, read, signal)]) {
    if (isWhole) break;
    for (let next = await pages.next(); ; next = await pages.next()) {
      if (next.done === true) {
        isWhole = next.value;
        break;
      }
      const fresh = toFresh(next.value);
      if (fresh.length > 0) yield fresh;
    }
  }
}

type Pages = AsyncGenerator<readonly RemoteEntity[], boolean>;

/** Returns whether it was the whole: it is put together from pages that may repeat rows and leave out others. */
async function* fetchExport(http: HttpClient, read: Read, signal: AbortSignal): Pages {
  for (let attempt = 1; ; attempt += 1) {
    const ids = new Set<string>();
    let rows = 0;
    try {
      for await (const assets of streamExport(http, read, signal)) {
        rows += assets.length;
        for (const { remoteId } of assets) ids.add(remoteId);
        yield assets;
      }
      return ids.size === rows && rows < EXPORT_ROWS;
    } catch (error) {
      if (isWithoutExport(error)) return false;
      if (attempt >= EXPORT_ATTEMPTS || !isBrokenOff(error)) throw error;
    }
  }
}

async function* streamExport(
  http: HttpClient,
  read: Read,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const call = `GET ${EXPORT}`;
  const answer = await http.stream({ method: 'GET', path: EXPORT, query: { format: 'json' }, signal });
  if (!('pieces' in answer)) {
    readBody(answer, call);
    return;
  }
  const reader = createRowReader('data', `AlgaPSA, ${call}`);
  let assets: RemoteEntity[] = [];
  for await (const piece of answer.pieces) {
    for (const row of reader.push(piece)) assets.push(read(row, call));
    if (assets.length < CHUNK) continue;
    yield assets;
    assets = [];
  }
  parseRows(reader.end(), call); // the envelope around the rows
  if (assets.length > 0) yield assets;
}

function isWithoutExport(error: unknown): boolean {
  return (
    error instanceof RemoteError &&
    ['server-fault', 'too-large', 'foreign-answer', 'refused', 'forbidden'].includes(error.kind)
  );
}

function isBrokenOff(error: unknown): boolean {
  return error instanceof RemoteError && ['unreachable', 'timeout'].includes(error.kind);
}

/** Pages have no fixed order among equals, so rows may repeat or slip: read until two readings hold the same. */
async function* fetchSteadyList(http: HttpClient, read: Read, signal: AbortSignal): Pages {
  let before: Reading | null = null;
  for (let n = 0; n < READING_LIMIT; n += 1) {
    const reading: Reading = { ids: new Set(), rows: 0, pages: 0 };
    yield* fetchListOnce(http, read, reading, signal);
    const repeats = reading.rows !== reading.ids.size;
    if (!repeats && (reading.pages === 1 || isSame(reading, before))) return true;
    before = reading;
  }
  throw new RemoteError(
    'unsteady-list',
    `AlgaPSA, GET ${ASSETS}: the list repeats itself or changes while it is read. It is not known whole.`,
  );
}

/** How one reading of the list went. */
interface Reading {
  readonly ids: Set<string>;
  rows: number;
  pages: number;
}

async function* fetchListOnce(
  http: HttpClient,
  read: Read,
  reading: Reading,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const call = `GET ${ASSETS}`;
  while (reading.pages < PAGE_LIMIT) {
    reading.pages += 1;
    const query = { page: reading.pages, limit: PAGE_SIZE, sort: 'created_at', order: 'asc' };
    const answer = await http.send({ method: 'GET', path: ASSETS, query, signal });
    const given = parseRows(readBody(answer, call), call).map((raw) => read(raw, call));
    for (const { remoteId } of given) reading.ids.add(remoteId);
    reading.rows += given.length;
    yield given;
    if (given.length < PAGE_SIZE) return;
  }
  throw foreign(call, 'the list has no end');
}

function isSame(reading: Reading, before: Reading | null): boolean {
  if (before === null || before.ids.size !== reading.ids.size) return false;
  return [...reading.ids].every((id) => before.ids.has(id));
}

/** The body of a success of AlgaPSA; every other answer is an error. */
export function readBody(answer: HttpAnswer, call: string): unknown {
  return expectOk(answer, `AlgaPSA, ${call}`, isRefusal);
}
