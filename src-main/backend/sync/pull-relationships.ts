import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { readEntityRow, readListedEntities } from '../store/entities.ts';
import { clearHeldRemovals, readHeldIds, readReleasedIds, saveHeldRemoval } from '../store/held-removals.ts';
import { readIntent } from '../store/intents.ts';
import { countBase, type MirrorRow, readMirror } from '../store/relationships.ts';
import { readListedInSweep } from '../store/sweeps.ts';
import { endsRun, noteFailure, nowOf, type SyncContext, toFailure } from './context.ts';
import { judgeRemovals } from './guard.ts';
import { listAll, listOne } from './list-relationships.ts';
import { type Facts, plan } from './plan.ts';
import { assertSameIdentity, createLivenessMemory, proveAbsence } from './prove-absence.ts';
import { orderReading, readReadingFacts } from './reading-order.ts';
import { readPlannable, settle } from './settle.ts';

/** Reads the outgoing relationships of every listed entity, then looks into what is missing. */
export async function pullRelationships(context: SyncContext, sweepId: number): Promise<void> {
  const { db, connectionId } = context;
  const total = countBase(db, connectionId);
  const entities = readListedEntities(db, connectionId);
  const known = readListedInSweep(db, sweepId);
  const held = readHeldIds(db, connectionId, 'entities');
  const unread = entities.filter((entity) => !known.has(entity.id) && !held.has(entity.id));
  const open = orderReading(unread, readReadingFacts(context));
  const missing = await listAll(context, open, entities.length, sweepId);
  await removeMissingRelationships(context, missing, total);
}

/** Counts against the guard first, then lists those parents once more, then proves one by one. */
export async function removeMissingRelationships(
  context: SyncContext,
  missing: readonly MirrorRow[],
  total: number,
): Promise<void> {
  const { db, connectionId } = context;
  const open = missing.filter((row) => !hasRemovedEnd(context, row));
  if (open.length === 0) {
    if (context.tally.complete) clearHeldRemovals(db, connectionId, 'relationships');
    return;
  }
  const again = await listAgain(context, open);
  const released = readReleasedIds(db, connectionId, 'relationships');
  const counted = again.filter((row) => !released.has(row.id) && readIntent(db, row.id) === undefined);
  const reason = judgeRemovals(counted.length, total, 'relationships');
  if (reason !== null && (await isListLying(context, counted))) return;
  const held = new Set(reason === null ? [] : counted.map((row) => row.id));
  await removeProved(
    context,
    again.filter((row) => !held.has(row.id)),
  );
  if (reason === null) clearHeldRemovals(db, connectionId, 'relationships');
  else
    saveHeldRemoval(db, {
      connectionId,
      what: 'relationships',
      ids: [...held],
      total,
      reason,
      now: nowOf(context),
    });
}

/** What went away with an end stays, unseen, until the end is listed again: there is nothing to prove or to hold. */
function hasRemovedEnd({ db }: SyncContext, row: MirrorRow): boolean {
  return [row.sourceId, row.targetId].some((end) => readEntityRow(db, end).presence === 'removed');
}

/** A row may have slipped between two pages: only what is missing twice is looked into. */
async function listAgain(context: SyncContext, missing: readonly MirrorRow[]): Promise<MirrorRow[]> {
  const ids = new Set(missing.map((row) => row.id));
  const again: MirrorRow[] = [];
  for (const sourceId of new Set(missing.map((row) => row.sourceId))) {
    const listing = await listOne(context, readEntityRow(context.db, sourceId), 'outgoing', null);
    again.push(...listing.missing.filter((row) => ids.has(row.id)));
  }
  return again;
}

const SAMPLE = 5;

async function isListLying(context: SyncContext, missing: readonly MirrorRow[]): Promise<boolean> {
  for (const row of missing.slice(0, SAMPLE)) {
    const relationship = toRemote(context, row);
    if ((await context.remote.probe(relationship, context.signal)) === null) continue;
    noteLyingList(context, row);
    return true;
  }
  return false;
}

function noteLyingList(context: SyncContext, row: MirrorRow): void {
  const source = readEntityRow(context.db, row.sourceId);
  noteFailure(context, {
    code: 'listing-incomplete',
    message: `The list of relationships of ${source.name} left out some that still exist. Nothing was removed.`,
  });
}

function toRemote({ db }: SyncContext, row: MirrorRow) {
  const ends = { source: readEntityRow(db, row.sourceId), target: readEntityRow(db, row.targetId) };
  return { ...ends, type: row.baseType, remoteId: row.remoteId };
}

async function removeProved(context: SyncContext, missing: readonly MirrorRow[]): Promise<void> {
  const proved: RelationshipId[] = [];
  const liveness = createLivenessMemory(context);
  for (const [index, row] of missing.entries()) {
    context.progress('verify', index, missing.length);
    try {
      const verdict = await proveAbsence(context, liveness, toRemote(context, row));
      if (verdict.kind === 'proved') proved.push(row.id);
      if (verdict.kind === 'present') noteLyingList(context, row);
      if (verdict.kind === 'unproved') noteUnproved(context, row);
    } catch (error) {
      noteFailure(context, toFailure(error));
      if (endsRun(error)) throw error;
    }
  }
  if (proved.length === 0) return;
  await assertSameIdentity(context);
  for (const id of proved) removeOne(context, id);
}

/** An end that was never listed cannot be asked for; its relationships are not shown either. */
function noteUnproved({ db, tally }: SyncContext, row: MirrorRow): void {
  const ends = [readEntityRow(db, row.sourceId), readEntityRow(db, row.targetId)];
  if (ends.some((end) => end.presence === 'unlisted')) return;
  const names = ends.map((end) => end.name).join(' → ');
  const message = `The list of relationships left out ${names}, and nothing proves that it is gone. It was kept.`;
  noteFailure({ tally }, { code: 'listing-incomplete', message });
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
