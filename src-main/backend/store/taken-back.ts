import { countChanges } from './history.ts';
import { countPacked } from './history-packs.ts';
import { all, type ReadableDb } from './sql.ts';

interface Revert {
  readonly id: number;
  readonly reverts: number;
}

/**
 * Whether an entry is taken back by one that stands, as SQL. A revert can be reverted, too, and the entry be reverted
 * anew: of all that lead back to it, each that is taken back itself makes two.
 */
export const isTakenBack = (id: string) => `((WITH RECURSIVE back(id) AS (
  SELECT r.id FROM history r WHERE r.reverts = ${id} AND r.state = 'done'
  UNION ALL SELECT r.id FROM history r JOIN back ON r.reverts = back.id WHERE r.state = 'done')
  SELECT COUNT(*) FROM back) % 2 = 1)`;

/**
 * The entries after this one that are nothing together: those that were taken back as a whole, and those that took
 * them back. Where the rollback of an import spared something, both count.
 */
export function readCancelled(db: ReadableDb, id: number): number[] {
  const reverts = all<Revert>(
    db,
    "SELECT id, reverts FROM history WHERE reverts > :id AND state = 'done' ORDER BY id DESC",
    { id },
  );
  const cancelled = new Set<number>();
  for (const revert of reverts) {
    if (cancelled.has(revert.id) || !isWhole(db, revert)) continue;
    cancelled.add(revert.id).add(revert.reverts);
  }
  return [...cancelled];
}

function isWhole(db: ReadableDb, { id, reverts }: Revert): boolean {
  return countAll(db, id) === countAll(db, reverts);
}

function countAll(db: ReadableDb, id: number): number {
  return countChanges(db, id) + countPacked(db, id);
}
