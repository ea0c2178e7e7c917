import type { EntityId } from '../../src-preload/contract/model.ts';
import { createRandom } from '../servers/shared/random.ts';
import { inTurns, type Measured } from './figure.ts';
import { type Fixture, openBare, readEdges, readNames } from './fixtures.ts';
import { toGraphology, walk, walkNeeded } from './plain-graph.ts';
import { mustBeOk, openBackend, timeEach } from './queries.ts';

const PAIRS = 10;
/** At 1,000,000 each plain walk of graphology takes seconds. */
const FEW_PAIRS = 4;
const PATHS = 10;
/** Of what takes seconds on the largest. */
const FEW_RUNS = 5;
const BUDGET = 10;

type Ask = Awaited<ReturnType<typeof openAsk>> & { readonly fixture: Fixture; readonly runs: number };

/** Impact beside a plain walk of graphology over the same reach. */
export async function measureImpacts(fixture: Fixture, runs: number, judged: boolean): Promise<Measured[]> {
  const opened = await openAsk(fixture);
  try {
    const measured: Measured[] = [];
    for (const reach of fixture.reaches) {
      measured.push(await measureImpact({ ...opened, fixture, runs }, reach, judged));
    }
    return measured;
  } finally {
    await opened.close();
  }
}

/** Explain beside as many plain walks of graphology as there are paths. */
export async function measureExplain(fixture: Fixture, runs: number, judged: boolean): Promise<Measured[]> {
  const opened = await openAsk(fixture);
  try {
    return [await measurePaths({ ...opened, fixture, runs }, judged)];
  } finally {
    await opened.close();
  }
}

async function openAsk({ path }: Fixture) {
  const db = openBare(path);
  const graph = toGraphology(readEdges(db));
  const backend = await openBackend(path);
  const close = async () => {
    await backend.close();
    db.close();
  };
  return { backend, db, graph, close };
}

/** The entity that reaches so many others; they were written last. */
export function findReachRoot(db: ReturnType<typeof openBare>, reach: number): EntityId {
  const root = db.prepare('SELECT id FROM entity WHERE remote_id = ?').pluck();
  return root.get(`reach-${reach}-0`) as EntityId; // the column's own
}

/** What fails with some entities. */
export function toImpact(failed: EntityId[]) {
  return { failed, direction: 'down' as const, rules: [], limit: 10_000 };
}

async function measureImpact({ backend, db, graph, fixture, runs }: Ask, reach: number, judged: boolean) {
  const id = findReachRoot(db, reach);
  const questions = Array.from({ length: 10 }, () => id);
  const all = Number.POSITIVE_INFINITY;
  // the first question also reads all relationships: open-to-impact has that
  mustBeOk(await backend.request('query:impact', toImpact([id])));
  return {
    name: `impact-${reach}-${fixture.size}`,
    about: `${reach} reached, each with its cause and its entity, ${fixture.shape}; peer: graphology, a plain walk`,
    unit: 'ms',
    budget: judged ? BUDGET : null,
    ...(await inTurns(
      runs,
      () => timeEach(questions, async () => mustBeOk(await backend.request('query:impact', toImpact([id])))),
      () => timeEach(questions, async () => void walk(graph, id, all, true)),
    )),
  };
}

/** How many of those an entity relies on must work. */
const NEEDED = 1;

/** The name of what is measured where several fail, and one of those relied on is enough. */
export function nameOfNeeded(size: number): string {
  return `impact-needed-${size}`;
}

/** Impact of several failed entities with redundancy, beside a plain walk of graphology that counts as it does. */
export async function measureNeeded(fixture: Fixture, runs: number, judged: boolean): Promise<Measured> {
  const { backend, db, graph, close } = await openAsk(fixture);
  try {
    const failed = findFailed(db, fixture);
    const question = {
      ...toImpact(failed),
      rules: [{ type: null, impact: 'to-target' as const, needed: NEEDED }],
    };
    const first = await backend.request('query:impact', question);
    mustBeOk(first);
    const reached = walkNeeded(graph, failed, NEEDED);
    // a peer that finds something else says nothing of how fast this is
    if (first.ok && first.value.total !== reached) {
      throw new Error(`Weft finds ${first.value.total} affected, the plain walk ${reached}`);
    }
    const spared = first.ok ? first.value.sparedTotal : 0;
    const questions = Array.from({ length: 10 }, () => question);
    return {
      name: nameOfNeeded(fixture.size),
      about: `${failed.length} failed, ${reached} affected and ${spared} spared as ${NEEDED} of those relied on is enough, ${fixture.shape}; peer: graphology, a plain walk that counts the same`,
      unit: 'ms',
      budget: judged ? BUDGET : null,
      ...(await inTurns(
        runs,
        () => timeEach(questions, async (asked) => mustBeOk(await backend.request('query:impact', asked))),
        () => timeEach(questions, async () => void walkNeeded(graph, failed, NEEDED)),
      )),
    };
  } finally {
    await close();
  }
}

/** Two hubs, and the entities that so many others hang on. */
function findFailed(db: ReturnType<typeof openBare>, { reaches }: Fixture): EntityId[] {
  const hubs = [1, 2] as EntityId[]; // they were written first
  return [...hubs, ...reaches.map((reach) => findReachRoot(db, reach))];
}

async function measurePaths({ backend, db, graph, fixture, runs }: Ask, judged: boolean): Promise<Measured> {
  const random = createRandom(37);
  const entities = readNames(db);
  const pick = () => (entities[Math.floor(random() * (fixture.size / 3))]?.id ?? 1) as EntityId; // was just written
  const pairs = Array.from({ length: fixture.size > 300_000 ? FEW_PAIRS : PAIRS }, () => ({
    sourceId: pick(),
    targetId: pick(),
  }));
  const open = { types: null, connections: null, direction: 'any' as const, avoid: [], maxHops: 20 };
  const all = Number.POSITIVE_INFINITY;
  return {
    name: `explain-${PATHS}-${fixture.size}`,
    about: `p95 of ${PATHS} shortest simple paths, ${fixture.shape}; peer: graphology, ${PATHS} times a plain walk over all`,
    unit: 'ms',
    budget: judged ? BUDGET : null,
    ...(await inTurns(
      Math.min(runs, FEW_RUNS),
      () =>
        timeEach(pairs, async (ends) =>
          mustBeOk(await backend.request('query:explain', { ...ends, ...open, k: PATHS })),
        ),
      async () => {
        const once = await timeEach(pairs, async ({ sourceId }) => {
          if (graph.hasNode(sourceId)) walk(graph, sourceId, all, false);
        });
        return once * PATHS;
      },
    )),
  };
}
