import type { EntityId } from '../../../src-preload/contract/model.ts';
import { onlyWanted, shownInMirror } from './shown.ts';
import { all, type ReadableDb } from './sql.ts';

/** How many relationships of each entity are shown, in both directions; one with itself counts once. */
export function readRelationshipCounts(db: ReadableDb, ids: readonly EntityId[]): Map<EntityId, number> {
  const arms = (end: string, condition: string) => [
    `(SELECT COUNT(*) FROM relationship r WHERE r.${end} = j.value AND ${shownInMirror}${condition})`,
    `(SELECT COUNT(*) FROM intent i WHERE i.${end} = j.value AND ${onlyWanted}${condition})`,
    `(SELECT COUNT(*) FROM local_relationship WHERE ${end} = j.value${condition})`,
  ];
  const counted = [...arms('source_id', ''), ...arms('target_id', ' AND source_id <> target_id')].join(' + ');
  const rows = all<{ id: EntityId; count: number }>(
    db,
    `SELECT j.value AS id, ${counted} AS count FROM json_each(:ids) j`,
    { ids: JSON.stringify(ids) },
  );
  return new Map(rows.map((row) => [row.id, row.count]));
}

/** The same of one entity. */
export function countRelationshipsOf(db: ReadableDb, id: EntityId): number {
  return readRelationshipCounts(db, [id]).get(id) ?? 0;
}
