import { RemoteError } from '../remote/errors.ts';
import type { BulkListing } from '../remote/remote.ts';
import { type EntityRow, readEntityRow } from '../store/entities.ts';
import type { MirrorRow } from '../store/relationships.ts';
import { endsRun, type SyncContext } from './context.ts';

/** What a second look told: what is missing `again`, and what is still `open` to be looked for one by one. */
export interface SecondLook {
  readonly again: MirrorRow[];
  readonly open: readonly MirrorRow[];
}

/**
 * Looks once more for what a list left out, with few requests where the remote has a way. One that fails or cannot be
 * believed tells nothing: then every list is read again.
 */
export async function lookAgainInBulk(
  context: SyncContext,
  missing: readonly MirrorRow[],
): Promise<SecondLook> {
  const nothing: SecondLook = { again: [], open: missing };
  const { bulk } = context.remote;
  if (bulk === undefined) return nothing;
  const rows = missing.filter((row) => isTold(context, bulk, row));
  const sources = [...new Set(rows.map((row) => row.sourceId))].map((id) => readEntityRow(context.db, id));
  if (!bulk.isCheaper(sources.length, rows.length)) return nothing;
  try {
    const present = await readTargets(context, bulk, sources);
    const told = new Set(rows);
    const again = rows.filter((row) => !present.has(toPair(context, row)));
    // what is there after all was left out by its list: that list is read again, and tells
    const open = missing.filter((row) => !told.has(row) || present.has(toPair(context, row)));
    return { again, open };
  } catch (error) {
    if (endsRun(error) || !(error instanceof RemoteError)) throw error;
    return nothing;
  }
}

function isTold({ db }: SyncContext, bulk: BulkListing, row: MirrorRow): boolean {
  const [source, target] = [readEntityRow(db, row.sourceId), readEntityRow(db, row.targetId)];
  return source.kind === bulk.source && target.kind === bulk.target;
}

async function readTargets(
  { signal }: SyncContext,
  bulk: BulkListing,
  sources: readonly EntityRow[],
): Promise<ReadonlySet<string>> {
  const present = new Set<string>();
  for await (const { source, targets } of bulk.fetchTargetsOf(sources, signal)) {
    for (const target of targets) present.add(`${source.remoteId} ${target.remoteId}`);
  }
  return present;
}

function toPair({ db }: SyncContext, row: MirrorRow): string {
  return `${readEntityRow(db, row.sourceId).remoteId} ${readEntityRow(db, row.targetId).remoteId}`;
}
