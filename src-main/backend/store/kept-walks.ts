import { readChangeCount } from './adjacency-rows.ts';
import type { ReadableDb } from './sql.ts';

/** So many walks are kept: a list asks for its pages and their total one after the other. */
const KEPT = 4;

interface Kept {
  readonly changes: number;
  readonly walks: Map<string, string>;
}

const kept = new WeakMap<ReadableDb, Kept>();

/**
 * What a walk finds, walked once as long as nothing changes. `what` tells walks apart; null where what is found
 * changes by itself, as time goes by.
 */
export function walkOnce(db: ReadableDb, what: string | null, walk: () => string): string {
  // what a transaction takes back is no change that is counted
  if (what === null || db.inTransaction) return walk();
  const { walks } = readKept(db);
  const known = walks.get(what);
  if (known !== undefined) return known;
  const found = walk();
  const [oldest] = walks.keys();
  if (walks.size >= KEPT && oldest !== undefined) walks.delete(oldest);
  walks.set(what, found);
  return found;
}

function readKept(db: ReadableDb): Kept {
  const changes = readChangeCount(db);
  const known = kept.get(db);
  if (known?.changes === changes) return known;
  const fresh = { changes, walks: new Map<string, string>() };
  kept.set(db, fresh);
  return fresh;
}
