import { visibleInAll } from './shown.ts';
import { all, first, type ReadableDb, run, type WritableDb } from './sql.ts';

/** The id of a relationship type by its exact name, made if it is new. */
export function saveType(db: WritableDb, name: string): number {
  run(db, 'INSERT INTO relationship_type (name) VALUES (:name) ON CONFLICT DO NOTHING', { name });
  return findType(db, name) ?? 0;
}

/** As `saveType`, for many rows of few types: each is looked up once. No type has no id. */
export function createTypeIds(db: WritableDb): (type: string | null) => number | null {
  const known = new Map<string, number>();
  return (type) => {
    if (type === null) return null;
    const id = known.get(type) ?? saveType(db, type);
    known.set(type, id);
    return id;
  };
}

export function findType(db: ReadableDb, name: string): number | undefined {
  return first<{ id: number }>(db, 'SELECT id FROM relationship_type WHERE name = :name', { name })?.id;
}

export function readType(db: ReadableDb, id: number | null): string | null {
  if (id === null) return null;
  return (
    first<{ name: string }>(db, 'SELECT name FROM relationship_type WHERE id = :id', { id })?.name ?? null
  );
}

/** Every type in use or once used, by name. */
export function readTypeNames(db: ReadableDb): string[] {
  return all<{ name: string }>(
    db,
    'SELECT name FROM relationship_type ORDER BY name COLLATE NOCASE LIMIT 500',
  ).map((row) => row.name);
}

/** Every type in use or once used, with its id. */
export function readTypes(db: ReadableDb): { id: number; name: string }[] {
  return all(db, 'SELECT id, name FROM relationship_type');
}

/** How many relationships are shown with each type that has any. */
export function readTypeUses(db: ReadableDb): { name: string; count: number }[] {
  return all(
    db,
    `SELECT t.name, COUNT(*) AS count FROM shown_relationship s JOIN relationship_type t ON t.id = s.type_id
     WHERE ${visibleInAll} GROUP BY t.id`,
  );
}
