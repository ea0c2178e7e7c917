import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { RemoteError } from '../remote/errors.ts';
import type { RemoteFacts, RemoteRelationship } from '../remote/remote.ts';
import { readEntityRow } from '../store/entities.ts';
import { clearHeldRemovals, heldKinds, readReleasedIds, saveHeldRemoval } from '../store/held-removals.ts';
import { readIntent } from '../store/intents.ts';
import { type MirrorRow, readMirror } from '../store/relationships.ts';
import { transaction } from '../store/sql.ts';
import { limitOf, probeAll } from './ask.ts';
import { endsRun, noteFailure, nowOf, type SyncContext, toFailure } from './context.ts';
import { createLivenessMemory } from './liveness.ts';
import { judgeLoss } from './loss.ts';
import { type Facts, plan } from './plan.ts';
import { assertSameIdentity, proveAbsences } from './prove-absence.ts';
import { readPlannable, settle } from './settle.ts';

/** What the guard counts of what is missing: neither what the user let go nor what the user wants to be otherwise. */
export function toCounted({ db, connectionId }: SyncContext, missing: readonly MirrorRow[]): MirrorRow[] {
  const released = readReleasedIds(db, connectionId, heldKinds.relationships);
  return missing.filter((row) => !released.has(row.id) && readIntent(db, row.id) === undefined);
}

/** What the guard leaves out of its count since the user wants it otherwise. */
export function readWished({ db }: SyncContext, missing: readonly MirrorRow[]): ReadonlySet<RelationshipId> {
  return new Set(missing.flatMap(({ id }) => (readIntent(db, id) === undefined ? [] : [id])));
}

/** Why the guard holds what is missing, or null. */
export function judgeMissing(
  context: SyncContext,
  missing: readonly MirrorRow[],
  total: number,
): string | null {
  return judgeLoss(context, toCounted(context, missing), total, 'here');
}

/** Keeps what the guard holds for the user to decide, and answers with what may go. */
export function holdBack<M extends MirrorRow>(
  context: SyncContext,
  missing: readonly M[],
  total: number,
  reason: string | null,
): readonly M[] {
  if (reason === null) return missing;
  const held = new Set(toCounted(context, missing).map((row) => row.id));
  saveHeldRemoval(context.db, {
    connectionId: context.connectionId,
    kind: heldKinds.relationships,
    ids: [...held],
    total,
    reason,
    now: nowOf(context),
  });
  return missing.filter((row) => !held.has(row.id));
}

/** Once what may go is gone: what was released is done with and, where there is no reason, nothing is held. */
export function forgetHeld({ db, connectionId }: SyncContext, reason: string | null): void {
  clearHeldRemovals(db, connectionId, heldKinds.relationships, reason === null ? 'all' : 'released');
}

/** A relationship of base as requests name it. */
export function toBaseRemote({ db }: SyncContext, row: MirrorRow): RemoteRelationship {
  const ends = { source: readEntityRow(db, row.sourceId), target: readEntityRow(db, row.targetId) };
  return { ...ends, type: row.baseType, remoteId: row.remoteId };
}

/** What went away with an end stays, unseen, until the end is listed again: there is nothing to prove or to hold. */
export function hasRemovedEnd({ db }: SyncContext, row: MirrorRow): boolean {
  return [row.sourceId, row.targetId].some((end) => readEntityRow(db, end).presence === 'removed');
}

/**
 * Proves what is missing in as few requests as the remote allows: all of it is asked for, and then, where that is needed
 * as proof, each end once. An end that is alive by then may have been hidden when it was asked for, so what seems gone
 * is asked for once more; a key may have spoken for someone else when it was listed, so the identity is asked for first.
 * `onPresent` hears of what is still there.
 */
