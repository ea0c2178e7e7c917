import { inTurns, type Measured } from './figure.ts';
import { type Edge, type Fixture, openBare } from './fixtures.ts';
import { mustBeOk, openBackend } from './queries.ts';
import { findReachRoot, toImpact } from './traversals.ts';

const PAGE = 100;
const REACH = 520;

/** The names of what is measured of one size. */
export function namesOfOpening(size: number): string[] {
  return [`open-${size}`, `open-to-impact-${size}`];
}

/** From a closed file to the first answer: the list by name, and the first that needs all relationships in memory. */
export async function measureOpening(fixture: Fixture, runs: number, judged: boolean): Promise<Measured[]> {
  const [open = '', toFirstImpact = ''] = namesOfOpening(fixture.size);
  return [
    {
      name: open,
      unit: 'ms',
      about: `open with the counts of entities by kind and of relationships, and read the first ${PAGE} entities by name, ${fixture.shape}; peer: a bare open and the same by bare statements`,
      budget: judged ? 3 : null,
      ...(await inTurns(
        runs,
        () => timeOpening(fixture, askForPage),
        async () => timeBare(fixture, readPage),
      )),
    },
    {
      name: toFirstImpact,
      unit: 'ms',
      about: `open and ask what fails with an entity, ${REACH} reached, all relationships read into memory for it, ${fixture.shape}; peer: a bare open, the ends of all relationships read into plain arrays, and a plain walk`,
      budget: judged ? 3 : null,
      ...(await inTurns(
        runs,
        () => timeOpening(fixture, askForImpact),
        async () => timeBare(fixture, readReach),
      )),
    },
  ];
}

type Backend = Awaited<ReturnType<typeof openBackend>>;
type Bare = ReturnType<typeof openBare>;

async function timeOpening(
  fixture: Fixture,
  ask: (backend: Backend, fixture: Fixture) => Promise<void>,
): Promise<number> {
  const startedAt = performance.now();
  const backend = await openBackend(fixture.path);
  await ask(backend, fixture);
  const took = performance.now() - startedAt;
  await backend.close();
  return took;
}

async function askForPage(backend: Backend): Promise<void> {
  const everything = { search: '', kinds: [], connectionId: null, offset: 0, limit: PAGE };
  mustBeOk(await backend.request('entities:page', everything));
}

async function askForImpact(backend: Backend, { path }: Fixture): Promise<void> {
  const db = openBare(path);
  const root = findReachRoot(db, REACH);
  db.close();
  mustBeOk(await backend.request('query:impact', toImpact([root])));
}

/** With the pragmas of Weft, as somebody opens it who also writes. */
function timeBare({ path }: Fixture, read: (db: Bare) => void): number {
  const startedAt = performance.now();
  const db = openBare(path, { readonly: false });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  read(db);
  const took = performance.now() - startedAt;
  db.close();
  return took;
}

function readPage(db: Bare): void {
  db.prepare("SELECT kind, COUNT(*) FROM entity WHERE presence = 'listed' GROUP BY kind").all();
  db.prepare('SELECT COUNT(*) FROM relationship WHERE base_present = 1').get();
  db.prepare(
    `SELECT id, connection_id, kind, remote_id, name, archived, presence FROM entity WHERE presence = 'listed'
     ORDER BY name COLLATE NOCASE, id LIMIT ${PAGE}`,
  ).all();
  db.prepare("SELECT COUNT(*) FROM entity WHERE presence = 'listed'").get();
}

/** The least from which later questions can be answered as well: all ends in plain arrays, ordered by their sources. */
function readReach(db: Bare): void {
  const [sources, targets] = readEnds(db);
  const size = 1 + (db.prepare('SELECT MAX(id) FROM entity').pluck().get() as number); // an id
  const starts = new Int32Array(size + 1);
  for (const source of sources) starts[source + 1] = at(starts, source + 1) + 1;
  for (let id = 1; id <= size; id += 1) starts[id] = at(starts, id) + at(starts, id - 1);
  const places = starts.slice();
  const after = new Int32Array(targets.length);
  for (const [edge, source] of sources.entries()) {
    const place = at(places, source);
    after[place] = at(targets, edge);
    places[source] = place + 1;
  }
  const reached = new Set<number>([findReachRoot(db, REACH)]);
  for (const id of reached) {
    for (let place = at(starts, id); place < at(starts, id + 1); place += 1) reached.add(at(after, place));
  }
  const read = db.prepare(
    'SELECT id, connection_id, kind, remote_id, name, archived, presence FROM entity WHERE id = ?',
  );
  for (const id of reached) read.get(id);
}

function readEnds(db: Bare): [Int32Array, Int32Array] {
  const count = db
    .prepare('SELECT COUNT(*) FROM relationship WHERE base_present = 1')
    .pluck()
    .get() as number; // a count
  const [sources, targets] = [new Int32Array(count), new Int32Array(count)];
  const ends = db.prepare('SELECT source_id, target_id FROM relationship WHERE base_present = 1').raw();
  let edge = 0;
  for (const row of ends.iterate()) {
    const [source, target] = row as Edge; // the columns above
    sources[edge] = source;
    targets[edge] = target;
    edge += 1;
  }
  return [sources, targets];
}

function at(array: Int32Array, index: number): number {
  return array[index] ?? 0;
}
