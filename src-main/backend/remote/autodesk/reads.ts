import { RemoteError } from '../errors.ts';
import type { HttpRequest } from '../http.ts';
import type { EntityRef, NamedEnd, RelatedEnd, RemoteFacts, RemoteRelationship } from '../remote.ts';
import {
  foreign,
  isRefusal,
  parsePage,
  parseRow,
  parseRows,
  type Row,
  readBody,
  toFacts,
} from './answers.ts';
import { type AutodeskCalls, toContainerPath } from './calls.ts';
import { PAGE_SIZE, toAskedId, toBatchRequest, toIntersectRequests } from './compose.ts';
import { sendDiagnosed } from './diagnose.ts';
import { noteDocument } from './documents.ts';
import { isUuid, toEndKey, toPairKey, toRef } from './kinds.ts';

const PAGE_LIMIT = 10_000;

type Unpaged = Pick<HttpRequest, 'method' | 'path' | 'body' | 'isRead'> & { query?: Record<string, string> };

/** Every page of a `:search` or an `:intersect`. */
async function readPages(
  calls: AutodeskCalls,
  request: Unpaged,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const call = `${request.method} ${request.path}`;
  const rows: Row[] = [];
  const seen = new Set<string>();
  for (let token: string | null = null; seen.size < PAGE_LIMIT; ) {
    const paging = { pageLimit: PAGE_SIZE, ...(token === null ? {} : { continuationToken: token }) };
    const query = { ...request.query, ...paging };
    const answer = await sendDiagnosed(calls, calls.relationships, { ...request, query, signal });
    const page = parsePage(readBody(answer, call), call);
    rows.push(...note(calls, page.rows));
    if (page.next === null) return rows.filter((row) => !row.isDeleted);
    if (seen.has(page.next)) throw foreign(call, 'the pages repeat themselves');
    seen.add(page.next);
    token = page.next;
  }
  throw foreign(call, 'the list has no end');
}

/** Remembers what may not be changed, so that it is not tried, and documents, so that they get their names. */
export function note<R extends readonly Row[]>(calls: AutodeskCalls, rows: R): R {
  const { readOnly } = calls;
  for (const { remoteId, isReadOnly, source, target } of rows) {
    if (isReadOnly) readOnly.add(remoteId);
    else readOnly.delete(remoteId);
    noteDocument(calls, source);
    noteDocument(calls, target);
  }
  return rows;
}

function search(calls: AutodeskCalls, query: Record<string, string>, signal: AbortSignal) {
  return readPages(calls, { method: 'GET', path: toContainerPath(calls, ':search'), query }, signal);
}

/** All relationships of an entity: there is no direction, so both are the same. */
export async function fetchRelationshipsOf(
  calls: AutodeskCalls,
  entity: EntityRef,
  signal: AbortSignal,
): Promise<readonly RelatedEnd[]> {
  const rows = await search(calls, { ...toRef(entity) }, signal);
  return rows.map((row) => {
    const { remoteId: relationshipId, ...facts } = toFacts(row);
    return { ...toFarEnd(row, entity), ...facts, relationshipId };
  });
}

function toFarEnd({ source, target }: Row, near: NamedEnd): NamedEnd {
  const key = toEndKey(near);
  if (toEndKey(source) === key) return target;
  if (toEndKey(target) === key) return source;
  throw foreign('GET relationships:search', 'the list holds a relationship of other entities');
}

type Sought = Pick<RemoteRelationship, 'source' | 'target' | 'remoteId'>;

/** By its id where that is known, else, and where that is not there any more, by its ends. */
export async function findRow(
  calls: AutodeskCalls,
  sought: Sought,
  signal: AbortSignal,
): Promise<Row | null> {
  const pair = toPairKey(sought.source, sought.target);
  const known = sought.remoteId === null ? null : await fetchRow(calls, sought.remoteId, signal);
  if (known !== null && !known.isDeleted && known.pair === pair) return known;
  const [near, far] = [toRef(sought.source), toRef(sought.target)];
  const query = { ...near, withDomain: far.domain, withType: far.type, withId: far.id };
  return (await search(calls, query, signal)).find((row) => row.pair === pair) ?? null;
}

export async function probe(
  calls: AutodeskCalls,
  relationship: RemoteRelationship,
  signal: AbortSignal,
): Promise<RemoteFacts | null> {
  const row = await findRow(calls, relationship, signal);
  return row === null ? null : toFacts(row);
}

/** A relationship by its id, deleted or not; null where there is none. */
async function fetchRow(calls: AutodeskCalls, id: string, signal: AbortSignal): Promise<Row | null> {
  if (!isUuid(id)) return null;
  const path = toContainerPath(calls, `/${id}`);
  const answer = await sendDiagnosed(calls, calls.relationships, { method: 'GET', path, signal });
  if (answer.status === 404 && isRefusal(answer.body)) return null;
  const row = parseRow(readBody(answer, `GET ${path}`), `GET ${path}`);
  note(calls, [row]);
  return row;
}

/** The living ones among up to 50; the order of the answer means nothing. */
async function fetchLiving(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Row>> {
  const request = toBatchRequest(calls, relationships);
  if (request === null) return new Map();
  const call = `POST ${request.path}`;
  const answer = await sendDiagnosed(calls, calls.relationships, { ...request, isRead: true, signal });
  const rows = note(calls, parseRows(readBody(answer, call), call));
  return new Map(rows.filter((row) => !row.isDeleted).map((row) => [row.remoteId, row]));
}

/** The relationships of these pairs that are there, by pair. */
async function intersect(
  calls: AutodeskCalls,
  sought: readonly Sought[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Row>> {
  const found = new Map<string, Row>();
  for (const { method, path, body } of toIntersectRequests(calls, sought)) {
    const request = { method, path, body, isRead: true } as const;
    for (const row of await readPages(calls, request, signal)) found.set(row.pair, row);
  }
  return found;
}

/** As `probe`, for up to 50 at once. */
export async function probeBatch(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
  signal: AbortSignal,
): Promise<readonly (RemoteFacts | null | RemoteError)[]> {
  const byId = await fetchLiving(calls, relationships, signal);
  const known = relationships.map((one) => {
    const row = byId.get(toAskedId(one) ?? '');
    return row?.pair === toPairKey(one.source, one.target) ? row : undefined;
  });
  const others = await intersect(
    calls,
    relationships.filter((_, index) => known[index] === undefined),
    signal,
  );
  return relationships.map(({ source, target }, index) => {
    const row = known[index] ?? others.get(toPairKey(source, target));
    return row === undefined ? null : toFacts(row);
  });
}
