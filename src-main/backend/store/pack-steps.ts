/** What packed rows were before each time that they were done, taken back or done again, as SQL. */

/** Each doing, undoing and redoing of an entry with packed rows; `does` is 0 where it took them back. */
const packSteps = `
  SELECT h.id AS entry, h.id AS step, 1 AS does FROM history h
  WHERE EXISTS (SELECT 1 FROM history_pack p WHERE p.history_id = h.id)
  UNION ALL
  SELECT s.reverts, s.id, (SELECT COUNT(*) FROM history o
      WHERE o.reverts = s.reverts AND o.state = 'recorded' AND o.id <= s.id) % 2 = 0
  FROM history s
  WHERE s.state = 'recorded' AND EXISTS (SELECT 1 FROM history_pack p WHERE p.history_id = s.reverts)`;

/** The first step of each entry after the place `entry` in the history. */
const firstSteps = (entry: string) =>
  `(SELECT entry, does, MIN(step) AS step FROM (${packSteps}) WHERE step > ${entry} GROUP BY entry)`;

/**
 * A table for a WITH clause: what each packed local relationship was before the first step after a place in the
 * history. Columns id, source_id, target_id, type, present and step.
 */
export function packedRelationshipsAfter(name: string, entry: string): string {
  return `${name} AS MATERIALIZED (
    SELECT r.value ->> 0 AS id, r.value ->> 1 AS source_id, r.value ->> 2 AS target_id,
      (SELECT t.name FROM relationship_type t WHERE t.id = r.value ->> 3) AS type,
      f.does <> (r.value ->> 4) AS present, MIN(f.step) AS step
    FROM ${firstSteps(entry)} f JOIN history_pack p ON p.history_id = f.entry AND p.what = 'relationships'
    JOIN json_each(p.body) r GROUP BY r.value ->> 0)`;
}

/**
 * A table for a WITH clause: what each packed entity of the workspace’s own was before the first step after a place
 * in the history, as JSON like that of `history_entity`; null where it was not there. Columns id, state and step.
 */
export function packedEntitiesAfter(name: string, entry: string): string {
  return `${name} AS MATERIALIZED (
    SELECT id, step, CASE WHEN was IS NULL THEN NULL ELSE json_object('name', was ->> 'name',
        'archived', was ->> 'archived', 'presence', 'listed', 'fields', json(was -> 'fields')) END AS state
    FROM (SELECT r.value ->> 'id' AS id, MIN(f.step) AS step,
        NULLIF(r.value -> CASE f.does WHEN 1 THEN 'before' ELSE 'after' END, 'null') AS was
      FROM ${firstSteps(entry)} f JOIN history_pack p ON p.history_id = f.entry AND p.what = 'entities'
      JOIN json_each(p.body) r GROUP BY r.value ->> 'id'))`;
}

/** The rows of an entry’s packs as `history:changes` tells them: those of an undo or redo are of what it stepped. */
export const packedRows = (what: 'relationships' | 'entities') => `
  (SELECT f.does AS does, r.value AS value FROM (${packSteps}) f
   JOIN history_pack p ON p.history_id = f.entry AND p.what = '${what}' JOIN json_each(p.body) r
   WHERE f.step = :id)`;

/** Whether the entry `h` did, took back or did again packed rows of a kind. */
export const hasPacked = (what: 'relationships' | 'entities') => `
  EXISTS (SELECT 1 FROM history_pack p WHERE p.what = '${what}' AND p.history_id
    = CASE WHEN h.state = 'recorded' THEN COALESCE(h.reverts, h.id) ELSE h.id END)`;

/** How many packed rows an entry did, took back or did again. */
export const countPackedRows = (id: string) => `
  (SELECT COALESCE(SUM(json_array_length(p.body)), 0) FROM history_pack p WHERE p.history_id = ${id}
    OR p.history_id = (SELECT s.reverts FROM history s WHERE s.id = ${id} AND s.state = 'recorded'))`;
