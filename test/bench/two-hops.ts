import type Database from 'better-sqlite3';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';
import { type DuckPeer, openDuck } from './duckdb.ts';
import { type Measured, quantile } from './figure.ts';
import { type Edge, type Fixture, openBare, prepareShown, readEdges } from './fixtures.ts';
import { toGraphology, walk } from './plain-graph.ts';
import { mustBeOk, openBackend } from './queries.ts';

const SAMPLES = 2000;
const RUNS = 5;
/** DuckDB takes long: it is asked for each tenth. */
const DUCK_SHARE = 10;
/** Entities shown of all that are counted. */
export const SHOWN = 60;

/** The names of what is measured of one size. */
export function namesOfTwoHops(size: number): string[] {
  return ['two-hops', 'two-hops-in-memory', 'two-hops-duckdb'].map((name) => `${name}-${size}`);
}

/**
 * All within two hops, counted, with the rows of those shown. Entities are drawn by their degree; every run asks for
 * others, and all contenders for the same.
 */
export async function measureTwoHops(fixture: Fixture, judged: boolean): Promise<Measured[]> {
  const db = openBare(fixture.path);
  const backend = await openBackend(fixture.path);
  const edges = readEdges(db);
  const duck = await openDuck(db);
  try {
    const graph = toGraphology(edges);
    const bare = prepareTwoHops(db);
    const roots = pickByDegree(edges);
    const reached = quantile(
      roots.map((id) => walk(graph, id, 2, false)),
      0.95,
    );
    const times: Record<'weft' | 'bare' | 'memory' | 'weftBesideDuck' | 'duck', number[]> = {
      weft: [],
      bare: [],
      memory: [],
      weftBesideDuck: [],
      duck: [],
    };
    const weft = async (id: number) => {
      const params = { roots: [id as EntityId], hops: 2, budget: SHOWN }; // an id that was just written
      mustBeOk(await backend.request('graph:surroundings', params));
    };
    const ask = {
      weft: async (ids: readonly number[]) => {
        const each = await timesOf(ids, weft);
        times.weft.push(quantile(each, 0.95));
        times.weftBesideDuck.push(
          quantile(
            each.filter((_, index) => index % DUCK_SHARE === 0),
            0.95,
          ),
        );
      },
      bare: async (ids: readonly number[]) =>
        times.bare.push(quantile(await timesOf(ids, async (id) => bare(id)), 0.95)),
      memory: async (ids: readonly number[]) =>
        times.memory.push(quantile(await timesOf(ids, async (id) => void walk(graph, id, 2, false)), 0.95)),
    };
    for (let run = 0; run < RUNS; run += 1) {
      const ids = roots.filter((_, index) => index % RUNS === run);
      // the one that goes first has a colder machine: they take turns in that too
      if (run % 2 === 0) await ask.weft(ids);
      await ask.bare(ids);
      await ask.memory(ids);
      if (run % 2 === 1) await ask.weft(ids);
      if (duck.peer !== null) times.duck.push(await timeDuck(duck.peer, ids));
    }
    const about = `p95 of all within 2 hops, counted, ${SHOWN} shown, ${fixture.shape}, ${SAMPLES} drawn by degree, ${reached} reached at p95`;
    const [plain, inMemory, duckdb] = namesOfTwoHops(fixture.size);
    const judge = (budget: number) => ({ unit: 'ms', budget: judged ? budget : null });
    return [
      {
        ...judge(2),
        name: plain ?? '',
        about: `${about}; peer: bare statements`,
        values: times.weft,
        peers: times.bare,
      },
      {
        ...judge(10),
        name: inMemory ?? '',
        about: `${about}; peer: graphology, which counts only`,
        values: times.weft,
        peers: times.memory,
      },
      {
        ...judge(1),
        name: duckdb ?? '',
        about: `${about}, every ${DUCK_SHARE}th of them; peer: ${duck.about}`,
        values: times.weftBesideDuck,
        peers: times.duck,
      },
    ];
  } finally {
    duck.peer?.close();
    await backend.close();
    db.close();
  }
}

async function timeDuck(peer: DuckPeer, ids: readonly number[]): Promise<number> {
  const asked = ids.filter((_, index) => index % DUCK_SHARE === 0);
  return quantile(await timesOf(asked, peer.twoHops), 0.95);
}

async function timesOf(ids: readonly number[], ask: (id: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (const id of ids) {
    const startedAt = performance.now();
    await ask(id);
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** Entities by how many relationships they have: every end of one is as likely as any other. */
function pickByDegree(edges: readonly Edge[]): number[] {
  const random = createRandom(31);
  return Array.from({ length: SAMPLES }, (_, index) => pickOne(random, edges)[index % 2 === 0 ? 0 : 1]);
}

/**
 * The same as fast as we can write it: the first hop, both hops in one statement (a set of JavaScript is quicker at
 * repeats than UNION), then the rows of those shown, their counts and what is between them.
 */
function prepareTwoHops(db: Database.Database): (id: number) => void {
  const one = `SELECT target_id AS id FROM relationship WHERE source_id = :id AND base_present = 1
    UNION SELECT source_id FROM relationship WHERE target_id = :id AND base_present = 1`;
  const first = db.prepare(one).pluck();
  const second = db
    .prepare(
      `WITH one AS MATERIALIZED (${one})
       SELECT r.target_id FROM one CROSS JOIN relationship r ON r.source_id = one.id AND r.base_present = 1
       UNION ALL
       SELECT r.source_id FROM one CROSS JOIN relationship r ON r.target_id = one.id AND r.base_present = 1`,
    )
    .pluck();
  const { entities, counts } = prepareShown(db);
  const among = db.prepare(
    `SELECT id, source_id, target_id FROM relationship WHERE base_present = 1
       AND source_id IN (SELECT value FROM json_each(:ids)) AND target_id IN (SELECT value FROM json_each(:ids))`,
  );
  return (id) => {
    const seen = new Set<unknown>([id]);
    for (const other of first.all({ id })) seen.add(other);
    for (const other of second.all({ id })) seen.add(other);
    const ids = JSON.stringify([...seen].slice(0, SHOWN));
    entities.all(ids);
    counts.all(ids);
    among.all({ ids });
  };
}
