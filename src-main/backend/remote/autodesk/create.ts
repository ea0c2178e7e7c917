import { RemoteError } from '../errors.ts';
import { type HttpAnswer, quote } from '../http.ts';
import type { EntityRef, RemoteFacts, RemoteRelationship } from '../remote.ts';
import { type PutOutcome, parsePut, toFacts } from './answers.ts';
import { fetchLiveness } from './assets.ts';
import { type AutodeskCalls, refuseBadProject, toContainerPath } from './calls.ts';
import { findLegacyEnds, sortByEndpoint, toPutRequest } from './compose.ts';
import { isForbidden, readRefusal, sendWrite } from './diagnose.ts';
import { toEndKey, toPairKey, toRef } from './kinds.ts';
import { createLegacy } from './legacy.ts';
import { findRow, note } from './reads.ts';
import { toKindsKey } from './writable.ts';

type Outcome = RemoteFacts | RemoteError;

/** Creates what shares an end in one request; what only the older endpoint takes, one by one. */
export async function createBatch(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  refuseBadProject(calls);
  const outcomes = new Map<RemoteRelationship, Outcome>();
  for (const one of relationships) {
    const refusal = findUnsendable(calls, one);
    if (refusal !== null) outcomes.set(one, refusal);
  }
  const { legacy, put } = sortByEndpoint(
    calls,
    relationships.filter((one) => !outcomes.has(one)),
  );
  for (const one of legacy) outcomes.set(one, await stand(createByLegacy(calls, one, signal)));
  const told = await putAll(calls, put, signal);
  for (const [index, one] of put.entries()) outcomes.set(one, told[index] ?? untold(one));
  return relationships.map((one) => outcomes.get(one) ?? untold(one));
}

/** What is not sent because the answer is known: nothing takes it. */
export function findUnsendable({ writable }: AutodeskCalls, one: RemoteRelationship): RemoteError | null {
  const { source, target } = one;
  if (toEndKey(source) === toEndKey(target)) {
    return new RemoteError('refused', 'Autodesk relates nothing to itself. Nothing was sent.');
  }
  const isKnown = [source, target].every((end) => toRef(end).domain !== '');
  const isAllowed = writable?.has(toKindsKey(source.kind, target.kind)) ?? true;
  if (isKnown && (isAllowed || findLegacyEnds(one) !== null)) return null;
  return new RemoteError(
    'refused',
    `Autodesk lets nobody relate ${source.kind} and ${target.kind}. Nothing was sent.`,
  );
}

/** A plain no is the outcome of one relationship; everything else ends the batch. */
export async function stand<T>(outcome: Promise<T>): Promise<T | RemoteError> {
  return await outcome.catch((error: unknown) => {
    const isItsOwn =
      error instanceof RemoteError &&
      ['refused', 'end-removed', 'id-taken', 'forbidden'].includes(error.kind);
    if (isItsOwn) return error;
    throw error;
  });
}

/** One PUT. Where it is refused it did nothing, so each is tried alone to learn which one was meant. */
async function putAll(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const [first, ...others] = relationships;
  if (first === undefined) return [];
  const answer = await put(calls, relationships, signal);
  if (!(answer instanceof RemoteError) && [200, 201, 409].includes(answer.status)) {
    const told = parsePut(answer, toCall(calls));
    note(calls, told.made);
    const outcomes: Outcome[] = [];
    for (const one of relationships) outcomes.push(judge(one, told) ?? (await readBack(calls, one, signal)));
    return outcomes;
  }
  if (others.length === 0) return [await stand(settleRefusal(calls, first, answer, signal))];
  const outcomes: Outcome[] = [];
  for (const one of relationships) outcomes.push(...(await putAll(calls, [one], signal)));
  return outcomes;
}

/** The answer, or the 403. */
async function put(
  calls: AutodeskCalls,
  relationships: readonly RemoteRelationship[],
  signal: AbortSignal,
): Promise<HttpAnswer | RemoteError> {
  return await sendWrite(calls, { ...toPutRequest(calls, relationships), signal });
}

function toCall(calls: AutodeskCalls): string {
  return `PUT ${toContainerPath(calls, '')}`;
}

/** What a PUT tells of one relationship; undefined where it tells nothing of it. */
function judge(one: RemoteRelationship, { made, conflicts }: PutOutcome): Outcome | undefined {
  const pair = toPairKey(one.source, one.target);
  const there = [...made, ...conflicts.map(({ actual }) => actual)];
  const row = there.find((known) => known.pair === pair && !known.isDeleted);
  if (row !== undefined) return toFacts(row);
  if (!conflicts.some(({ proposed }) => proposed === one.remoteId?.toLowerCase())) return undefined;
  return new RemoteError(
    'id-taken',
    'Autodesk has, or had, another relationship with the id that was proposed. Nothing was created.',
  );
}

/** A 409 may leave out what it created. */
async function readBack(
  calls: AutodeskCalls,
  one: RemoteRelationship,
  signal: AbortSignal,
): Promise<Outcome> {
  const row = await findRow(calls, one, signal);
  return row === null ? untold(one) : toFacts(row);
}

function untold({ source, target }: RemoteRelationship): RemoteError {
  return new RemoteError(
    'server-fault',
    `Autodesk told a success for ${source.kind} ${source.remoteId} and ${target.kind} ${target.remoteId}, but they are not related.`,
  );
}

/** What the newer API refuses the older one may take. A refusal by both names an end that is gone, if one is. */
async function settleRefusal(
  calls: AutodeskCalls,
  one: RemoteRelationship,
  answer: HttpAnswer | RemoteError,
  signal: AbortSignal,
): Promise<RemoteFacts> {
  const { status, body } = readRefusal(answer);
  if ([400, 403].includes(status) && findLegacyEnds(one) !== null) {
    const created = await createLegacy(calls, one, signal).catch((error: unknown) => {
      if (isForbidden(error)) return { refusal: '' };
      throw error;
    });
    if (!('refusal' in created)) return created;
  }
  await refuseIfEndRemoved(calls, one, signal);
  const advice =
    status === 403 ? ' You need access to both ends, and their kinds must be allowed in this project.' : '';
  throw new RemoteError(
    'refused',
    `Autodesk refused the relationship (status ${status}${quote(body)}).${advice}`,
  );
}

async function createByLegacy(
  calls: AutodeskCalls,
  one: RemoteRelationship,
  signal: AbortSignal,
): Promise<RemoteFacts> {
  const created = await createLegacy(calls, one, signal);
  if (!('refusal' in created)) return created;
  await refuseIfEndRemoved(calls, one, signal);
  throw new RemoteError(
    'refused',
    `Autodesk refused the relationship${created.refusal}. Assets and checklists are related in BIM 360 projects only.`,
  );
}

async function refuseIfEndRemoved(
  calls: AutodeskCalls,
  { source, target }: RemoteRelationship,
  signal: AbortSignal,
): Promise<void> {
  const removedEnds: EntityRef[] = [];
  for (const end of [source, target]) {
    if ((await fetchLiveness(calls, end, signal)) === 'gone') removedEnds.push(end);
  }
  if (removedEnds.length === 0) return;
  const names = removedEnds.map((end) => `${end.kind} ${end.remoteId}`).join(' and ');
  throw new RemoteError('end-removed', `Autodesk no longer has ${names}.`, { removedEnds });
}
