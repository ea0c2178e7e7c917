import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createWorkspace, openReading } from '../../src-main/backend/store/database.ts';
import { column } from '../../src-main/backend/store/sql.ts';

const nativeBinding = process.env['WEFT_SQLITE_BINDING'] ?? null;
const MEGABYTES = 1024 * 1024;
const PAGE = 4096;

interface UnsoundFile {
  readonly megabytes: number;
  /** Whether its last change still lies in the log beside it. */
  readonly leftOpen: boolean;
}

/** A workspace with a reference into nothing, as damage leaves it, which opening it does not see. */
export function writeUnsound(folder: string, { megabytes, leftOpen }: UnsoundFile): string {
  const [made, path] = [join(folder, 'made.weft'), join(folder, 'copied', 'plant.weft')];
  createWorkspace({ path: made, nativeBinding }).close();
  const db = new Database(made, nativeBinding === null ? {} : { nativeBinding });
  db.pragma('foreign_keys = OFF');
  db.prepare("INSERT INTO setting (key, value) VALUES ('ballast', ?)").run('x'.repeat(megabytes * MEGABYTES));
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.exec('INSERT INTO type_mark (relationship_id, type_id) VALUES (99, 99)');
  db.exec("UPDATE counter SET next = 100 WHERE name = 'relationship'");
  mkdirSync(join(folder, 'copied'));
  if (!leftOpen) db.close();
  for (const end of leftOpen ? ['', '-wal'] : ['']) copyFileSync(`${made}${end}`, `${path}${end}`);
  if (leftOpen) db.close();
  return path;
}

/** Makes a closed workspace larger than what is checked when it is opened. */
export function addBallast(path: string, megabytes: number): void {
  const db = new Database(path, nativeBinding === null ? {} : { nativeBinding });
  db.prepare("INSERT INTO setting (key, value) VALUES ('ballast', ?)").run('x'.repeat(megabytes * MEGABYTES));
  db.close();
}

/** Overwrites pages that hold the rows of a table, from the first on; nothing that its list of tables is in. */
export function damageTable(path: string, table: string, most = Number.POSITIVE_INFINITY): void {
  const db = openReading({ path, nativeBinding });
  const pages = column<number>(
    db,
    "SELECT pageno FROM dbstat WHERE name = :table AND pagetype = 'leaf' ORDER BY pageno",
    { table },
  );
  db.close();
  if (pages.length === 0) throw new Error(`${table} has no page of its own`);
  const bytes = readFileSync(path);
  for (const page of pages.slice(0, most)) bytes.fill(0xff, (page - 1) * PAGE, page * PAGE);
  writeFileSync(path, bytes);
}
