import type { DescribedCall, DescribedRequest, Foreseen, RemoteRelationship } from '../remote.ts';
import type { AutodeskCalls } from './calls.ts';
import {
  PAGE_SIZE,
  sortByEndpoint,
  toAskedId,
  toBatchRequest,
  toDeleteRequest,
  toIntersectRequests,
  toLegacyRequest,
  toPutRequest,
} from './compose.ts';
import { findUnsendable } from './create.ts';

/** The requests of one call of the batch, where the remote has what is foreseen. */
export function describeCall(
  calls: AutodeskCalls,
  call: DescribedCall,
  foreseen: readonly Foreseen[],
): readonly DescribedRequest[] {
  const relationships = foreseen.map(({ relationship }) => relationship);
  switch (call) {
    case 'probe':
      return describeProbe(calls, foreseen);
    case 'create':
      return describeCreate(calls, relationships);
    case 'remove':
      return describeRemove(calls, relationships);
  }
}

/** By their ids; those that are not there by that, by their ends. */
function describeProbe(calls: AutodeskCalls, foreseen: readonly Foreseen[]): DescribedRequest[] {
  const relationships = foreseen.map(({ relationship }) => relationship);
  const batch = toBatchRequest(calls, relationships);
  const isFound = ({ relationship, isThere }: Foreseen) => isThere && toAskedId(relationship) !== null;
  const left = foreseen.filter((one) => !isFound(one)).map(({ relationship }) => relationship);
  const intersects = toIntersectRequests(calls, left);
  return [
    ...(batch === null ? [] : [{ ...batch, about: relationships.filter((one) => toAskedId(one) !== null) }]),
    ...intersects.map((request) => ({ ...request, path: `${request.path}?pageLimit=${PAGE_SIZE}` })),
  ];
}

function describeCreate(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
): DescribedRequest[] {
  const sendable = relationships.filter((one) => findUnsendable(calls, one) === null);
  const { legacy, put } = sortByEndpoint(calls, sendable);
  return [
    ...legacy.flatMap((one) => {
      const request = toLegacyRequest(calls, one);
      return request === null ? [] : [{ ...pick(request), about: [one] }];
    }),
    ...(put.length === 0 ? [] : [{ ...toPutRequest(calls, put), about: put }]),
  ];
}

/** What is known to be read-only is not sent. An id that is not known yet is told by the read before. */
function describeRemove(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
): DescribedRequest[] {
  const about = relationships.filter((one) => !calls.readOnly.has(toAskedId(one) ?? ''));
  if (about.length === 0) return [];
  const ids = about.map((one) => toAskedId(one) ?? '{id}');
  return [{ ...toDeleteRequest(calls, ids), about }];
}

function pick({ method, path, body }: Omit<DescribedRequest, 'about'>) {
  return { method, path, body };
}
