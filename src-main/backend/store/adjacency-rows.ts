import { away, nothingAway, overlaid } from './shown.ts';
import { all, count, first, type ReadableDb, tuples } from './sql.ts';

/** Id, source, target, type (0: none) and connection of a relationship. */
export type LinkTuple = [
  id: number,
  sourceId: number,
  targetId: number,
  typeId: number,
  connectionId: number,
];

/** How many changes this handle made; what was read at the same count is what is there. */
export function readChangeCount(db: ReadableDb): number {
  return count(db, 'SELECT total_changes() + (SELECT data_version FROM pragma_data_version) * 4294967296');
}

/** All entities by id, and which of them a remote lists. */
export function readEntityIds(db: ReadableDb): { ids: Int32Array; listed: Uint8Array } {
  const rows = tuples<[id: number]>(db, 'SELECT id FROM entity ORDER BY id');
  const gone = new Set(all<{ id: number }>(db, away).map(({ id }) => id));
  const ids = Int32Array.from(rows, ([id]) => id);
  return { ids, listed: Uint8Array.from(ids, (id) => (gone.has(id) ? 0 : 1)) };
}

/** Relationships are read by ranges of their ids, so that the reader can let others have their turn. */
export function readLastRelationshipId(db: ReadableDb): number {
  return first<{ id: number }>(db, "SELECT next AS id FROM counter WHERE name = 'relationship'")?.id ?? 0;
}

/**
 * The relationships with ids after `after`, up to `upTo`, as they are shown; what is to be deleted is left out. The
 * mirror is read plainly, which is several times as fast, and the few that something lies over through the view.
 */
export function readLinks(db: ReadableDb, after: number, upTo: number): LinkTuple[] {
  const range = { after, upTo };
  const plain = tuples<LinkTuple>(
    db,
    `SELECT id, source_id, target_id, IFNULL(base_type_id, 0), connection_id FROM relationship
     WHERE id > :after AND id <= :upTo AND base_present = 1 AND id NOT IN (${overlaid})
       AND (${nothingAway} OR (source_id NOT IN (${away}) AND target_id NOT IN (${away})))`,
    range,
  );
  const others = tuples<LinkTuple>(
    db,
    `SELECT s.id, s.source_id, s.target_id, IFNULL(s.type_id, 0), s.connection_id FROM shown_relationship s
     WHERE s.id IN (SELECT id FROM local_relationship WHERE id > :after AND id <= :upTo
         UNION SELECT relationship_id FROM (${overlaid}) WHERE relationship_id > :after AND relationship_id <= :upTo)
       AND s.state <> 'delete'
       AND (s.state <> 'synced' OR (s.source_id NOT IN (${away}) AND s.target_id NOT IN (${away})))`,
    range,
  );
  return [...plain, ...others];
}
