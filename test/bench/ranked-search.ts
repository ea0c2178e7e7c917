import Database from 'better-sqlite3';
import { createRandom, pickNumber, pickOne, type Random } from '../servers/shared/random.ts';
import { inTurns, type Measured } from './figure.ts';
import { type Fixture, type NamedEntity, openBare, readNames } from './fixtures.ts';
import { mustBeOk, openBackend, timeEach } from './queries.ts';

const SAMPLES = 200;
const PAGE = 100;

/** The names of what is measured of one size. */
export function namesOfSearch(size: number): string[] {
  return ['search-exact', 'search-prefix', 'search-misspelt'].map((name) => `${name}-${size}`);
}

/** Ranked search beside the bare query of the same index, and of a trigram index where words are misspelt. */
export async function measureRankedSearch(
  fixture: Fixture,
  runs: number,
  judged: boolean,
): Promise<Measured[]> {
  const backend = await openBackend(fixture.path);
  const db = openBare(fixture.path);
  const trigrams = openBare(':memory:', { readonly: false });
  try {
    const entities = readNames(db);
    const bare = prepareBare(db);
    const bareTrigram = prepareTrigrams(trigrams, entities);
    const look = async (text: string) =>
      mustBeOk(await backend.request('query:run', { text, offset: 0, limit: PAGE }));
    const about = `p95 of the first ${PAGE} of ${entities.length} entities`;
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
      budget: judged ? budget : null,
      ...(await inTurns(
        runs,
        () => timeEach(texts, look),
        () => timeEach(texts, async (text) => peer(text)),
      )),
    });
    const fts = 'the bare FTS5 query with the rows it names';
    const { exact, prefix, misspelt } = pickTexts(entities);
    const [ofExact = '', ofPrefix = '', ofMisspelt = ''] = namesOfSearch(fixture.size);
    return [
      await measure(ofExact, fts, 3, exact, (text) => bare(toMatch(text, ''))),
      await measure(ofPrefix, fts, 3, prefix, (text) => bare(toMatch(text, '*'))),
      await measure(ofMisspelt, 'a bare trigram query', 8, misspelt, bareTrigram),
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

/** Ids first, then row by row: joined, SQLite would ask the index for the rank of every row once more. */
function prepareBare(db: Database.Database): (match: string) => void {
  const found = db
    .prepare(`SELECT rowid FROM entity_search WHERE entity_search MATCH ? ORDER BY rank LIMIT ${PAGE}`)
    .pluck();
  const row = db.prepare(
    'SELECT id, connection_id, kind, remote_id, name, archived FROM entity WHERE id = ?',
  );
  return (match) => {
    for (const id of found.all(match)) row.get(id);
  };
}

/**
 * Any trigram of each word, and something of every word: several times as fast as any trigram of the whole text. It
 * misses words of which a misspelling leaves no trigram, which Weft finds.
 */
function prepareTrigrams(db: Database.Database, entities: readonly NamedEntity[]): (text: string) => void {
  db.exec("CREATE VIRTUAL TABLE found USING fts5 (name, tokenize = 'trigram', detail = 'column')");
  const insert = db.prepare('INSERT INTO found (rowid, name) VALUES (?, ?)');
  db.transaction(() => {
    for (const { id, name } of entities) insert.run(id, name);
  })();
  db.exec("INSERT INTO found (found) VALUES ('optimize')");
  const find = db.prepare(`SELECT rowid, name FROM found WHERE found MATCH ? ORDER BY rank LIMIT ${PAGE}`);
  return (text) => {
    const words = text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
    find.all(words.map((word) => `(${toPieces(word).join(' OR ')})`).join(' AND '));
  };
}

function toPieces(word: string): string[] {
  const letters = Array.from(word);
  return letters.slice(2).map((_, index) => `"${letters.slice(index, index + 3).join('')}"`);
}

function pickTexts(entities: readonly NamedEntity[]) {
  const random = createRandom(29);
  const long = entities.filter(({ name }) => /^\p{L}{5}/u.test(name));
  const names = Array.from({ length: SAMPLES }, () => pickOne(random, long).name);
  return {
    exact: names,
    prefix: names.map((name) => name.slice(0, 3)),
    misspelt: names.map((name, index) => pickOf(mistakes, index)(random, name)),
  };
}

type Mistake = (random: Random, name: string) => string;

/** A letter that stands nowhere near, so that it is a mistake. */
const wrongLetterFor = (name: string, place: number) => (name[place] === 'q' ? 'w' : 'q');

/** The four ways to misspell a word by one letter, within its first five: replaced, swapped, missing, added. */
const mistakes: readonly Mistake[] = [
  (random, name) => {
    const place = pickNumber(random, 1, 4);
    return `${name.slice(0, place)}${wrongLetterFor(name, place)}${name.slice(place + 1)}`;
  },
  (random, name) => {
    // two that are alike would make no mistake: a word of five letters has two that are not
    const places = [1, 2, 3].filter((place) => name[place] !== name[place + 1]);
    const place = places.length === 0 ? 0 : pickOne(random, places);
    return `${name.slice(0, place)}${name[place + 1]}${name[place]}${name.slice(place + 2)}`;
  },
  (random, name) => {
    const place = pickNumber(random, 1, 4);
    return `${name.slice(0, place)}${name.slice(place + 1)}`;
  },
  (random, name) => {
    const place = pickNumber(random, 1, 4);
    return `${name.slice(0, place)}${wrongLetterFor(name, place)}${name.slice(place)}`;
  },
];

function pickOf<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('There is nothing to pick from');
  return item;
}
