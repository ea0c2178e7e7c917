import type Database from 'better-sqlite3';
import { firstSchema } from './migrations/0001-first-schema.ts';

/** Append-only: entry n brings a file from version n to n + 1. */
export const migrations: readonly string[] = [firstSchema];

/** Marks a SQLite file as a Weft workspace: “Weft” in ASCII. */
export const APPLICATION_ID = 0x57656674;

/** The version this program writes; a file beyond it is refused. */
export const SCHEMA_VERSION = migrations.length;

/** Brings the file to `target`, each version in a transaction of its own. */
export function migrate(db: Database.Database, target: number = SCHEMA_VERSION): void {
  const current = db.pragma('user_version', { simple: true }) as number;
  for (const [index, sql] of migrations.slice(current, target).entries()) {
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${current + index + 1}`);
    })();
  }
}
