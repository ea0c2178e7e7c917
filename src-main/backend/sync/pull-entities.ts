import type { RemoteEntity } from '../remote/remote.ts';
import {
  countListedEntities,
  type EntityRow,
  markRemoved,
  markSeen,
  readUnseenEntities,
  saveEntity,
} from '../store/entities.ts';
import { clearHeldRemovals, heldKinds, readReleasedIds, saveHeldRemoval } from '../store/held-removals.ts';
import { hastyTransaction, transaction } from '../store/sql.ts';
import { type SweepRow, saveReadKind } from '../store/sweeps.ts';
import { endsRun, noteFailure, nowOf, type SyncContext, toFailure } from './context.ts';
import { judgeRemovals } from './guard.ts';
import { assertSameIdentity } from './prove-absence.ts';

/** How many missing entities are asked for first: one that is still there shows that the list is not to be trusted. */
const SAMPLE = 5;

/**
 * Reads every kind to its end, page by page, each page in one transaction; then looks into what is missing. The kinds
 * that the sweep has read already, before it was interrupted, are not read again.
 */
export async function pullEntities(
  context: SyncContext,
  { id: sweepId, readKinds }: Pick<SweepRow, 'id' | 'readKinds'>,
): Promise<void> {
  const { db } = context;
  const total = countListedEntities(db, context.connectionId);
  const whole: string[] = [...readKinds];
  let done = 0;
  for (const kind of context.remote.kinds.filter((one) => !readKinds.includes(one))) {
    try {
      for await (const page of context.remote.fetchEntities(kind, context.signal)) {
        applyPage(context, page, sweepId);
        done += page.length;
        context.progress('entities', done, total > done ? total : null);
      }
      whole.push(kind);
      hastyTransaction(db, () => saveReadKind(db, sweepId, kind, nowOf(context)));
    } catch (error) {
      noteFailure(context, toFailure(error));
      if (endsRun(error)) throw error;
    }
  }
  await removeMissing(context, sweepId, whole, total);
}

function applyPage(context: SyncContext, page: readonly RemoteEntity[], sweepId: number): void {
  const { db, connectionId, tally } = context;
  const now = nowOf(context);
  hastyTransaction(db, () => {
    const saved = page.map((entity) => saveEntity(db, connectionId, entity, now));
    markSeen(
      db,
      saved.map(({ id }) => id),
      sweepId,
    );
    for (const { outcome } of saved) if (outcome !== 'unchanged') tally.entities[outcome] += 1;
    context.recordDone();
  });
}

/** Only kinds that were read to their end can miss anything; only a proved absence removes. */
async function removeMissing(
  context: SyncContext,
  sweepId: number,
  whole: readonly string[],
  total: number,
): Promise<void> {
  const { db, connectionId } = context;
  const missing = readUnseenEntities(db, connectionId, sweepId).filter((entity) =>
    whole.includes(entity.kind),
  );
  if (missing.length === 0) {
    if (context.tally.complete) clearHeldRemovals(db, connectionId, heldKinds.entities);
    return;
  }
  if (await isListLying(context, missing.slice(0, SAMPLE))) return;
  const released = readReleasedIds(db, connectionId, heldKinds.entities);
  const unreleased = missing.filter((entity) => !released.has(entity.id));
  const reason = judgeRemovals({
    what: 'entities',
    side: 'here',
    removals: unreleased.length,
    total,
    parts: [],
  });
  await removeProved(
    context,
    reason === null ? missing : missing.filter((entity) => released.has(entity.id)),
  );
  if (reason === null) {
    clearHeldRemovals(db, connectionId, heldKinds.entities);
    return;
  }
  clearHeldRemovals(db, connectionId, heldKinds.entities, 'released');
  const ids = unreleased.map((entity) => entity.id);
  saveHeldRemoval(db, { connectionId, kind: heldKinds.entities, ids, total, reason, now: nowOf(context) });
}

async function isListLying(context: SyncContext, sample: readonly EntityRow[]): Promise<boolean> {
  for (const entity of sample) {
    if ((await fetchLiveness(context, entity)) !== 'alive') continue;
    context.tally.isListLying = true;
    noteFailure(context, {
      code: 'listing-incomplete',
      message: `The list of ${entity.kind}s left out ${entity.name}, which still exists. Nothing was removed.`,
    });
    return true;
  }
  return false;
}

async function fetchLiveness(context: SyncContext, entity: EntityRow) {
  try {
    return await context.liveness.ask(entity);
  } catch (error) {
    noteFailure(context, toFailure(error));
    if (endsRun(error)) throw error;
    return 'unknown';
  }
}

async function removeProved(context: SyncContext, missing: readonly EntityRow[]): Promise<void> {
  const gone: EntityRow[] = [];
  for (const entity of missing) {
    const liveness = await fetchLiveness(context, entity);
    if (liveness === 'gone') gone.push(entity);
    else noteUnproved(context, entity);
  }
  if (gone.length === 0) return;
  await assertSameIdentity(context);
  transaction(context.db, () => {
    for (const entity of gone)
      if (markRemoved(context.db, entity.id, nowOf(context))) context.tally.entities.removed += 1;
    context.recordDone();
  });
}

function noteUnproved(context: SyncContext, entity: EntityRow): void {
  noteFailure(context, {
    code: 'listing-incomplete',
    message: `The list of ${entity.kind}s left out ${entity.name}, and nothing proves that it is gone. It was kept.`,
  });
}
