import { RemoteError } from '../errors.ts';
import { expectOk, type HttpAnswer, type HttpClient } from '../http.ts';
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

type Read = (raw: unknown, call: string) => ParsedAsset;

/** Every asset once: by the export, which is one request, or by the list where the export cannot be had or repeats. */
export async function* fetchAssets(
  http: HttpClient,
  checkTenant: (asset: ParsedAsset, call: string) => void,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const read: Read = (raw, call) => {
    const asset = parseAsset(raw, call);
    checkTenant(asset, call);
    return asset;
  };
  const exported = await fetchExport(http, read, signal);
  const assets = exported ?? (await fetchSteadyList(http, read, signal));
  for (let at = 0; at < assets.length; at += CHUNK) yield assets.slice(at, at + CHUNK);
}

/** Null where the export cannot be trusted: it is put together from pages that may repeat rows and leave out others. */
async function fetchExport(
  http: HttpClient,
  read: Read,
  signal: AbortSignal,
): Promise<readonly RemoteEntity[] | null> {
  const call = `GET ${EXPORT}`;
  try {
    const answer = await http.send({ method: 'GET', path: EXPORT, query: { format: 'json' }, signal });
    const rows = parseRows(readBody(answer, call), call).map((raw) => read(raw, call).entity);
    const ids = new Set(rows.map(({ remoteId }) => remoteId));
    return ids.size === rows.length ? rows : null;
  } catch (error) {
    if (isWithoutExport(error)) return null;
    throw error;
  }
}

function isWithoutExport(error: unknown): boolean {
  return (
    error instanceof RemoteError &&
    ['server-fault', 'too-large', 'foreign-answer', 'refused', 'forbidden'].includes(error.kind)
  );
}

/** Pages have no fixed order among equals, so rows may repeat or slip: read until two readings hold the same. */
async function fetchSteadyList(
  http: HttpClient,
  read: Read,
  signal: AbortSignal,
): Promise<readonly RemoteEntity[]> {
  let before: Map<string, RemoteEntity> | null = null;
  for (let n = 0; n < READING_LIMIT; n += 1) {
    const { found, pages, repeats } = await fetchListOnce(http, read, signal);
    if (!repeats && (pages === 1 || isSame(found, before))) return [...found.values()];
    before = found;
  }
  throw new RemoteError(
    'unsteady-list',
    `AlgaPSA, GET ${ASSETS}: the list repeats itself or changes while it is read. It is not known whole.`,
  );
}

async function fetchListOnce(http: HttpClient, read: Read, signal: AbortSignal) {
  const call = `GET ${ASSETS}`;
  const found = new Map<string, RemoteEntity>();
  let rows = 0;
  for (let page = 1; page <= PAGE_LIMIT; page += 1) {
    const query = { page, limit: PAGE_SIZE, sort: 'created_at', order: 'asc' };
    const answer = await http.send({ method: 'GET', path: ASSETS, query, signal });
    const given = parseRows(readBody(answer, call), call).map((raw) => read(raw, call).entity);
    for (const entity of given) found.set(entity.remoteId, entity);
    rows += given.length;
    if (given.length < PAGE_SIZE) return { found, pages: page, repeats: rows !== found.size };
  }
  throw foreign(call, 'the list has no end');
}

function isSame(found: Map<string, RemoteEntity>, before: Map<string, RemoteEntity> | null): boolean {
  return before !== null && before.size === found.size && [...found.keys()].every((id) => before.has(id));
}

/** The body of a success of AlgaPSA; every other answer is an error. */
export function readBody(answer: HttpAnswer, call: string): unknown {
  return expectOk(answer, `AlgaPSA, ${call}`, isRefusal);
}
