import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Measured, toRatio } from './figure.ts';
import { type Fixture, openBare, type Size, writeFixture } from './fixtures.ts';

const MOST_BYTES = 400;

/** The bytes that a relationship takes in the file. Sizes are the same each time: they are read once. */
export function measureFile(fixture: Fixture, folder: string, judged: boolean): Measured {
  return measure(`file-${fixture.size}`, fixture, folder, judged);
}

/** The name of what is measured of typed relationships at one size. */
export function nameOfTypedFile(size: number): string {
  return `file-typed-${size}`;
}

/** The bytes of a relationship that has what most remotes tell of one: a type, and an id of its own. */
export function measureTypedFile(size: Size, folder: string, judged: boolean): Measured {
  const fixture = writeFixture(folder, size, { isTyped: true });
  return measure(nameOfTypedFile(size), fixture, folder, judged);
}

function measure(name: string, fixture: Fixture, folder: string, judged: boolean): Measured {
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
