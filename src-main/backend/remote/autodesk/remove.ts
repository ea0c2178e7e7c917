import { RemoteError } from '../errors.ts';
import { type HttpAnswer, quote } from '../http.ts';
import type { RemoteRelationship } from '../remote.ts';
import { parseDeleted } from './answers.ts';
import { type AutodeskCalls, refuseBadProject } from './calls.ts';
import { isLegacyOnly, toAskedId, toDeleteRequest } from './compose.ts';
import { readRefusal, sendWrite } from './diagnose.ts';
import { findRow, probeBatch } from './reads.ts';

type Outcome = 'removed' | RemoteError;
type Named = RemoteRelationship & { readonly remoteId: string };

/** Removes up to 50 in one request. One whose id is not known is looked for by its ends first. */
export async function removeBatch(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  refuseBadProject(calls);
  const outcomes = new Map<RemoteRelationship, Outcome>();
  const toDelete = new Map<RemoteRelationship, Named>();
  for (const one of relationships) {
    const remoteId = await readId(calls, one, signal);
    if (remoteId === null) outcomes.set(one, 'removed');
    else if (calls.readOnly.has(remoteId)) outcomes.set(one, readOnly());
    else toDelete.set(one, { ...one, remoteId });
  }
  const deleted = await deleteAll(calls, [...toDelete.values()], signal);
  for (const [index, one] of [...toDelete.keys()].entries()) outcomes.set(one, deleted[index] ?? 'removed');
  return relationships.map((one) => outcomes.get(one) ?? 'removed');
}

async function readId(calls: AutodeskCalls, one: RemoteRelationship, signal: AbortSignal) {
  return toAskedId(one) ?? (await findRow(calls, one, signal))?.remoteId ?? null;
}

function readOnly(): RemoteError {
  return new RemoteError(
    'refused',
    'Autodesk says that this relationship is read-only for this user. It was not removed.',
  );
}

/** Deleting is all or nothing where it is refused, so then each is tried alone. */
async function deleteAll(
  calls: AutodeskCalls,
  named: readonly Named[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const [first, ...others] = named;
  if (first === undefined) return [];
  const ids = named.map(({ remoteId }) => remoteId);
  const request = toDeleteRequest(calls, ids);
  const answer = await sendWrite(calls, { ...request, signal });
  if (!(answer instanceof RemoteError) && answer.status === 200) {
    return await compare(calls, named, parseDeleted(answer.body, `POST ${request.path}`), signal);
  }
  if (others.length === 0) return [await settleRefusal(calls, first, answer, signal)];
  const outcomes: Outcome[] = [];
  for (const one of named) outcomes.push(...(await deleteAll(calls, [one], signal)));
  return outcomes;
}

/** What the answer does not name was perhaps gone before, or its pair was related anew by another id. */
async function compare(
  calls: AutodeskCalls,
  named: readonly Named[],
  deleted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const left = named.filter(({ remoteId }) => !deleted.has(remoteId));
  const there = left.length === 0 ? [] : await probeBatch(calls, left, signal);
  const kept = new Set(left.filter((_, index) => there[index] !== null));
  return named.map((one) =>
    kept.has(one)
      ? new RemoteError(
          'refused',
          'Autodesk still has a relationship between the two, perhaps a newer one. It was not removed.',
        )
      : 'removed',
  );
}

async function settleRefusal(
  calls: AutodeskCalls,
  one: Named,
  answer: HttpAnswer | RemoteError,
  signal: AbortSignal,
): Promise<Outcome> {
  const row = await findRow(calls, one, signal);
  if (row === null) return 'removed';
  if (row.isReadOnly) return readOnly();
  const { status, body } = readRefusal(answer);
  const advice = isLegacyOnly(calls, one)
    ? ' The service of BIM 360 that related the asset and the checklist keeps that to itself: remove it there.'
    : '';
  return new RemoteError(
    'refused',
    `Autodesk did not remove the relationship (status ${status}${quote(body)}).${advice}`,
  );
}
