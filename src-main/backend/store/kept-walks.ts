import type { EntityId } from '../../../src-preload/contract/model.ts';
import { limits } from '../query/language.ts';
import { readChangeCount } from './adjacency-rows.ts';
import type { Turns } from './slices.ts';
import { count, type ReadableDb } from './sql.ts';

/** What a walk has found, as it is bound to a condition: a list of ids as JSON, or a byte for each id from 1. */
export type Walked = string | Buffer;

/** So many walks are kept: all of two queries, such as those of the list and of the graph, for every page of them. */
const KEPT = 2 * limits.allSteps;

interface Kept {
  readonly changes: number;
  readonly walks: Map<string, Walked>;
}

const kept = new WeakMap<ReadableDb, Kept>();
const snapshots = new WeakMap<ReadableDb, Kept>();

/**
 * Lets a handle whose transaction has just begun remember together with one that is open for longer, up to the next
 * change that the latter sees: until then, both read the same.
 */
export function shareWalks(db: ReadableDb, snapshot: ReadableDb): void {
  if (db.inTransaction) return;
  const shared = readKept(db);
  count(snapshot, 'SELECT COUNT(*) FROM setting'); // what is read first decides what is read from then on
  snapshots.set(snapshot, shared);
}

/**
 * What a walk finds, walked once as long as nothing changes; a walk that is not gone to its end leaves nothing. `what`
 * tells walks apart; null where what is found changes by itself, as time goes by.
 */
export function* walkOnce(db: ReadableDb, what: string | null, walk: () => Turns<EntityId[]>): Turns<Walked> {
  // what a transaction takes back is no change that is counted
  const keep = snapshots.get(db) ?? (db.inTransaction ? null : readKept(db));
  if (what === null || keep === null) return toWalked(db, yield* walk());
  const known = keep.walks.get(what);
  if (known !== undefined) return known;
  const found = toWalked(db, yield* walk());
  const [oldest] = keep.walks.keys();
  if (keep.walks.size >= KEPT && oldest !== undefined) keep.walks.delete(oldest);
  keep.walks.set(what, found);
  return found;
}

function readKept(db: ReadableDb): Kept {
  const changes = readChangeCount(db);
  const known = kept.get(db);
  if (known?.changes === changes) return known;
  const fresh = { changes, walks: new Map<string, Walked>() };
  kept.set(db, fresh);
  return fresh;
}

/** Of so many entities at least one is found where bytes are the better: a list leads to few, but is costly to take in. */
const SHARE = 20;

function toWalked(db: ReadableDb, found: readonly EntityId[]): Walked {
  const ids = Int32Array.from(found).toSorted();
  const entities = count(db, 'SELECT COALESCE(MAX(id), 0) FROM entity');
  if (ids.length * SHARE <= entities) return JSON.stringify([...ids]);
  const bytes = Buffer.alloc(ids.at(-1) ?? 0);
  for (const id of ids) bytes[id - 1] = 1;
  return bytes;
}
