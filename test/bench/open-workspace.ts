import { inTurns, type Measured } from './figure.ts';
import { type Fixture, openBare } from './fixtures.ts';
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
      about: `open and ask what fails with an entity, ${REACH} reached, all relationships read into memory for it, ${fixture.shape}; peer: a bare open and one recursive statement`,
      budget: null,
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
  mustBeOk(await backend.request('query:impact', toImpact(root)));
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

function readReach(db: Bare): void {
  db.prepare(
    `WITH RECURSIVE reached (id) AS (
       SELECT ? UNION SELECT r.target_id FROM reached JOIN relationship r ON r.source_id = reached.id
       WHERE r.base_present = 1)
     SELECT e.id, e.connection_id, e.kind, e.remote_id, e.name, e.archived, e.presence
     FROM reached JOIN entity e ON e.id = reached.id`,
  ).all(findReachRoot(db, REACH));
}