export async function proveMissing(
  context: SyncContext,
  missing: readonly MirrorRow[],
  onPresent: (row: MirrorRow, has: RemoteFacts) => void,
): Promise<RelationshipId[]> {
  if (missing.length === 0) return [];
  await assertSameIdentity(context);
  const absent = await probeMissing(context, missing, onPresent);
  if (context.capabilities.absenceProof === 'probe') return absent.map((row) => row.id);
  if (context.tally.isListLying) {
    for (const row of absent) noteUnproved(context, row);
    return [];
  }
  const between = await keepBetweenLiving(context, absent);
  return (await probeMissing(context, between, onPresent)).map((row) => row.id);
}

/** What lies between two ends that are alive; each end is asked for once. */
async function keepBetweenLiving(context: SyncContext, absent: readonly MirrorRow[]): Promise<MirrorRow[]> {
  const liveness = createLivenessMemory(context.remote, context.signal);
  const proved: MirrorRow[] = [];
  for (const row of absent) {
    const [verdict] = await proveAbsences(context, [toBaseRemote(context, row)], { probed: true, liveness });
    if (verdict instanceof RemoteError) noteUnanswered(context, verdict);
    else if (verdict?.kind === 'proved') proved.push(row);
    else if (verdict?.kind === 'unproved') noteUnproved(context, row);
  }
  return proved;
}

/** What its own request does not find. */
async function probeMissing(
  context: SyncContext,
  missing: readonly MirrorRow[],
  onPresent: (row: MirrorRow, has: RemoteFacts) => void,
): Promise<MirrorRow[]> {
  const absent: MirrorRow[] = [];
  const size = limitOf(context, 'probe');
  for (let start = 0; start < missing.length; start += size) {
    context.progress('verify', start, missing.length);
    const part = missing.slice(start, start + size);
    const answers = await probeAll(
      context,
      part.map((row) => toBaseRemote(context, row)),
    );
    for (const [index, row] of part.entries()) {
      const has = answers[index] ?? null;
      if (has instanceof RemoteError) noteUnanswered(context, has);
      else if (has === null) absent.push(row);
      else onPresent(row, has);
    }
  }
  return absent;
}

function noteUnanswered(context: SyncContext, error: RemoteError): void {
  noteFailure(context, toFailure(error));
  if (endsRun(error)) throw error;
}

/** An end that was never listed cannot be asked for; its relationships are not shown either. */
function noteUnproved({ db, tally }: SyncContext, row: MirrorRow): void {
  const ends = [readEntityRow(db, row.sourceId), readEntityRow(db, row.targetId)];
  if (ends.some((end) => end.presence === 'unlisted')) return;
  const names = ends.map((end) => end.name).join(' → ');
  const message = `The list of relationships left out ${names}, and nothing proves that it is gone. It was kept.`;
  noteFailure({ tally }, { code: 'listing-incomplete', message });
}

/**
 * Removes what is proved gone, as long as the key speaks for the same identity. What was `wished` otherwise when the
 * guard counted, and is not any more, stays for the next sync to count.
 */
export async function removeProved(
  context: SyncContext,
  proved: readonly RelationshipId[],
  wished: ReadonlySet<RelationshipId>,
): Promise<void> {
  if (proved.length === 0) return;
  await assertSameIdentity(context);
  const counted = proved.filter((id) => !wished.has(id) || readIntent(context.db, id) !== undefined);
  for (const id of counted) {
    transaction(context.db, () => {
      removeOne(context, id);
      context.recordDone();
    });
  }
}

/** The user may have changed the relationship since it was listed, so it is planned anew. */
function removeOne(context: SyncContext, id: RelationshipId): void {
  const { db, tally } = context;
  const row = readMirror(db, id);
  if (row === undefined) return;
  const facts: Facts = {
    ...readPlannable(db, id),
    observed: 'absent',
    absenceProved: true,
    endRemoved: false,
    canReplace: false,
  };
  const step = plan(facts);
  if (step !== 'settle' && step !== 'conflict-removed-there') return;
  if (settle(db, row, 'absent', nowOf(context)) === 'removed') tally.relationships.removed += 1;
}
