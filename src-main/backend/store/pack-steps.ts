import { all, first, type ReadableDb } from './sql.ts';

/** When packed rows were done, taken back or done again, without unpacking them. */

/** A pack by what is known of it, and the first time after a place in the history that it was stepped. */
export interface PackHead {
  readonly entry: number;
  readonly position: number;
  readonly rowCount: number;
  readonly madeCount: number;
  readonly fromId: number;
  readonly toId: number;
  readonly step: number;
  /** 0 where that step took the rows back. */
  readonly does: 0 | 1;
}

type What = 'relationships' | 'entities';

/** How often an entry had been taken back and done again by a step of it: an odd time takes back. */
const doesAgain = (entry: string, step: string) => `(SELECT COUNT(*) FROM history o
  WHERE o.reverts = ${entry} AND o.state = 'recorded' AND o.id <= ${step}) % 2 = 0`;

const headColumns = `p.history_id AS entry, p.position, p.row_count AS rowCount, p.made_count AS madeCount,
  p.from_id AS fromId, p.to_id AS toId`;

/** The packs that were stepped after a place in the history, in the order of the first such step. */
export function readPackHeads(db: ReadableDb, what: What, after: number): PackHead[] {
  const heads = all<PackHead>(
    db,
    `SELECT ${headColumns}, p.history_id AS step, 1 AS does FROM history_pack p INDEXED BY history_pack_by_id
     WHERE p.what = :what AND p.history_id > :after
     UNION ALL
     SELECT ${headColumns}, f.step, ${doesAgain('f.entry', 'f.step')}
     FROM (SELECT reverts AS entry, MIN(id) AS step FROM history
       WHERE id > :after AND reverts <= :after AND state = 'recorded' GROUP BY reverts) f
     CROSS JOIN history_pack p ON p.history_id = f.entry AND p.what = :what`,
    { what, after },
  );
  return heads.toSorted((a, b) => a.step - b.step || a.position - b.position);
}

/** What changes whenever a step is added; equal before and after means that the heads are the same. */
export function readPackVersion(db: ReadableDb): number {
  return first<{ id: number | null }>(db, 'SELECT MAX(id) AS id FROM history')?.id ?? 0;
}

/** What an entry did, took back or did again; undefined where it stepped no packed rows. */
export function findStep(db: ReadableDb, id: number): { entry: number; does: 0 | 1 } | undefined {
  return first(
    db,
    `SELECT h.id AS entry, 1 AS does FROM history h
     WHERE h.id = :id AND EXISTS (SELECT 1 FROM history_pack p WHERE p.history_id = h.id)
     UNION ALL
     SELECT s.reverts, ${doesAgain('s.reverts', 's.id')} FROM history s
     WHERE s.id = :id AND s.state = 'recorded'
       AND EXISTS (SELECT 1 FROM history_pack p WHERE p.history_id = s.reverts)`,
    { id },
  );
}

/** Whether the entry `h` did, took back or did again packed rows of a kind. */
export const hasPacked = (what: What) => `
  EXISTS (SELECT 1 FROM history_pack p WHERE p.what = '${what}' AND p.history_id
    = CASE WHEN h.state = 'recorded' THEN COALESCE(h.reverts, h.id) ELSE h.id END)`;

/** How many packed rows an entry did, took back or did again. */
export const countPackedRows = (id: string) => `
  (SELECT COALESCE(SUM(p.row_count), 0) FROM history_pack p WHERE p.history_id = ${id}
    OR p.history_id = (SELECT s.reverts FROM history s WHERE s.id = ${id} AND s.state = 'recorded'))`;
