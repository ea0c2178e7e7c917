import { RemoteError } from '../errors.ts';
import { type HttpClient, quote } from '../http.ts';
import type { EntityRef, Liveness, RemoteFacts, RemoteRelationship } from '../remote.ts';
import {
  findAsset,
  findCreated,
  foreign,
  isMisconfigured,
  isPlainFault,
  isRefusal,
  isUuid,
  type Link,
  parseLink,
  parseRows,
} from './answers.ts';
import { ASSETS, readBody } from './assets.ts';

/** The column of the type is varchar(255). */
export const TYPE_MAX_LENGTH = 255;

/** What the writes so far have shown; kept as long as the connection is. */
interface WriteMemory {
  /** Whether one ever succeeded. */
  hasWorked: boolean;
  /** How many in a row failed for no reason that was told. */
  plainFaults: number;
}

/** So many writes that fail for no reason, and never one that worked, show a server that cannot write. */
const PLAIN_FAULTS = 2;

/** What every call works with. `checkTenant` throws where an answer is another tenant's. */
export interface AlgapsaCalls {
  readonly http: HttpClient;
  readonly writes: WriteMemory;
  checkTenant(tenant: string | null, call: string): void;
}

export function toListPath({ remoteId }: Pick<EntityRef, 'remoteId'>): string {
  return `${ASSETS}/${remoteId}/relationships`;
}

export function toRemovePath(relationshipId: string): string {
  return `${ASSETS}/relationships/${relationshipId}`;
}

/** All relationships of an asset, at either end; not paged. One that does not name the asset fails the list. */
export async function fetchLinks(
  { http, checkTenant }: AlgapsaCalls,
  asset: Pick<EntityRef, 'remoteId'>,
  signal: AbortSignal,
): Promise<readonly Link[]> {
  const path = toListPath(asset);
  const call = `GET ${path}`;
  const answer = await http.send({ method: 'GET', path, signal });
  const links = parseRows(readBody(answer, call), call).map((raw) => parseLink(raw, call));
  for (const link of links) {
    checkTenant(link.tenant, call);
    if (![link.parentId, link.childId].includes(asset.remoteId)) {
      throw foreign(call, 'the list holds a relationship of other assets');
    }
  }
  return links;
}

/** Looked for from both ends: only what both lists leave out is absent. */
export async function probe(
  calls: AlgapsaCalls,
  { source, target }: RemoteRelationship,
  signal: AbortSignal,
): Promise<RemoteFacts | null> {
  for (const end of [source, target]) {
    const links = await fetchLinks(calls, end, signal);
    const link = links.find(
      ({ parentId, childId }) => parentId === source.remoteId && childId === target.remoteId,
    );
    if (link !== undefined) return toFacts(link);
  }
  return null;
}

export function toFacts({ type, relationshipId: remoteId, madeAt }: Link): RemoteFacts {
  return { type, remoteId, ...(madeAt === undefined ? {} : { madeAt }) };
}

/** The server's duplicate test looks at the ordered pair alone; what it has there, of whatever type, is told. */
export async function create(
  calls: AlgapsaCalls,
  relationship: RemoteRelationship,
  signal: AbortSignal,
): Promise<RemoteFacts> {
  const type = refuseUnsendable(relationship);
  const path = toListPath(relationship.source);
  const answer = await calls.http
    .send({ method: 'POST', path, body: toCreateBody(relationship, type), signal })
    .catch(async (error: unknown) => {
      const there = await readBack(calls, relationship, error, signal);
      if (there === null) throw toWriteError(calls, error, 'create');
      noteWorked(calls);
      return there;
    });
  if (!('status' in answer)) return answer;
  const created = answer.status === 201 ? findCreated(answer.body) : undefined;
  if (created !== undefined && isAbout(created, relationship)) {
    calls.checkTenant(created.tenant, `POST ${path}`);
    noteWorked(calls);
    return toFacts(created);
  }
  const there = await probe(calls, relationship, signal);
  if (there !== null) return there;
  if (answer.status === 404) await refuseIfEndRemoved(calls, relationship, signal);
  if (answer.status < 300) {
    throw new RemoteError(
      'server-fault',
      `AlgaPSA, POST ${path}: a success was told, but the relationship is not there.`,
    );
  }
  throw new RemoteError(
    'refused',
    `AlgaPSA refused the relationship (status ${answer.status}${quote(answer.body)}).`,
  );
}

/** What a create sends. */
export function toCreateBody({ target }: Pick<RemoteRelationship, 'target'>, type: string | null) {
  return { related_asset_id: target.remoteId, relationship_type: type };
}

function isAbout({ parentId, childId }: Link, { source, target }: RemoteRelationship): boolean {
  return parentId === source.remoteId && childId === target.remoteId;
}

/** What no server takes is not sent: a self written in capitals would pass the server's own test. */
function refuseUnsendable({ source, target, type }: RemoteRelationship): string {
  if (source.remoteId === target.remoteId) {
    throw new RemoteError('refused', 'AlgaPSA relates no asset to itself. Nothing was sent.');
  }
  if (type === null || type === '') {
    throw new RemoteError('refused', 'AlgaPSA needs a type for every relationship. Nothing was sent.');
  }
  if (type.includes('\0')) {
    throw new RemoteError('refused', 'AlgaPSA takes no type with a NUL character in it. Nothing was sent.');
  }
  if (Array.from(type).length > TYPE_MAX_LENGTH) {
    throw new RemoteError(
      'refused',
      `AlgaPSA takes types of at most ${TYPE_MAX_LENGTH} characters. Nothing was sent.`,
    );
  }
  return type;
}

