import { all, type ReadableDb } from './sql.ts';

/** The names of all connections, removed ones and `local` among them. */
export function readConnectionNames(db: ReadableDb): string[] {
  return all<{ name: string }>(db, 'SELECT name FROM connection ORDER BY id').map(({ name }) => name);
}
