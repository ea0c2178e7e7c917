import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { all, count, type ReadableDb } from './sql.ts';

/** An entry of the history by its number and its sentence. */
export interface NamedEntry {
  readonly id: number;
  readonly label: string;
}

/**
 * What counts as having happened since: commands that stand and syncs. One that was reverted and the entry that
 * reverted it are nothing together.
 */
const standing = `(h.state = 'done' OR h.actor = 'sync') AND h.id <> :id
  AND NOT EXISTS (SELECT 1 FROM history r WHERE r.reverts = h.id AND r.state = 'done')
  AND NOT (h.reverts IS NOT NULL AND h.reverts > :id AND h.state = 'done')`;

const since = '(SELECT COALESCE(MAX(own.id), 0) FROM history_change own WHERE own.history_id = :id)';

/** The later entries that changed one of these relationships, oldest first. */
export function readLaterChanges(
  db: ReadableDb,
  id: number,
  relationships: readonly RelationshipId[],
): NamedEntry[] {
  return all(
    db,
    `SELECT DISTINCT h.id, h.label FROM history_change c JOIN history h ON h.id = c.history_id
     WHERE c.relationship_id IN (SELECT value FROM json_each(:relationships)) AND c.id > ${since} AND ${standing}
     UNION
     SELECT h.id, h.label FROM history h WHERE h.id > :id AND ${standing} AND EXISTS (
       SELECT 1 FROM history_pack p JOIN json_each(p.body) r WHERE p.history_id = h.id
         AND p.what = 'relationships' AND r.value ->> 0 IN (SELECT value FROM json_each(:relationships)))
     ORDER BY 1`,
    { id, relationships: JSON.stringify(relationships) },
  );
}

/** The later entries that removed one of these entities of the workspace's own, oldest first. */
export function readLaterRemovals(db: ReadableDb, id: number, entities: readonly EntityId[]): NamedEntry[] {
  return all(
    db,
    `SELECT h.id, h.label FROM history h WHERE h.id > :id AND ${standing} AND EXISTS (
       SELECT 1 FROM history_pack p JOIN json_each(p.body) r WHERE p.history_id = h.id AND p.what = 'entities'
         AND r.value -> 'after' = 'null' AND r.value ->> 'id' IN (SELECT value FROM json_each(:entities)))
     ORDER BY h.id`,
    { id, entities: JSON.stringify(entities) },
  );
}

/**
 * The later entries that are built on what an entry packed, oldest first: that changed the same, related what it
 * made, removed an end of what it took away, or took the place of that.
 */
export function readPackDependants(db: ReadableDb, id: number): NamedEntry[] {
  return all(
    db,
    `WITH rel AS MATERIALIZED (
       SELECT r.value ->> 0 AS id, r.value ->> 1 AS source, r.value ->> 2 AS target,
         COALESCE(r.value ->> 3, 0) AS slot, r.value ->> 4 AS made
       FROM history_pack p JOIN json_each(p.body) r WHERE p.history_id = :id AND p.what = 'relationships'),
     ent AS MATERIALIZED (
       SELECT r.value ->> 'id' AS id, r.value -> 'before' = 'null' AS made
       FROM history_pack p JOIN json_each(p.body) r WHERE p.history_id = :id AND p.what = 'entities'),
     same AS MATERIALIZED (
       SELECT id FROM rel UNION
       SELECT o.id FROM rel JOIN local_relationship o ON o.source_id = rel.source AND o.target_id = rel.target
         AND o.slot = rel.slot WHERE rel.made = 0),
     made AS MATERIALIZED (SELECT id FROM ent WHERE made),
     ends AS MATERIALIZED (SELECT source FROM rel WHERE made = 0 UNION SELECT target FROM rel WHERE made = 0)
     SELECT h.id, h.label FROM history h WHERE h.id > :id AND ${standing} AND (
       EXISTS (SELECT 1 FROM history_change c WHERE c.history_id = h.id AND (c.relationship_id IN same
         OR (c.after_present = 1 AND (c.source_id IN made OR c.target_id IN made))))
       OR EXISTS (SELECT 1 FROM history_pack p JOIN json_each(p.body) r WHERE p.history_id = h.id
         AND p.what = 'relationships' AND (r.value ->> 0 IN same
           OR (r.value ->> 4 = 1 AND (r.value ->> 1 IN made OR r.value ->> 2 IN made))))
       OR EXISTS (SELECT 1 FROM history_pack p JOIN json_each(p.body) r WHERE p.history_id = h.id
         AND p.what = 'entities' AND (r.value ->> 'id' IN (SELECT id FROM ent)
           OR (r.value -> 'after' = 'null' AND r.value ->> 'id' IN ends))))
     ORDER BY h.id`,
    { id },
  );
}

/** The later entries that left a relationship of this type, oldest first. */
export function readLaterOfType(db: ReadableDb, id: number, type: string | null): NamedEntry[] {
  return all(
    db,
    `SELECT DISTINCT h.id, h.label FROM history_change c JOIN history h ON h.id = c.history_id
     WHERE c.after_present = 1 AND c.after_type IS :type AND c.id > ${since} AND ${standing}
     UNION
     SELECT h.id, h.label FROM history h WHERE h.id > :id AND ${standing} AND EXISTS (
       SELECT 1 FROM history_pack p JOIN json_each(p.body) r WHERE p.history_id = h.id
         AND p.what = 'relationships' AND r.value ->> 4 = 1
         AND (SELECT t.name FROM relationship_type t WHERE t.id = r.value ->> 3) IS :type)
     ORDER BY 1`,
    { id, type },
  );
}

/** The later entries that changed one of these types of the vocabulary, oldest first. */
export function readLaterTypeChanges(db: ReadableDb, id: number, names: readonly string[]): NamedEntry[] {
  return all(
    db,
    `SELECT DISTINCT h.id, h.label FROM history_type c JOIN history h ON h.id = c.history_id
     WHERE c.name IN (SELECT value FROM json_each(:names)) AND h.id > :id AND ${standing} ORDER BY h.id`,
    { id, names: JSON.stringify(names) },
  );
}

/** Whether an entry that stands has reverted this one. */
export function isReverted(db: ReadableDb, id: number): boolean {
  return count(db, "SELECT COUNT(*) FROM history WHERE reverts = :id AND state = 'done'", { id }) > 0;
}
