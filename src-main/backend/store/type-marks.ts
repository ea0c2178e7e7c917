import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import { first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** The user's own type of a relationship whose remote has none; never pending. */
export function readTypeMark(db: ReadableDb, id: RelationshipId): number | null {
  return (
    first<{ typeId: number }>(db, 'SELECT type_id AS typeId FROM type_mark WHERE relationship_id = :id', {
      id,
    })?.typeId ?? null
  );
}

export function saveTypeMark(db: WritableDb, id: RelationshipId, typeId: number | null): void {
  if (typeId === null) {
    run(db, 'DELETE FROM type_mark WHERE relationship_id = :id', { id });
    return;
  }
  run(
    db,
    'INSERT INTO type_mark VALUES (:id, :typeId) ON CONFLICT (relationship_id) DO UPDATE SET type_id = :typeId',
    { id, typeId },
  );
}
