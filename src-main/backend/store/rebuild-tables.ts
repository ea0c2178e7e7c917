import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import Database from 'better-sqlite3';
import { PAGE_BYTES } from './b-tree-page.ts';
import { type Found, findTables, readPages, toVersion } from './find-roots.ts';
import { joinPages } from './join-pages.ts';
import { APPLICATION_ID, shippedMigrations } from './migrate.ts';
import { readKnownSchemas } from './shapes.ts';

/** Gives a copy of a damaged workspace a list of tables again, made from what its pages hold. */

/** SQLite's own header. Source: sqlite.org/fileformat2.html, 1.3. */
const at = { pageSize: 16, firstFree: 32, freeCount: 36, version: 60, application: 68 } as const;

const MAGIC = 'SQLite format 3\u0000';

/** What the first page still tells; null for what it does not. */
interface Header {
  readonly version: number | null;
  readonly free: ReadonlySet<number> | null;
}

/** A copy whose tables can be read again. */
interface Rebuilt {
  /** Tables of which more may have been there than could be found. */
  readonly doubtful: readonly string[];
  /** How many tables were found. */
  readonly found: number;
}

/**
 * Changes the closed file `copy`, in which no log lies beside any more. Only tables of whose rows it is certain that
 * they are theirs are listed then; `tell` is told how many pages were looked at.
 */
export function rebuildTables(
  copy: string,
  nativeBinding: string | null,
  tell: (done: number, total: number) => void,
): Rebuilt {
  const file = openSync(copy, 'r+');
  try {
    const count = Math.floor(statSync(copy).size / PAGE_BYTES);
    const bytes = Buffer.alloc(PAGE_BYTES);
    const read = (page: number) => {
      bytes.fill(0);
      readSync(file, bytes, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
      return bytes;
    };
    const header = readHeader(read, count);
    const schemas = readKnownSchemas(header.version ?? shippedMigrations.length, nativeBinding);
    const newest = schemas.at(-1);
    if (newest === undefined) return { doubtful: [], found: 0 };
    const pages = readPages(read, count, newest.shapes, (done) => tell(done, count));
    const version = header.version ?? toVersion(schemas, pages.listed) ?? newest.version;
    const schema = schemas.find((known) => known.version === version) ?? newest;
    const own = schema === newest ? pages : readPages(read, count, schema.shapes, () => tell(count, count));
    const found = findTables(own, schema, header.free);
    const joined = joinAll(found, count);
    writeSync(file, toFirstPage(count + joined.pages.length, version), 0, PAGE_BYTES, 0);
    joined.pages.forEach((page, index) => {
      writeSync(file, page, 0, PAGE_BYTES, (count + index) * PAGE_BYTES);
    });
    listTables(copy, nativeBinding, joined.tables);
    return {
      doubtful: found.filter(({ isDoubtful }) => isDoubtful).map(({ shape }) => shape.name),
      found: found.length,
    };
  } finally {
    closeSync(file);
  }
}

/** Puts new pages above those of tables whose own are lost; these come after the last page of the file. */
function joinAll(found: readonly Found[], count: number) {
  const pages: Buffer[] = [];
  const tables = found.map(({ shape, roots }) => {
    const joined = joinPages(roots, count + pages.length + 1);
    pages.push(...joined.pages);
    return { name: shape.name, sql: shape.createSql, root: joined.root };
  });
  return { pages, tables };
}

type Read = (page: number) => Buffer;

function readHeader(read: Read, count: number): Header {
  const bytes = Buffer.from(read(1));
  const isOurs =
    bytes.toString('latin1', 0, MAGIC.length) === MAGIC &&
    bytes.readUInt16BE(at.pageSize) === PAGE_BYTES &&
    bytes.readUInt32BE(at.application) === APPLICATION_ID;
  if (!isOurs) return { version: null, free: null };
  const version = bytes.readUInt32BE(at.version);
  const isKnown = version > 0 && version <= shippedMigrations.length;
  const free = readFree(read, count, bytes.readUInt32BE(at.firstFree), bytes.readUInt32BE(at.freeCount));
  return { version: isKnown ? version : null, free };
}

/** The pages that nobody uses; null where their list cannot be read to its end. Source: sqlite.org/fileformat2.html, 1.5. */
function readFree(read: Read, count: number, first: number, total: number): ReadonlySet<number> | null {
  const free = new Set<number>();
  for (let trunk = first; trunk !== 0; ) {
    if (trunk > count || free.has(trunk)) return null;
    free.add(trunk);
    const bytes = read(trunk);
    const leaves = bytes.readUInt32BE(4);
    if (leaves > PAGE_BYTES / 4 - 2) return null;
    for (let index = 0; index < leaves; index += 1) free.add(bytes.readUInt32BE(8 + 4 * index));
    trunk = bytes.readUInt32BE(0);
  }
  return free.size === total ? free : null;
}

/** The first page of a file with no table in it: what was in it is made again by SQLite. */
function toFirstPage(pages: number, version: number): Buffer {
  const bytes = Buffer.alloc(PAGE_BYTES);
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt16BE(PAGE_BYTES, at.pageSize);
  bytes.set([1, 1, 0, 64, 32, 32], 18); // no log beside it, and what every file of SQLite has here
  bytes.writeUInt32BE(1, 24);
  bytes.writeUInt32BE(pages, 28);
  bytes.writeUInt32BE(4, 44); // the format of the list of tables
  bytes.writeUInt32BE(1, 56); // UTF-8
  bytes.writeUInt32BE(version, at.version);
  bytes.writeUInt32BE(APPLICATION_ID, at.application);
  bytes.writeUInt32BE(1, 92);
  bytes.writeUInt8(13, 100); // a list of tables with nothing in it
  bytes.writeUInt16BE(PAGE_BYTES, 105);
  return bytes;
}

interface Listing {
  readonly name: string;
  readonly sql: string | null;
  readonly root: number;
}

function listTables(copy: string, nativeBinding: string | null, tables: readonly Listing[]): void {
  const db = new Database(copy, nativeBinding === null ? {} : { nativeBinding });
  try {
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    const insert = db.prepare("INSERT INTO sqlite_schema VALUES ('table', :name, :name, :root, :sql)");
    db.transaction(() => tables.forEach((table) => insert.run(table)))();
  } finally {
    db.close();
  }
}
