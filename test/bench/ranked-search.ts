import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createRandom, pickNumber, pickOne, type Random } from '../servers/shared/random.ts';
import { type LargeEntity, writeLargeWorkspace } from '../support/large-workspace.ts';
import { inTurns, type Measured } from './figure.ts';
import { mustBeOk, openBackend, timeEach } from './queries.ts';

const ENTITIES = 100_000;
const SAMPLES = 200;
const PAGE = 100;

/** Ranked search beside the bare query of the same index, and of a trigram index where words are misspelt. */
export async function measureRankedSearch(folder: string, runs: number): Promise<Measured[]> {
  const path = join(folder, 'search.weft');
  const entities = writeLargeWorkspace({ path, entities: ENTITIES });
  const backend = await openBackend(path);
  const nativeBinding = process.env['WEFT_SQLITE_BINDING'];
  const binding = nativeBinding === undefined ? {} : { nativeBinding };
  const db = new Database(path, { readonly: true, ...binding });
  const trigrams = new Database(':memory:', binding);
  try {
    const bare = prepareBare(db);
    const bareTrigram = prepareTrigrams(trigrams, entities);
    const look = async (text: string) =>
      mustBeOk(await backend.request('query:run', { text, offset: 0, limit: PAGE }));
    const about = `p95 of the first ${PAGE} of ${ENTITIES} entities`;
    const measure = async (
      name: string,
      peerAbout: string,
      budget: number,
      texts: readonly string[],
      peer: (text: string) => void,
    ): Promise<Measured> => ({
      name,
      about: `${about}; peer: ${peerAbout}`,
      unit: 'ms',
      budget,
      ...(await inTurns(
        runs,
        () => timeEach(texts, look),
        () => timeEach(texts, async (text) => peer(text)),
      )),
    });
    const fts = 'the bare FTS5 query with the rows it names';
    const { exact, prefix, misspelt } = pickTexts(entities);
    return [
      await measure('search-exact', fts, 3, exact, (text) => bare(toMatch(text, ''))),
      await measure('search-prefix', fts, 3, prefix, (text) => bare(toMatch(text, '*'))),
      await measure('search-misspelt', 'a bare trigram query', 8, misspelt, bareTrigram),
    ];
  } finally {
    trigrams.close();
    db.close();
    await backend.close();
  }
}

function toMatch(text: string, ending: string): string {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"${ending}`).join(' ');
}

function prepareBare(db: Database.Database): (match: string) => void {
  const found = db.prepare(
    `SELECT e.id, e.connection_id, e.kind, e.remote_id, e.name, e.archived
     FROM (SELECT rowid AS id, rank FROM entity_search WHERE entity_search MATCH ? ORDER BY rank LIMIT ${PAGE}) f
     JOIN entity e ON e.id = f.id ORDER BY f.rank`,
  );
  return (match) => found.all(match);
}

function prepareTrigrams(db: Database.Database, entities: readonly LargeEntity[]): (text: string) => void {
  db.exec("CREATE VIRTUAL TABLE found USING fts5 (name, tokenize = 'trigram')");
  const insert = db.prepare('INSERT INTO found (rowid, name) VALUES (?, ?)');
  db.transaction(() => {
    for (const { id, name } of entities) insert.run(id, name);
  })();
  const find = db.prepare(`SELECT rowid, name FROM found WHERE found MATCH ? ORDER BY rank LIMIT ${PAGE}`);
  return (text) => {
    const letters = Array.from(text.toLowerCase().replaceAll('"', ''));
    const pieces = letters.slice(2).map((_, index) => letters.slice(index, index + 3).join(''));
    find.all(pieces.map((piece) => `"${piece}"`).join(' OR '));
  };
}

function pickTexts(entities: readonly LargeEntity[]) {
  const random = createRandom(29);
  const long = entities.filter(({ name }) => /^\p{L}{5}/u.test(name));
  const names = Array.from({ length: SAMPLES }, () => pickOne(random, long).name);
  return {
    exact: names,
    prefix: names.map((name) => name.slice(0, 3)),
    misspelt: names.map((name) => misspell(random, name)),
  };
}

/** Another letter within the first five. */
function misspell(random: Random, name: string): string {
  const place = pickNumber(random, 1, 4);
  return `${name.slice(0, place)}${name[place] === 'q' ? 'w' : 'q'}${name.slice(place + 1)}`;
}
