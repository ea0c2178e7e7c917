import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import type { Backend } from '../../src-main/backend/index.ts';
import { inTurns, type Measured } from './figure.ts';
import { type Fixture, openBare } from './fixtures.ts';
import { mustBeOk, timeEach, withBackend } from './queries.ts';

const PAGE = 100;
const BUDGET = 3;

interface Pattern {
  readonly near: string;
  readonly far: string;
}

/** The name of what is measured of one size. */
export function nameOfPattern(size: number): string {
  return `relationship-pattern-${size}`;
}

/** Which entities of a kind feed one of another kind, beside the same by a statement written by hand. */
export async function measurePattern(
  fixture: Fixture,
  folder: string,
  runs: number,
  judged: boolean,
): Promise<Measured> {
  const path = writeTyped(fixture, folder);
  const db = openBare(path);
  try {
    const bare = prepareBare(db);
    const look = async (backend: Backend, { near, far }: Pattern) => {
      const text = `kind:${near} -[feeds]-> kind:${far}`;
      mustBeOk(await backend.request('query:run', { text, offset: 0, limit: PAGE }));
    };
    const patterns = pickPatterns(db);
    return {
      name: nameOfPattern(fixture.size),
      about: `p95 of the first ${PAGE} and the total of kind:a -[feeds]-> kind:b in a workspace that was just opened, ${fixture.shape}; peer: one bare statement for the ids, then the rows`,
      unit: 'ms',
      budget: judged ? BUDGET : null,
      ...(await inTurns(
        runs,
        () => withBackend(path, (backend) => timeEach(patterns, (pattern) => look(backend, pattern))),
        () => timeEach(patterns, async (pattern) => bare(pattern)),
      )),
    };
  } finally {
    db.close();
  }
}

/** A copy whose relationships have types: of ten three feed, one is written from the other end, most are something else. */
export function writeTyped(fixture: Fixture, folder: string): string {
  const path = join(folder, 'typed.weft');
  copyFileSync(fixture.path, path);
  const db = openBare(path, { readonly: false });
  db.exec(`INSERT INTO relationship_type (id, name)
      VALUES (1, 'feeds'), (2, 'is fed by'), (3, 'contains'), (4, 'connected to');
    UPDATE relationship SET base_type_id = CASE
      WHEN id % 10 < 3 THEN 1 WHEN id % 10 = 3 THEN 2 WHEN id % 10 < 8 THEN 3 WHEN id % 10 = 8 THEN 4 END`);
  db.close();
  return path;
}

function pickPatterns(db: Database.Database): Pattern[] {
  const kinds = db.prepare('SELECT DISTINCT kind FROM entity ORDER BY kind').pluck().all() as string[]; // that column
  return kinds.flatMap((near) => kinds.map((far) => ({ near, far })));
}

/** From the far end, which was found to be the quickest way; what is pending, marked or local is left out. */
function prepareBare(db: Database.Database): (pattern: Pattern) => void {
  const arm = (near: string, far: string, type: number) =>
    `SELECT r.${near} FROM entity f CROSS JOIN relationship r ON r.${far} = f.id
     WHERE f.kind = :far AND f.presence = 'listed' AND r.base_present = 1 AND r.base_type_id = ${type}`;
  const found = db
    .prepare(
      `SELECT e.id FROM entity e WHERE e.kind = :near AND e.presence = 'listed'
         AND e.id IN (${arm('source_id', 'target_id', 1)} UNION ALL ${arm('target_id', 'source_id', 2)})
       ORDER BY e.name COLLATE NOCASE, e.id`,
    )
    .pluck();
  const row = db.prepare(
    'SELECT id, connection_id, kind, remote_id, name, archived FROM entity WHERE id = ?',
  );
  return (pattern) => {
    for (const id of found.all(pattern).slice(0, PAGE)) row.get(id);
  };
}
