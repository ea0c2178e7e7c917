import type { EntityId } from '../../../src-preload/contract/model.ts';
import { count, type ReadableDb } from './sql.ts';

/**
 * A relationship with an end that the remote no longer lists stays, unseen, until the end is listed again;
 * what the user made or changed is always seen.
 */
export const visible = `(s.state <> 'synced' OR (
  (SELECT presence FROM entity WHERE id = s.source_id) = 'listed' AND
  (SELECT presence FROM entity WHERE id = s.target_id) = 'listed'))`;

/** The entities that hide what is synced with them. */
export const away = "SELECT id FROM entity WHERE presence <> 'listed'";

/** As `visible`, for a look at all relationships: the entities away are collected once. */
export const visibleInAll = `(s.state <> 'synced' OR (s.source_id NOT IN (${away}) AND s.target_id NOT IN (${away})))`;

/** How many relationships of one entity are shown, in both directions. */
export function countRelationshipsOf(db: ReadableDb, id: EntityId): number {
  return count(
    db,
    `SELECT (SELECT COUNT(*) FROM shown_relationship s WHERE s.source_id = :id AND ${visible})
          + (SELECT COUNT(*) FROM shown_relationship s WHERE s.target_id = :id AND s.source_id <> :id AND ${visible})`,
    { id },
  );
}

/** What the plain mirror cannot tell: the relationships with an intent, a mark or an open conflict. */
export const overlaid = `SELECT relationship_id FROM intent UNION SELECT relationship_id FROM type_mark
  UNION SELECT relationship_id FROM conflict WHERE decision IS NULL`;
