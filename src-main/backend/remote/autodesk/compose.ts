import type { HttpRequest } from '../http.ts';
import type { NamedEnd, RemoteRelationship } from '../remote.ts';
import { type AutodeskCalls, toContainerPath } from './calls.ts';
import { isUuid, toEndKey, toRef } from './kinds.ts';
import { LEGACY_KINDS, toKindsKey } from './writable.ts';

/** What goes in which request: the calls send it, a dry run tells of it. */

/** The most in one PUT, `:delete` and `:batch`; from the vendor's reference. */
export const autodeskBatchLimits = { create: 20, remove: 50, probe: 50 } as const;

/** The largest page of `:search` and `:intersect`. */
export const PAGE_SIZE = 100;
/** The most ends on each side of one `:intersect`. */
const INTERSECT_LIMIT = 20;

type Place = Pick<AutodeskCalls, 'project'>;
type Sought = Pick<RemoteRelationship, 'source' | 'target'>;
type Composed = Required<Pick<HttpRequest, 'method' | 'path' | 'body'>>;

/** The id of each that has one which can be asked for, in lower case. */
export function toAskedId({ remoteId }: Pick<RemoteRelationship, 'remoteId'>): string | null {
  return remoteId !== null && isUuid(remoteId) ? remoteId.toLowerCase() : null;
}

/** Asks for relationships by their ids. */
export function toBatchRequest(place: Place, relationships: readonly RemoteRelationship[]): Composed | null {
  const ids = new Set(relationships.map(toAskedId).filter((id) => id !== null));
  if (ids.size === 0) return null;
  return { method: 'POST', path: toContainerPath(place, ':batch'), body: [...ids] };
}

/** Asks for relationships by their ends, as many in each request as it takes, with those that each is about. */
export function toIntersectRequests<S extends Sought>(
  place: Place,
  sought: readonly S[],
): (Composed & { readonly about: readonly S[] })[] {
  const path = toContainerPath(place, ':intersect');
  const parts: S[][] = [];
  for (let at = 0; at < sought.length; at += INTERSECT_LIMIT)
    parts.push(sought.slice(at, at + INTERSECT_LIMIT));
  return parts.map((about) => {
    const entities = toRefs(about.map(({ source }) => source));
    const withEntities = toRefs(about.map(({ target }) => target));
    return { method: 'POST', path, body: { entities, withEntities }, about };
  });
}

function toRefs(ends: readonly NamedEnd[]) {
  return [...new Map(ends.map((end) => [toEndKey(end), toRef(end)])).values()];
}

/** Creates what goes in one request. A proposed id that is no UUID is left to the remote to choose. */
export function toPutRequest(place: Place, relationships: readonly RemoteRelationship[]): Composed {
  const body = relationships.map(({ source, target, remoteId }) => ({
    ...(remoteId !== null && isUuid(remoteId) ? { id: remoteId } : {}),
    entities: [toRef(source), toRef(target)],
  }));
  return { method: 'PUT', path: toContainerPath(place, ''), body };
}

/** Longer ids are taken by the Relationships API only. */
const LONGEST_ID = 128;

/** The asset and the other end, where the Assets API of BIM 360 may relate the two. */
export function findLegacyEnds({ source, target }: Pick<RemoteRelationship, 'source' | 'target'>) {
  const [asset, far] = source.kind === 'asset' ? [source, target] : [target, source];
  const fits =
    asset.kind === 'asset' &&
    isUuid(asset.remoteId) &&
    LEGACY_KINDS.includes(far.kind) &&
    far.remoteId.length <= LONGEST_ID;
  return fits ? { asset, far } : null;
}

/** An asset and a checklist, as long as the allow list was not seen to hold the two. */
export function isLegacyOnly({ writable }: AutodeskCalls, { source, target }: RemoteRelationship): boolean {
  const key = toKindsKey(source.kind, target.kind);
  return key === toKindsKey('asset', 'checklist') && writable?.has(key) !== true;
}

function toLegacyPath({ project }: Place, { remoteId }: NamedEnd): string {
  return `/bim360/assets/v1/projects/${project}/assets/${remoteId}/relationships`;
}

/** Creates one by the older endpoint, with the end that is named in it; null where that cannot be. */
export function toLegacyRequest(
  place: Place,
  relationship: Sought,
): (Composed & { readonly far: NamedEnd }) | null {
  const ends = findLegacyEnds(relationship);
  if (ends === null) return null;
  const body = { entities: [{ id: ends.far.remoteId, type: ends.far.kind }] };
  return { method: 'POST', path: toLegacyPath(place, ends.asset), body, far: ends.far };
}

/** Removes relationships by their ids. */
export function toDeleteRequest(place: Place, ids: readonly string[]): Composed {
  return { method: 'POST', path: toContainerPath(place, ':delete'), body: ids };
}

/** By which endpoint creates go, each in the order of the call: those of the older one are sent first, one by one. */
export function sortByEndpoint(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
): { readonly legacy: readonly RemoteRelationship[]; readonly put: readonly RemoteRelationship[] } {
  return {
    legacy: relationships.filter((one) => isLegacyOnly(calls, one)),
    put: relationships.filter((one) => !isLegacyOnly(calls, one)),
  };
}
