import { join } from 'node:path';
import Database from 'better-sqlite3';
import { MultiDirectedGraph } from 'graphology';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { inTurns, type Measured } from './figure.ts';
import { mustBeOk, openBackend, timeEach } from './queries.ts';

const ENTITIES = 100_000;
const RELATIONSHIPS = 300_000;
const HUBS = { count: 20, degree: 5000 };
const REACHES = [520, 10_000];
const SAMPLES = 2000;
const PAIRS = 20;
const PATHS = 10;
const BUDGET = 60;

interface EdgeRow {
  readonly source_id: number;
  readonly target_id: number;
}

export type TraversalPart = 'two-hops' | 'impact' | 'explain' | 'load';

/** A part of what is followed over relationships, beside bare statements and beside graphology in memory. */
export async function measureTraversals(
  folder: string,
  runs: number,
  part: TraversalPart,
): Promise<Measured[]> {
  const path = join(folder, 'traversals.weft');
  writeLargeWorkspace({
    path,
    entities: ENTITIES,
    relationships: RELATIONSHIPS,
    hubs: HUBS,
    reaches: REACHES,
  });
  const nativeBinding = process.env['WEFT_SQLITE_BINDING'];
  const db = new Database(path, {
    readonly: true,
    ...(nativeBinding === undefined ? {} : { nativeBinding }),
  });
  try {
    const edges = db.prepare('SELECT source_id, target_id FROM relationship').all() as EdgeRow[]; // the columns above
    const graph = toGraphology(edges);
    if (part === 'load') return [await measureLoad(path, db, runs)];
    const backend = await openBackend(path);
    try {
      const ask = { backend, db, graph, runs };
      if (part === 'two-hops') return await measureTwoHops(ask, edges);
      return part === 'impact' ? await measureImpacts(ask) : [await measureExplain(ask)];
    } finally {
      await backend.close();
    }
  } finally {
    db.close();
  }
}

interface Ask {
  readonly backend: Awaited<ReturnType<typeof openBackend>>;
  readonly db: Database.Database;
  readonly graph: MultiDirectedGraph;
  readonly runs: number;
}

const shape = `${ENTITIES} entities, ${RELATIONSHIPS} relationships, ${HUBS.count} hubs of ${HUBS.degree}`;

function toGraphology(edges: readonly EdgeRow[]): MultiDirectedGraph {
  const graph = new MultiDirectedGraph();
  for (const { source_id: source, target_id: target } of edges) {
    graph.mergeNode(source);
    graph.mergeNode(target);
    graph.addEdge(source, target);
  }
  return graph;
}

/** Everything a plain breadth-first walk reaches, at most so many hops far. */
function walk(graph: MultiDirectedGraph, start: string, hops: number, outOnly: boolean): number {
  const seen = new Set([start]);
  let frontier = [start];
  for (let hop = 0; hop < hops && frontier.length > 0; hop += 1) {
    const next: string[] = [];
    const visit = (to: string) => {
      if (seen.has(to)) return;
      seen.add(to);
      next.push(to);
    };
    for (const from of frontier) {
      if (outOnly) graph.forEachOutNeighbor(from, visit);
      else graph.forEachNeighbor(from, visit);
    }
    frontier = next;
  }
  return seen.size;
}

/** The first question about a workspace also reads all relationships. */
async function measureLoad(path: string, db: Database.Database, runs: number): Promise<Measured> {
  const all = db
    .prepare('SELECT id, source_id, target_id, base_type_id, connection_id FROM relationship')
    .raw();
  const weft = async () => {
    const backend = await openBackend(path);
    const startedAt = performance.now();
    mustBeOk(await backend.request('query:findings', { finding: 'hubs', hubSize: 1_000_000, limit: 1 }));
    const took = performance.now() - startedAt;
    await backend.close();
    return took;
  };
  const peer = async () => {
    const startedAt = performance.now();
    all.all();
    return performance.now() - startedAt;
  };
  const about = `all relationships read into memory, ${shape}; peer: a bare SELECT of them`;
  return { name: 'load-graph', about, unit: 'ms', budget: null, ...(await inTurns(runs, weft, peer)) };
}

/** Entities by how many relationships they have: every end of one is as likely as any other. */
function pickByDegree(edges: readonly EdgeRow[]): number[] {
  const random = createRandom(31);
  return Array.from({ length: SAMPLES }, (_, index) => {
    const edge = pickOne(random, edges);
    return index % 2 === 0 ? edge.source_id : edge.target_id;
  });
}

