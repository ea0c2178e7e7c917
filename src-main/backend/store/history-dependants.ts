import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { ViewChange } from './history-views.ts';
import { all, count, type ReadableDb } from './sql.ts';
import { isTakenBack, readCancelled } from './taken-back.ts';

/** An entry of the history by its number and its sentence. */
export interface NamedEntry {
  readonly id: number;
  readonly label: string;
}

/** What counts as having happened since: commands that stand and syncs, but not what is nothing together. */
const standing = `(h.state = 'done' OR h.actor = 'sync') AND h.id <> :id
  AND h.id NOT IN (SELECT value FROM json_each(:cancelled))`;

function toSince(db: ReadableDb, id: number): { readonly id: number; readonly cancelled: string } {
  return { id, cancelled: JSON.stringify(readCancelled(db, id)) };
}

/** The last change of a command before the entry: all up to it were there before, whatever a clock said. */
const lastBefore = `COALESCE((SELECT MAX(b.id) FROM history_change b WHERE b.history_id = (
  SELECT u.id FROM history u WHERE u.id < :id AND u.actor = 'user'
    AND EXISTS (SELECT 1 FROM history_change x WHERE x.history_id = u.id) ORDER BY u.id DESC LIMIT 1)), 0)`;

/** The first change of anything that began after the entry: all from it on came later. */
const firstAfter = `COALESCE((SELECT f.id FROM history_change f WHERE f.id > ${lastBefore} AND f.history_id > :id
  ORDER BY f.id LIMIT 1), ${Number.MAX_SAFE_INTEGER})`;

/**
 * The last change that the entry has made, or where it has packed all of them, the last that was there before it. Only
 * of a sync that was running then it is by the clock what came before.
 */
const since = `COALESCE(
  (SELECT MAX(own.id) FROM history_change own WHERE own.history_id = :id),
  (SELECT earlier.id FROM history_change earlier WHERE earlier.id > ${lastBefore} AND earlier.id < ${firstAfter}
     AND earlier.at <= (SELECT at FROM history WHERE id = :id) ORDER BY earlier.id DESC LIMIT 1),
  ${lastBefore})`;

/** Whether a first pull added after the entry what `a` is a range of. It may have begun before. */
const addedSince = '(a.history_id > :id OR a.at > (SELECT at FROM history WHERE id = :id))';

/** The later entries that changed or brought one of these relationships, oldest first. */
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
         AND p.what = 'relationships' AND p.from_id <= :last AND p.to_id >= :first
         AND r.value ->> 0 IN (SELECT value FROM json_each(:relationships)))
     UNION
     SELECT h.id, h.label FROM json_each(:relationships) r
     JOIN history_added a ON a.to_id >= r.value
       AND a.from_id = (SELECT MAX(from_id) FROM history_added WHERE from_id <= r.value)
     JOIN history h ON h.id = a.history_id WHERE ${addedSince} AND ${standing}
     ORDER BY 1`,
    { ...toSince(db, id), relationships: JSON.stringify(relationships), ...toSpan(relationships) },
  );
}

/** The later entries that removed one of these entities of the workspace's own, oldest first. */
export function readLaterRemovals(db: ReadableDb, id: number, entities: readonly EntityId[]): NamedEntry[] {
  return all(
    db,
    `SELECT h.id, h.label FROM history h WHERE h.id > :id AND ${standing} AND EXISTS (
       SELECT 1 FROM history_pack p JOIN json_each(p.body) r WHERE p.history_id = h.id AND p.what = 'entities'
         AND p.from_id <= :last AND p.to_id >= :first
         AND r.value -> 'after' = 'null' AND r.value ->> 'id' IN (SELECT value FROM json_each(:entities)))
     ORDER BY h.id`,
    { ...toSince(db, id), entities: JSON.stringify(entities), ...toSpan(entities) },
  );
}

/** Packs of other ids need not be unpacked. */
function toSpan(ids: readonly number[]): { readonly first: number; readonly last: number } {
  const span = { first: Number.MAX_SAFE_INTEGER, last: 0 };
  for (const id of ids) {
    span.first = Math.min(span.first, id);
    span.last = Math.max(span.last, id);
  }
  return span;
}

/** The later entries that count as having happened, oldest first. */
export function readStandingAfter(db: ReadableDb, id: number): NamedEntry[] {
  return all(
    db,
    `SELECT h.id, h.label FROM history h WHERE h.id > :id AND ${standing} ORDER BY h.id`,
    toSince(db, id),
  );
}

/** The later entries that left a relationship of one of these types, oldest first. A packed row of it ends in `,type,1]`. */
export function readLaterOfTypes(db: ReadableDb, id: number, types: readonly string[]): NamedEntry[] {
  return all(
    db,
    `WITH named AS MATERIALIZED (
       SELECT id, name FROM relationship_type WHERE name IN (SELECT value FROM json_each(:types)))
     SELECT DISTINCT h.id, h.label FROM history_change c JOIN history h ON h.id = c.history_id
     WHERE c.after_present = 1 AND c.after_type IN (SELECT name FROM named) AND c.id > ${since} AND ${standing}
     UNION
     SELECT h.id, h.label FROM history h WHERE h.id > :id AND ${standing} AND EXISTS (
       SELECT 1 FROM history_pack p JOIN named t ON instr(p.body, ',' || t.id || ',1]') > 0
       WHERE p.history_id = h.id AND p.what = 'relationships')
     UNION
     SELECT h.id, h.label FROM history_added a JOIN history h ON h.id = a.history_id
     WHERE ${addedSince} AND ${standing} AND EXISTS (
       SELECT 1 FROM relationship r WHERE r.id BETWEEN a.from_id AND a.to_id
         AND r.base_type_id IN (SELECT id FROM named))
     ORDER BY 1`,
    { ...toSince(db, id), types: JSON.stringify(types) },
  );
}

/** The later entries that changed one of these types of the vocabulary, oldest first. */
export function readLaterTypeChanges(db: ReadableDb, id: number, names: readonly string[]): NamedEntry[] {
  return all(
    db,
    `SELECT DISTINCT h.id, h.label FROM history_type c JOIN history h ON h.id = c.history_id
     WHERE c.name IN (SELECT value FROM json_each(:names)) AND h.id > :id AND ${standing} ORDER BY h.id`,
    { ...toSince(db, id), names: JSON.stringify(names) },
  );
}

/** The later entries that changed one of these views, or gave another the name that it had, oldest first. */
export function readLaterViewChanges(
  db: ReadableDb,
  id: number,
  changes: readonly ViewChange[],
): NamedEntry[] {
  return all(
    db,
    `SELECT DISTINCT h.id, h.label FROM history_view v JOIN history h ON h.id = v.history_id
     WHERE (v.key IN (SELECT value FROM json_each(:keys)) OR v.after ->> 'name' IN (SELECT value FROM json_each(:names)))
       AND h.id > :id AND ${standing} ORDER BY h.id`,
    {
      ...toSince(db, id),
      keys: JSON.stringify(changes.map(({ key }) => key)),
      names: JSON.stringify(changes.flatMap(({ before }) => before?.name ?? [])),
    },
  );
}

/** Whether this one is taken back by another that stands. */
export function isReverted(db: ReadableDb, id: number): boolean {
  return count(db, `SELECT ${isTakenBack(':id')}`, { id }) > 0;
}
