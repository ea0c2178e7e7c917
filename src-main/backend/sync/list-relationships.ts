import type { EntityId } from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import type { Direction, RelatedEnd } from '../remote/remote.ts';
import type { EntityRow } from '../store/entities.ts';
import { type MirrorRow, readMirrorBeside } from '../store/relationships.ts';
import { hastyTransaction } from '../store/sql.ts';
import { saveListing } from '../store/sweeps.ts';
import { endsRun, noteFailure, nowOf, type SyncContext, toFailure } from './context.ts';
import { createFaultStreak } from './fault-streak.ts';
import { assertSameIdentity } from './prove-absence.ts';
import { findEnds, type SeenEnds, settlePage } from './settle-seen.ts';
import { atOnce, createTurns, type InTurn } from './turns.ts';

const WORKERS = 4;

/** Several entities at a time, within the remote's rate; each listing is applied whole or not at all. */
export async function listAll(
  context: SyncContext,
  open: readonly EntityRow[],
  total: number,
  sweepId: number,
): Promise<MirrorRow[]> {
  const missing: MirrorRow[] = [];
  const remaining = open.values();
  let done = total - open.length;
  let stopped = false;
  const streak = createFaultStreak();
  const inTurn = createTurns(context.clock);
  const work = async () => {
    for (const entity of remaining) {
      if (stopped) return;
      const listing = await listOne(context, entity, 'outgoing', sweepId, inTurn);
      streak.note(listing.fault);
      missing.push(...listing.missing);
      done += 1;
      context.progress('relationships', done, total);
    }
  };
  const stop = (error: unknown) => {
    stopped = true;
    throw error;
  };
  await settleAll(Array.from({ length: WORKERS }, () => work().catch(stop)));
  return missing;
}

/** Resolves or rejects only once none is under way any more, so that nothing is written after the run has ended. */
async function settleAll(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** One listing: what base has and it left out. `fault` is why the remote could not give it. */
export interface Listing {
  readonly missing: readonly MirrorRow[];
  readonly fault: unknown;
}

/** Applies one whole listing; one that fails is noted and changes nothing. */
export async function listOne(
  context: SyncContext,
  entity: EntityRow,
  direction: Direction,
  sweepId: number | null,
  inTurn: InTurn = atOnce,
): Promise<Listing> {
  try {
    const ends = await context.remote.fetchRelationshipsOf(entity, direction, context.signal);
    // a feed tells a thing once: nothing would put right what another account was heard to have
    if (context.remote.feed !== null) await assertSameIdentity(context);
    const missing = await inTurn(() => applyListing(context, entity, direction, ends, sweepId));
    return { missing, fault: null };
  } catch (error) {
    noteFailure(context, toFailure(error));
    if (endsRun(error)) throw error;
    return { missing: [], fault: error };
  }
}

function applyListing(
  context: SyncContext,
  entity: EntityRow,
  direction: Direction,
  ends: readonly RelatedEnd[],
  sweepId: number | null,
): MirrorRow[] {
  const { db } = context;
  const now = nowOf(context);
  return hastyTransaction(db, () => {
    const others = findEnds(context, ends, now);
    const seen = ends.map((end, index) => {
      const other = must(others[index], 'the end that was just found');
      const { type, relationshipId: remoteId, flags = [], madeAt } = end;
      const facts = { type, remoteId, flags, ...(madeAt === undefined ? {} : { madeAt }) };
      return { ends: toEnds(entity, other, direction), facts };
    });
    settlePage(context, seen, now);
    const missing = readMissing(context, entity.id, direction, new Set(others.map(({ id }) => id)));
    // what was left out is known to this run alone: were it cut off, the sweep would have to hear it again
    const isDone = missing.length === 0;
    if (direction === 'outgoing') saveListing(db, entity.id, isDone ? sweepId : null, now);
    return missing;
  });
}

function toEnds(near: SeenEnds['source'], far: SeenEnds['target'], direction: Direction): SeenEnds {
  return direction === 'outgoing' ? { source: near, target: far } : { source: far, target: near };
}

/** What base has of an entity in one direction, or in both where that is the same, and the listing left out. */
function readMissing(
  { db, connectionId, capabilities }: SyncContext,
  id: EntityId,
  direction: Direction,
  present: ReadonlySet<EntityId>,
): MirrorRow[] {
  const read = (end: 'source' | 'target') => readMirrorBeside(db, { id, end, connectionId }, present);
  const outgoing = capabilities.directed && direction === 'incoming' ? [] : read('source');
  const incoming = capabilities.directed && direction === 'outgoing' ? [] : read('target');
  const loops = new Set(outgoing.map((row) => row.id));
  return [...outgoing, ...incoming.filter((row) => !loops.has(row.id))];
}