async function measureTwoHops(
  { backend, db, graph, runs }: Ask,
  edges: readonly EdgeRow[],
): Promise<Measured[]> {
  const roots = pickByDegree(edges);
  const weft = async (id: number) => {
    const params = { roots: [id as EntityId], hops: 2, budget: BUDGET }; // ids of rows that were just written
    mustBeOk(await backend.request('graph:surroundings', params));
  };
  const bare = prepareTwoHops(db);
  const few = Math.min(runs, 5);
  const reached = await reachedByMost(roots, (id) => walk(graph, String(id), 2, false));
  const about = `p95 of all within 2 hops, counted, ${BUDGET} shown, ${shape}, ${reached} reached at p95`;
  const inMemory: number[] = [];
  // every run asks for other entities, Weft and both peers for the same ones: together they are all that were drawn
  const share = (run: number) => roots.filter((_, index) => index % few === run);
  let [own, other] = [0, 0];
  const measured = await inTurns(
    few,
    async () => {
      own += 1;
      return await timeEach(share(own - 1), weft);
    },
    async () => {
      other += 1;
      const asked = share(other - 1);
      inMemory.push(await timeEach(asked, async (id) => void walk(graph, String(id), 2, false)));
      return await timeEach(asked, async (id) => bare(id));
    },
  );
  const kind = { unit: 'ms', values: measured.values };
  return [
    { ...kind, name: 'two-hops', about: `${about}; peer: bare statements`, budget: 2, peers: measured.peers },
    { ...kind, name: 'two-hops-in-memory', about: `${about}; peer: graphology`, budget: 10, peers: inMemory },
  ];
}

async function reachedByMost(roots: readonly number[], count: (id: number) => number): Promise<number> {
  const counts = roots.map(count).toSorted((a, b) => a - b);
  return counts[Math.floor(counts.length * 0.95)] ?? 0;
}

/** The least SQL for the same: two hops, the rows of those shown, their counts and what is between them. */
function prepareTwoHops(db: Database.Database): (id: number) => void {
  const neighbours = db
    .prepare(
      `SELECT target_id FROM relationship WHERE source_id IN (SELECT value FROM json_each(:ids)) AND base_present = 1
       UNION SELECT source_id FROM relationship WHERE target_id IN (SELECT value FROM json_each(:ids)) AND base_present = 1`,
    )
    .pluck();
  const entities = db.prepare(
    'SELECT id, connection_id, kind, remote_id, name, archived FROM entity WHERE id IN (SELECT value FROM json_each(?))',
  );
  const counts = db.prepare(
    `SELECT value, (SELECT COUNT(*) FROM relationship WHERE source_id = value AND base_present = 1)
       + (SELECT COUNT(*) FROM relationship WHERE target_id = value AND base_present = 1) FROM json_each(?)`,
  );
  const among = db.prepare(
    `SELECT id, source_id, target_id FROM relationship WHERE base_present = 1
       AND source_id IN (SELECT value FROM json_each(:ids)) AND target_id IN (SELECT value FROM json_each(:ids))`,
  );
  return (id) => {
    const seen = new Set<unknown>([id]);
    let frontier: unknown[] = [id];
    for (let hop = 0; hop < 2; hop += 1) {
      frontier = neighbours.all({ ids: JSON.stringify(frontier) }).filter((other) => !seen.has(other));
      for (const other of frontier) seen.add(other);
    }
    const ids = JSON.stringify([...seen].slice(0, BUDGET));
    entities.all(ids);
    counts.all(ids);
    among.all({ ids });
  };
}

async function measureImpacts({ backend, db, graph, runs }: Ask): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const size of REACHES) {
    const id = db
      .prepare('SELECT id FROM entity WHERE remote_id = ?')
      .pluck()
      .get(`reach-${size}-0`) as number; // its column
    const params = {
      failed: [id as EntityId], // as above
      direction: 'down' as const,
      rules: [],
      limit: 10_000,
    };
    const questions = Array.from({ length: 10 }, () => id);
    measured.push({
      name: `impact-${size}`,
      about: `${size} reached, each with its cause and its entity, ${shape}; peer: graphology, a plain walk`,
      unit: 'ms',
      budget: 10,
      ...(await inTurns(
        runs,
        () => timeEach(questions, async () => mustBeOk(await backend.request('query:impact', params))),
        () => timeEach(questions, async () => void walk(graph, String(id), Number.POSITIVE_INFINITY, true)),
      )),
    });
  }
  return measured;
}

async function measureExplain({ backend, graph, runs }: Ask): Promise<Measured> {
  const random = createRandom(37);
  const pick = () => Math.floor(random() * ENTITIES) + 1;
  const pairs = Array.from({ length: PAIRS }, () => ({ sourceId: pick(), targetId: pick() }));
  const few = Math.min(runs, 5);
  return {
    name: `explain-${PATHS}`,
    about: `p95 of ${PATHS} shortest simple paths, ${shape}; peer: graphology, ${PATHS} plain walks over all`,
    unit: 'ms',
    budget: 10,
    ...(await inTurns(
      few,
      () =>
        timeEach(pairs, async ({ sourceId, targetId }) => {
          const ends = { sourceId: sourceId as EntityId, targetId: targetId as EntityId }; // ids of rows just written
          const open = { types: null, connections: null, direction: 'any' as const, avoid: [], maxHops: 20 };
          mustBeOk(await backend.request('query:explain', { ...ends, ...open, k: PATHS }));
        }),
      () =>
        timeEach(pairs, async ({ sourceId }) => {
          if (!graph.hasNode(sourceId)) return;
          for (let n = 0; n < PATHS; n += 1) walk(graph, String(sourceId), Number.POSITIVE_INFINITY, false);
        }),
    )),
  };
}
