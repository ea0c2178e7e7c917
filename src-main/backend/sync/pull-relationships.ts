import { readEntityRow, readListedEntities } from '../store/entities.ts';
import { heldKinds, readHeldIds } from '../store/held-removals.ts';
import type { MirrorRow } from '../store/relationships.ts';
import { readListedInSweep } from '../store/sweeps.ts';
import { probeAll } from './ask.ts';
import { noteFailure, type SyncContext } from './context.ts';
import { listAll, listOne } from './list-relationships.ts';
import { lookAgainInBulk } from './look-again.ts';
import { countBaseBefore } from './loss.ts';
import { orderReading, readReadingFacts } from './reading-order.ts';
import {
  forgetHeld,
  hasRemovedEnd,
  holdBack,
  judgeMissing,
  proveMissing,
  readWished,
  removeProved,
  toBaseRemote,
  toCounted,
} from './remove-missing.ts';

/** Reads the outgoing relationships of every listed entity, then looks into what is missing. */
export async function pullRelationships(context: SyncContext, sweepId: number): Promise<void> {
  const { db, connectionId } = context;
  const total = countBaseBefore(context);
  const entities = readListedEntities(db, connectionId);
  const known = readListedInSweep(db, sweepId);
  const held = readHeldIds(db, connectionId, heldKinds.entities);
  const unread = entities.filter((entity) => !known.has(entity.id) && !held.has(entity.id));
  const open = orderReading(unread, await readReadingFacts(context, unread));
  const missing = await listAll(context, open, entities.length, sweepId);
  await removeMissingRelationships(context, missing, total);
}

/** Counts against the guard first, then lists those parents once more, then proves one by one. */
export async function removeMissingRelationships(
  context: SyncContext,
  missing: readonly MirrorRow[],
  total: number,
): Promise<void> {
  const open = toDistinct(missing).filter((row) => !hasRemovedEnd(context, row));
  if (open.length === 0) {
    if (context.tally.complete) forgetHeld(context, null);
    return;
  }
  const again = await listAgain(context, open);
  const wished = readWished(context, again);
  const reason = judgeMissing(context, again, total);
  if (reason !== null && (await isListLying(context, toCounted(context, again)))) return;
  const free = holdBack(context, again, total, reason);
  const proved = await proveMissing(context, free, (row) => noteLyingList(context, row));
  await removeProved(context, proved, wished);
  forgetHeld(context, reason);
}

/** Where relationships are not directed, both ends have left it out. */
function toDistinct(rows: readonly MirrorRow[]): MirrorRow[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()];
}

/** A row may have slipped between two pages: only what is missing twice is looked into. */
async function listAgain(context: SyncContext, missing: readonly MirrorRow[]): Promise<MirrorRow[]> {
  const { again, open } = await lookAgainInBulk(context, missing);
  const ids = new Set(open.map((row) => row.id));
  for (const sourceId of new Set(open.map((row) => row.sourceId))) {
    const listing = await listOne(context, readEntityRow(context.db, sourceId), 'outgoing', null);
    again.push(...listing.missing.filter((row) => ids.has(row.id)));
  }
  return toDistinct(again);
}

const SAMPLE = 5;

async function isListLying(context: SyncContext, missing: readonly MirrorRow[]): Promise<boolean> {
  for (const row of missing.slice(0, SAMPLE)) {
    const [has] = await probeAll(context, [toBaseRemote(context, row)]);
    if (has instanceof Error) throw has;
    if (has === null || has === undefined) continue;
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