/** After a 500 the write may have been done all the same; every other error stands. */
async function readBack(
  calls: AlgapsaCalls,
  relationship: RemoteRelationship,
  error: unknown,
  signal: AbortSignal,
): Promise<RemoteFacts | null> {
  if (!(error instanceof RemoteError) || error.kind !== 'server-fault') throw error;
  return await probe(calls, relationship, signal);
}

function noteWorked({ writes }: AlgapsaCalls): void {
  writes.hasWorked = true;
  writes.plainFaults = 0;
}

/**
 * What a failed write says of the server: releases up to 1.4.0 have no other word for being misconfigured than for any
 * fault. Reads worked before and after it, so the second in a row counts as the same, unless a write has worked.
 */
function toWriteError({ writes }: AlgapsaCalls, error: unknown, what: 'create' | 'delete'): unknown {
  if (isMisconfigured(error)) return toReadOnly(error, what);
  if (!isPlainFault(error)) return error;
  writes.plainFaults += 1;
  return !writes.hasWorked && writes.plainFaults >= PLAIN_FAULTS ? toReadOnly(error, what) : error;
}

/** AlgaPSA up to 1.4.7 writes columns that its own table does not have. */
function toReadOnly(cause: unknown, what: 'create' | 'delete'): RemoteError {
  const said = isMisconfigured(cause)
    ? 'says that it is misconfigured for it'
    : 'answers every attempt with an internal error';
  return new RemoteError(
    'read-only',
    `This AlgaPSA cannot ${what} relationships over its API: it ${said}, as all releases ` +
      'up to 1.4.7 do. What you changed waits here. Push a change by hand, or connect again, once the server can.',
    { cause },
  );
}

/** Only the server's own id of a relationship deletes it, and only repaired servers tell one. */
export async function remove(
  calls: AlgapsaCalls,
  relationship: RemoteRelationship,
  signal: AbortSignal,
): Promise<void> {
  const remoteId = relationship.remoteId ?? (await readRemoteId(calls, relationship, signal));
  if (remoteId === null) {
    await refuseIfEndRemoved(calls, relationship, signal);
    return;
  }
  const answer = await calls.http
    .send({ method: 'DELETE', path: toRemovePath(remoteId), signal })
    .catch(async (error: unknown) => {
      if ((await readBack(calls, relationship, error, signal)) === null) return null;
      throw toWriteError(calls, error, 'delete');
    });
  if ((await probe(calls, relationship, signal)) === null) {
    noteWorked(calls);
    if (answer === null || answer.status >= 300) await refuseIfEndRemoved(calls, relationship, signal);
    return;
  }
  const said = answer === null ? '' : ` (status ${answer.status}${quote(answer.body)})`;
  throw new RemoteError('refused', `AlgaPSA did not remove the relationship${said}.`);
}

/** Null where there is no relationship any more. */
async function readRemoteId(
  calls: AlgapsaCalls,
  relationship: RemoteRelationship,
  signal: AbortSignal,
): Promise<string | null> {
  const there = await probe(calls, relationship, signal);
  if (there === null || there.remoteId !== null) return there?.remoteId ?? null;
  throw new RemoteError(
    'refused',
    'This AlgaPSA does not tell the id of the relationship, and deletes by id only. Nothing was sent.',
  );
}

async function refuseIfEndRemoved(
  calls: AlgapsaCalls,
  { source, target }: RemoteRelationship,
  signal: AbortSignal,
): Promise<void> {
  const removedEnds: EntityRef[] = [];
  for (const end of [source, target]) {
    const liveness = await fetchLiveness(calls, end, signal);
    if (liveness === 'gone') removedEnds.push(end);
    if (liveness === 'unknown') {
      throw new RemoteError(
        'server-fault',
        `AlgaPSA did not say whether asset ${end.remoteId} still exists.`,
      );
    }
  }
  if (removedEnds.length === 0) return;
  const names = removedEnds.map((end) => `asset ${end.remoteId}`).join(' and ');
  throw new RemoteError('end-removed', `AlgaPSA no longer has ${names}.`, { removedEnds });
}

export async function fetchLiveness(
  { http, checkTenant }: AlgapsaCalls,
  { lookupId }: EntityRef,
  signal: AbortSignal,
): Promise<Liveness> {
  if (!isUuid(lookupId)) return 'unknown';
  const path = `${ASSETS}/${lookupId}`;
  const { status, body } = await http.send({ method: 'GET', path, signal });
  if (status === 404) return isRefusal(body) ? 'gone' : 'unknown';
  const asset = status === 200 ? findAsset(body, `GET ${path}`) : undefined;
  if (asset === undefined) return 'unknown';
  checkTenant(asset.tenant, `GET ${path}`);
  return asset.entity.remoteId === lookupId ? 'alive' : 'unknown';
}
