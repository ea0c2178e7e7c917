import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { performCare } from '../../src-main/backend/care/perform.ts';
import { toUnfinished } from '../../src-main/backend/store/backup.ts';
import { openReading } from '../../src-main/backend/store/database.ts';
import type { Recovered } from '../../src-main/backend/store/recover.ts';
import { createTempFolder } from './temp-folder.ts';
import { sqliteBinding } from './workspace.ts';

/** Files that something damaged, and what a recovery makes of them. */

const PAGE = 4096;

export type Rows = ReadonlyMap<string, readonly string[]>;

const TABLES = `SELECT name FROM pragma_table_list
  WHERE type = 'table' AND schema = 'main' AND name NOT LIKE 'sqlite_%' AND name <> 'search_word' ORDER BY name`;

/** Every row of every table, as text. */
function readRows(db: Database.Database): Rows {
  const names = db.prepare(TABLES).pluck().all() as string[]; // the pragma's own column
  return new Map(
    names.map((name) => {
      const rows = db.prepare(`SELECT * FROM "${name}"`).raw().all();
      return [name, rows.map((row) => JSON.stringify(row)).toSorted()];
    }),
  );
}

function reading<T>(path: string, body: (db: Database.Database) => T): T {
  const db = openReading({ path, nativeBinding: sqliteBinding });
  try {
    return body(db);
  } finally {
    db.close();
  }
}

export const readRowsOf = (path: string): Rows => reading(path, readRows);

/** The pages of one tree, by its name. */
export function readPagesOf(path: string, name: string, types: readonly string[]): number[] {
  const sql = 'SELECT pageno, pagetype FROM dbstat WHERE name = ? ORDER BY pageno';
  const pages = reading(path, (db) => db.prepare(sql).all(name)) as { pageno: number; pagetype: string }[]; // those columns
  return pages.filter(({ pagetype }) => types.includes(pagetype)).map(({ pageno }) => pageno);
}

export const countPages = (path: string): number => readFileSync(path).length / PAGE;

/** Bytes of a page that are overwritten. */
export interface Wound {
  readonly page: number;
  readonly from?: number;
  readonly to?: number;
  readonly by?: (index: number) => number;
}

/** A copy of the file, damaged. */
export function wound(path: string, wounds: readonly Wound[]): string {
  const copy = join(createTempFolder(), 'damaged.weft');
  copyFileSync(path, copy);
  const bytes = readFileSync(copy);
  for (const { page, from = 0, to = PAGE, by = () => 0xff } of wounds) {
    for (let index = from; index < to; index += 1) bytes[(page - 1) * PAGE + index] = by(index);
  }
  writeFileSync(copy, bytes);
  return copy;
}

/** What a recovery told and made, in this thread. */
export async function recoverRows(
  path: string,
): Promise<{ tables: readonly Recovered[]; rows: Rows; lost: readonly string[]; made: string }> {
  const into = join(createTempFolder(), 'recovered.weft');
  const given = { path, into };
  const answer = await performCare({ work: 'recover', given, nativeBinding: sqliteBinding }, () => undefined);
  const tables = answer as Recovered[]; // of a recovery
  const lost = tables.filter(({ unreadable }) => unreadable.length > 0).map(({ table }) => table);
  const made = toUnfinished(into);
  return { tables, rows: readRowsOf(made), lost, made };
}
