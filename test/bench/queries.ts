import type Database from 'better-sqlite3';
import { type Backend, createBackend } from '../../src-main/backend/index.ts';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';
import { createPlainPorts, showLog } from '../support/plain-ports.ts';
import { inTurns, type Measured, quantile } from './figure.ts';
import { type Fixture, type NamedEntity, openBare, readNames } from './fixtures.ts';

const SAMPLES = 200;
const NEIGHBOURS = 60;
const PAGE = 100;

/** 95 of 100 questions are answered within so many milliseconds; the peer is the same by statements written by hand. */
export async function measureQueries(fixture: Fixture, runs: number): Promise<Measured[]> {
  const backend = await openBackend(fixture.path);
  const db = openBare(fixture.path);
  try {
    const bare = prepareBare(db);
    const ask = async (id: EntityId) =>
      mustBeOk(await backend.request('graph:neighbourhood', { roots: [id], limit: NEIGHBOURS }));
    const look = async (search: string) =>
      mustBeOk(
        await backend.request('entities:page', {
          search,
          kinds: [],
          connectionId: null,
          offset: 0,
          limit: PAGE,
        }),
      );
    const { shape } = fixture;
    const entities = readNames(db);
    const kind = { unit: 'ms', budget: null };
    const [roots, texts] = [pickRoots(entities), pickTexts(entities)];
    return [
      {
        name: 'neighbourhood',
        about: `p95 of one entity with up to ${NEIGHBOURS} neighbours, ${shape}; peer: bare statements`,
        ...kind,
        ...(await inTurns(
          runs,
          () => timeEach(roots, ask),
          () => timeEach(roots, async (id) => bare.neighbourhood(id)),
        )),
      },
      {
        name: 'search',
        about: `p95 of a page of ${PAGE} found by name, ${shape}; peer: bare statements`,
        ...kind,
        ...(await inTurns(
          runs,
          () => timeEach(texts, look),
          () => timeEach(texts, async (text) => bare.search(text)),
        )),
      },
    ];
  } finally {
    db.close();
    await backend.close();
  }
}

/** A backend without network or secrets, with the workspace open. */
export async function openBackend(path: string): Promise<Backend> {
  const backend = createBackend(createPlainPorts({ log: showLog }));
  mustBeOk(await backend.request('workspace:open', { path }));
  return backend;
}

/** Asks a workspace that was just opened, so that nothing is remembered. */
export async function withBackend<T>(path: string, body: (backend: Backend) => Promise<T>): Promise<T> {
  const backend = await openBackend(path);
  try {
    return await body(backend);
  } finally {
    await backend.close();
  }
}

export function mustBeOk(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error('The backend refused a question');
}

/** The time in milliseconds below which 95 of 100 questions are answered. */
export async function timeEach<T>(
  questions: readonly T[],
  ask: (question: T) => Promise<void>,
): Promise<number> {
  const times: number[] = [];
  for (const question of questions) {
    const startedAt = performance.now();
    await ask(question);
    times.push(performance.now() - startedAt);
  }
  return quantile(times, 0.95);
}

/** Half anywhere, half among the first, which have most relationships. */
export function pickRoots(entities: readonly NamedEntity[]): EntityId[] {
  const random = createRandom(3);
  const pick = (power: number) => pickOne(random, [Math.floor(random() ** power * entities.length)]);
  return Array.from(
    { length: SAMPLES },
    (_, index) => (entities[pick(index % 2 === 0 ? 1 : 6)]?.id ?? 1) as EntityId,
  ); // ids of rows that were just written
}

/** What people type: a word, the beginning of one, a word and a number. */
function pickTexts(entities: readonly NamedEntity[]): string[] {
  const random = createRandom(5);
  return Array.from({ length: SAMPLES }, (_, index) => {
    const { name } = pickOne(random, entities);
    return [name.slice(0, 3), name.split(' ')[0] ?? name, name][index % 3] ?? name;
  });
}

/** The least SQL that answers the same questions from the same tables, without what is pending. */
function prepareBare(db: Database.Database) {
  const neighbours = db.prepare(
    `SELECT target_id FROM relationship WHERE source_id = :id AND base_present = 1
     UNION SELECT source_id FROM relationship WHERE target_id = :id AND base_present = 1`,
  );
  const counts = db.prepare(
    `SELECT value, (SELECT COUNT(*) FROM relationship WHERE source_id = value AND base_present = 1)
       + (SELECT COUNT(*) FROM relationship WHERE target_id = value AND base_present = 1) FROM json_each(?)`,
  );
  const entities = db.prepare(
    'SELECT id, connection_id, kind, remote_id, name, archived FROM entity WHERE id IN (SELECT value FROM json_each(?))',
  );
  const among = db.prepare(
    `SELECT id, source_id, target_id FROM relationship WHERE base_present = 1
       AND source_id IN (SELECT value FROM json_each(:ids)) AND target_id IN (SELECT value FROM json_each(:ids))`,
  );
  const found = db.prepare(
    `SELECT e.id, e.kind, e.remote_id, e.name FROM entity e
     WHERE e.id IN (SELECT rowid FROM entity_search WHERE entity_search MATCH :match)
     ORDER BY e.name COLLATE NOCASE, e.id LIMIT ${PAGE}`,
  );
  const counted = db.prepare('SELECT COUNT(*) FROM entity_search WHERE entity_search MATCH :match').pluck();
  return {
    neighbourhood: (id: EntityId) => {
      const ids = JSON.stringify([id, ...neighbours.pluck().all({ id }).slice(0, NEIGHBOURS)]);
      entities.all(ids);
      counts.all(ids);
      among.all({ ids });
    },
    search: (text: string) => {
      const match = (text.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `"${word}"*`).join(' ');
      found.all({ match });
      counted.get({ match });
    },
  };
}
