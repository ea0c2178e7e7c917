import { run, type WritableDb } from './sql.ts';

/** What counts ids that never mean another; a table of its own says which is next. */
export type Counter = 'relationship' | 'feed sweep';

/** The ids that a counter gave out, as far as a row still names them. */
const given: Readonly<Record<Counter, string>> = {
  relationship: `SELECT id FROM relationship
    UNION ALL SELECT relationship_id FROM intent
    UNION ALL SELECT id FROM local_relationship
    UNION ALL SELECT relationship_id FROM provenance
    UNION ALL SELECT relationship_id FROM type_mark
    UNION ALL SELECT relationship_id FROM conflict
    UNION ALL SELECT relationship_id FROM history_change
    UNION ALL SELECT to_id FROM history_pack WHERE what = 'relationships'
    UNION ALL SELECT relationship_id FROM relationship_origin`,
  'feed sweep': `SELECT told_sweep AS id FROM relationship WHERE told_sweep IS NOT NULL
    UNION ALL SELECT sweep_id FROM feed WHERE sweep_id IS NOT NULL`,
};

/** Puts each counter above all ids that rows name: one that was lost begins anew, and would give them out again. */
export function raiseCounters(db: WritableDb): void {
  for (const [name, ids] of Object.entries(given)) {
    run(
      db,
      `UPDATE counter SET next = MAX(next, 1 + COALESCE((SELECT MAX(id) FROM (${ids})), 0)) WHERE name = :name`,
      { name },
    );
  }
}

/** A statement that counts the ids which rows name and the counter would give out again. Pure. */
export function toCountOfReused(counter: Counter): string {
  return `SELECT count(DISTINCT id) FROM (${given[counter]})
    WHERE id >= COALESCE((SELECT next FROM counter WHERE name = '${counter}'), 0)`;
}
