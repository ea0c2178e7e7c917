import { countChanges } from './history.ts';
import { countPacked } from './history-packs.ts';
import { all, type ReadableDb } from './sql.ts';

interface Revert {
  readonly id: number;
  readonly reverts: number;
}

/**
 * Whether an entry is taken back by one that stands, as SQL. A revert can be reverted, too, and the entry be reverted
 * anew: of all that lead back to it, each that is taken back itself makes two. Most entries stand, so `+` and
 * `CROSS` keep it to the few that revert this one.
 */
export const isTakenBack = (id: string) => `((WITH RECURSIVE back(id) AS (
  SELECT r.id FROM history r WHERE r.reverts = ${id} AND +r.state = 'done'
  UNION ALL SELECT r.id FROM back CROSS JOIN history r ON r.reverts = back.id WHERE +r.state = 'done')
  SELECT COUNT(*) FROM back) % 2 = 1)`;

/**
 * The entries after this one that are nothing together: those that were taken back and those that took them back.
 * What the rollback of an import spared is left of them: see `readSparedIn`.
 */
export function readCancelled(db: ReadableDb, id: number): number[] {
  return readPairs(db, id).flatMap((pair) => [pair.id, pair.reverts]);
}

/** The entries after this one that were taken back only in part: imports whose rollback spared something. */
export function readSparedIn(db: ReadableDb, id: number): number[] {
  return readPairs(db, id)
    .filter((pair) => countAll(db, pair.id) < countAll(db, pair.reverts))
    .map(({ reverts }) => reverts);
}

function readPairs(db: ReadableDb, id: number): Revert[] {
  const reverts = all<Revert>(
    db,
    "SELECT id, reverts FROM history WHERE reverts > :id AND +state = 'done' ORDER BY +id DESC",
    { id },
  );
  const takenBack = new Set<number>();
  return reverts.filter((revert) => {
    if (takenBack.has(revert.id)) return false;
    takenBack.add(revert.reverts);
    return true;
  });
}

function countAll(db: ReadableDb, id: number): number {
  return countChanges(db, id) + countPacked(db, id);
}
