import { execFile } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Measured, toRatio } from './figure.ts';
import { type Fixture, openBare, type Size, writeFixture } from './fixtures.ts';
import { drawRows, toCsv } from './import-rows.ts';

const run = promisify(execFile);
const MOST_MEGABYTES = 500;
const MOST_BYTES = 400;
const RUNS = 5;

/** The names of what is measured of one size. */
export function namesOfSpace(size: number): string[] {
  return [`memory-${size}`, `memory-import-${size}`, `file-${size}`];
}

/** The memory of a backend that was asked everything, and the bytes that a relationship takes in the file. */
export async function measureSpace(fixture: Fixture, folder: string, judged: boolean): Promise<Measured[]> {
  const file = measureFile(`file-${fixture.size}`, fixture, folder, judged);
  return [...(await measureMemoryOf(fixture, folder, judged)), file];
}

/** The name of what is measured of typed relationships at one size. */
export function nameOfTypedSpace(size: number): string {
  return `file-typed-${size}`;
}

/** The bytes of a relationship that has what most remotes tell of one: a type, and an id of its own. */
export function measureTypedSpace(size: Size, folder: string, judged: boolean): Measured {
  const fixture = writeFixture(folder, size, { isTyped: true });
  return measureFile(nameOfTypedSpace(size), fixture, folder, judged);
}

/** Rows that are imported; small workspaces have no room for so many. */
const IMPORTED = 100_000;

async function measureMemoryOf(fixture: Fixture, folder: string, judged: boolean): Promise<Measured[]> {
  const file = join(folder, 'rows.csv');
  writeFileSync(file, toCsv(drawRows(Math.min(IMPORTED, fixture.size), Math.round(fixture.size / 3))));
  const values: number[] = [];
  const afterImport: number[] = [];
  const peers: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const [asked, imported] = await readMemory('weft', copyInto(folder, fixture), file);
    values.push(asked);
    afterImport.push(imported);
    peers.push((await readMemory('bare', fixture.path, file))[0]);
  }
  const asked =
    'most memory ever of a process with the backend after every kind of question and an export to CSV and XLSX';
  const peer = `${fixture.shape}; peer: a bare process with the relationships in plain arrays; at most ${MOST_MEGABYTES} MB`;
  const figure = { unit: 'MB', budget: judged ? toRatio(MOST_MEGABYTES, peers) : null, peers };
  return [
    { name: `memory-${fixture.size}`, about: `${asked}, ${peer}`, ...figure, values },
    {
      name: `memory-import-${fixture.size}`,
      about: `${asked}, and an import of up to ${IMPORTED} rows, ${peer}`,
      ...figure,
      values: afterImport,
    },
  ];
}

/** The fixture is for others too: what is imported goes into a copy. */
function copyInto(folder: string, { path }: Fixture): string {
  const copy = join(folder, 'copy.weft');
  for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true });
  copyFileSync(path, copy);
  return copy;
}

async function readMemory(
  who: 'weft' | 'bare',
  path: string,
  file: string,
): Promise<[first: number, last: number]> {
  const child = join(import.meta.dirname, 'space-child.ts');
  const args = ['--disable-warning=ExperimentalWarning', child, who, path, file];
  const { stdout } = await run(process.execPath, args);
  const told = stdout.trim().split('\n').map(Number);
  return [(told.at(0) ?? 0) / 1024, (told.at(-1) ?? 0) / 1024];
}

/** Sizes are the same each time: they are read once. */
function measureFile(name: string, fixture: Fixture, folder: string, judged: boolean): Measured {
  const db = openBare(fixture.path);
  const path = join(folder, 'bare.db');
  const bare = openBare(path, { readonly: false });
  try {
    // history grows with what is done, not with what is there
    const bytes = db
      .prepare("SELECT SUM(pgsize) FROM dbstat WHERE aggregate = TRUE AND name NOT LIKE '%history%'")
      .pluck()
      .get() as number; // a sum of sizes
    const count = db.prepare('SELECT COUNT(*) FROM relationship').pluck().get() as number; // a count
    writeBare(bare, fixture);
    const bareBytes = bare
      .prepare('SELECT SUM(pgsize) FROM dbstat WHERE aggregate = TRUE')
      .pluck()
      .get() as number; // as above
    const peers = [bareBytes / count];
    return {
      name,
      unit: 'bytes a relationship',
      about: `the whole file but for history, ${fixture.shape}; peer: entities and relationships in plain tables, indexed by name, text, both ends and connection; at most ${MOST_BYTES} bytes`,
      budget: judged ? toRatio(MOST_BYTES, peers) : null,
      values: [bytes / count],
      peers,
    };
  } finally {
    bare.close();
    db.close();
    rmSync(path, { force: true });
  }
}

/** The least that answers the same: no sync, no provenance, no lists in another order. */
function writeBare(db: ReturnType<typeof openBare>, { path, isTyped }: Fixture): void {
  db.prepare('ATTACH ? AS weft').run(path);
  db.exec(`
    CREATE TABLE entity (id INTEGER PRIMARY KEY, connection_id INTEGER NOT NULL, kind TEXT NOT NULL,
      remote_id TEXT NOT NULL, name TEXT NOT NULL, fields TEXT NOT NULL, UNIQUE (connection_id, kind, remote_id)) STRICT;
    CREATE TABLE relationship (id INTEGER PRIMARY KEY, connection_id INTEGER NOT NULL, source_id INTEGER NOT NULL,
      target_id INTEGER NOT NULL, type_id INTEGER${isTyped ? ', remote_id TEXT' : ''}) STRICT;
    CREATE VIRTUAL TABLE entity_search USING fts5 (name, content = '', prefix = '2 3');
    INSERT INTO entity SELECT id, connection_id, kind, remote_id, name, fields FROM weft.entity;
    INSERT INTO relationship SELECT id, connection_id, source_id, target_id, base_type_id${isTyped ? ', remote_id' : ''} FROM weft.relationship;
    INSERT INTO entity_search (rowid, name) SELECT id, name FROM weft.entity;
    CREATE INDEX entity_by_name ON entity (name);
    CREATE INDEX relationship_by_source ON relationship (source_id, target_id);
    CREATE INDEX relationship_by_target ON relationship (target_id, source_id);
    CREATE INDEX relationship_by_connection ON relationship (connection_id);
  `);
}
