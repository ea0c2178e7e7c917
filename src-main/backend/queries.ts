import type { EntityId, GraphRelationship } from '../../src-preload/contract/model.ts';
import type { Finding, Impact } from '../../src-preload/contract/queries.ts';
import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import type { Cancellable } from './cancellable.ts';
import { judgeTargets } from './commands/relate.ts';
import { type Course, toId, toIndex } from './course.ts';
import { explain } from './explanation.ts';
import { type LoadedGraph, loadGraph } from './load-graph.ts';
import { parseQuery, parseSearch } from './query/parse.ts';
import { createReader } from './read-in-turns.ts';
import { RuleError } from './rules/errors.ts';
import type { Session } from './session.ts';
import { readChangeCount } from './store/adjacency-rows.ts';
import { readSyncedAsOf } from './store/connections.ts';
import { readEntitySummaries } from './store/entities.ts';
import { readExpansion, readGroups, readSurroundings } from './store/expansion.ts';
import { findMatching, readMatchingAmong } from './store/matching.ts';
import { readNeighbourhood, readPicture } from './store/neighbourhood.ts';
import type { Page } from './store/page.ts';
import { type SearchOptions, search } from './store/search.ts';
import type { ReadableDb } from './store/sql.ts';
import { type Adjacency, at } from './traverse/adjacency.ts';
import { type Circle, findCircles } from './traverse/cycles.ts';
import { findHubs, findIslands, findOrphans } from './traverse/findings.ts';
import { findImpact, type Spared, type TypeFlow } from './traverse/impact.ts';
import { type Paced, runPaced } from './traverse/pace.ts';

/** The long questions about the open workspace: they let others have their turn, and can be cancelled by name. */
export interface Queries {
  page(params: ParsedParams<'entities:page'>): Promise<Answer<'entities:page'>>;
  search(params: ParsedParams<'query:run'>): Promise<Answer<'query:run'>>;
  neighbourhood(params: ParsedParams<'graph:neighbourhood'>): Promise<Answer<'graph:neighbourhood'>>;
  groups(params: ParsedParams<'graph:groups'>): Promise<Answer<'graph:groups'>>;
  expand(params: ParsedParams<'graph:expand'>): Promise<Answer<'graph:expand'>>;
  surroundings(params: ParsedParams<'graph:surroundings'>): Promise<Answer<'graph:surroundings'>>;
  filter(params: ParsedParams<'graph:filter'>): Promise<Answer<'graph:filter'>>;
  matching(params: ParsedParams<'graph:matching'>): Promise<Answer<'graph:matching'>>;
  judgeTargets(params: ParsedParams<'rules:judge-targets'>): Promise<Answer<'rules:judge-targets'>>;
  impact(params: ParsedParams<'query:impact'>): Promise<Answer<'query:impact'>>;
  explain(params: ParsedParams<'query:explain'>): Promise<Answer<'query:explain'>>;
  findings(params: ParsedParams<'query:findings'>): Promise<Answer<'query:findings'>>;
}

/** A question that takes longer is told. */
const SLOW_MS = 1000;

export function createQueries(session: Session, cancellable: Cancellable): Queries {
  let kept: { readonly db: ReadableDb; readonly changes: number; readonly graph: LoadedGraph } | null = null;

  const load = async (db: ReadableDb, signal: AbortSignal): Promise<LoadedGraph> => {
    if (kept !== null && kept.db === db && kept.changes === readChangeCount(db)) return kept.graph;
    kept = null;
    const loaded = await loadGraph(db, signal);
    kept = { db, ...loaded };
    return loaded.graph;
  };
  const timed = async <T>(
    describe: () => string,
    name: string | undefined,
    body: (signal: AbortSignal) => Promise<T>,
  ) => {
    const startedAt = performance.now();
    try {
      return await cancellable.run(name, body);
    } finally {
      const took = Math.round(performance.now() - startedAt);
      if (took > SLOW_MS) session.ports.log(`slow query, ${took} ms: ${describe()}`);
    }
  };
  const reader = createReader(session);
  const find = <T>(what: string, name: string | undefined, read: (db: ReadableDb) => Paced<T>) =>
    timed(
      () => what,
      name,
      (signal) => reader.read(signal, read),
    );
  const draw = <T>(what: string, name: string | undefined, read: (db: ReadableDb) => Paced<T>) =>
    timed(
      () => what,
      name,
      (signal) => reader.readHere(signal, read),
    );
  const describeOver = (what: string) =>
    kept === null ? what : `${what} over ${kept.graph.adjacency.edgeCount} relationships`;
  const perform = <T>(what: string, name: string | undefined, body: (course: Course) => Promise<T>) =>
    timed(
      () => describeOver(what),
      name,
      async (signal) => {
        const db = session.db();
        const graph = await load(db, signal);
        return await body({ db, graph, run: (work) => runPaced(work, signal) });
      },
    );
  return {
    page: ({ name, search: text, offset, limit, ...options }) =>
      find('list', name, (db) => readList(db, text, { offset, limit }, options)),
    search: ({ name, text, ...page }) => find('search', name, (db) => readFound(db, text, page)),
    neighbourhood: ({ name, roots, limit, also }) =>
      draw('neighbourhood', name, (db) => readNeighbourhood(db, roots, limit, also)),
    groups: ({ name, id }) => draw('groups', name, (db) => readGroups(db, id)),
    expand: ({ name, id, groups, ...page }) =>
      draw('expand', name, (db) => readExpansion(db, id, groups, page)),
    surroundings: ({ name, roots, hops, budget }) =>
      draw('surroundings', name, (db) => readSurroundings(db, roots, hops, budget)),
    filter: ({ name, text, ids }) => find('filter', name, (db) => readFiltered(db, text, ids)),
    matching: ({ name, text, budget }) => find('matching', name, (db) => readMatching(db, text, budget)),
    judgeTargets: ({ name, ...params }) =>
      draw('verdicts', name, (db) => judgeTargets({ ...session.commandContext(), db }, params)),
    impact: (params) => perform('impact', params.name, (course) => impact(course, params)),
    explain: (params) => perform('explain', params.name, (course) => explain(course, params)),
    findings: (params) => perform(params.finding, params.name, (course) => findings(course, params)),
  };
}

function* readFound(db: ReadableDb, text: string, page: Page): Paced<Answer<'query:run'>> {
  const { total, rows, corrections } = yield* search(db, parseQuery(text), page);
  return { total, rows, corrections };
}

function* readList(
  db: ReadableDb,
  text: string,
  page: Page,
  options: SearchOptions,
): Paced<Answer<'entities:page'>> {
  const found = yield* search(db, parseSearch(text), page, options);
  return { ...found, asOf: readSyncedAsOf(db, options.connectionId) };
}

function* readFiltered(
  db: ReadableDb,
  text: string,
  ids: readonly EntityId[],
): Paced<Answer<'graph:filter'>> {
  return { ids: yield* readMatchingAmong(db, parseQuery(text), ids) };
}

function* readMatching(db: ReadableDb, text: string, budget: number): Paced<Answer<'graph:matching'>> {
  const { total, ids } = yield* findMatching(db, parseQuery(text), budget);
  return {
    total,
    omitted: total - ids.length,
    ...(yield* readPicture(db, ids)),
  };
}

async function impact(course: Course, params: ParsedParams<'query:impact'>): Promise<Impact> {
  const { db, graph, run } = course;
  const { adjacency } = graph;
  const idle = params.rules.find(({ type }) => !graph.takesRule(type));
  if (idle !== undefined) {
    const message = `The rule for “${idle.type}” would change nothing: no relationship has that type, and the vocabulary has none of that name. Write the type as it is in use, or by its name in the vocabulary.`;
    throw new RuleError('type-unknown', message);
  }
  const failed = [...new Set(params.failed)].map((id) => toIndex(course, id));
  const { direction, limit } = params;
  const flowOf = (typeId: number, connectionId: number) => graph.flowOf(typeId, connectionId, params.rules);
  const found = await run(findImpact(adjacency, { failed, direction, flowOf }));
  const listed = found.affected.slice(0, limit);
  const spared = found.spared.slice(0, limit);
  const ids = [...listed, ...spared.map(({ index }) => index)].map((index) => toId(adjacency, index));
  const entities = readEntitySummaries(db, ids);
  const roots = new Map<number, number>(failed.map((index) => [index, index]));
  const { sources, targets, types, ids: relationshipIds } = adjacency.edges;
  return {
    total: found.affected.length,
    affected: listed.flatMap((index) => {
      const edge = at(found.causes, index);
      const from = at(sources, edge) === index ? at(targets, edge) : at(sources, edge);
      const root = roots.get(from) ?? from;
      roots.set(index, root);
      const entity = entities.get(toId(adjacency, index));
      const relationshipId = at(relationshipIds, edge) as GraphRelationship['id']; // read from the table of them
      const end = at(targets, edge) === index ? 'target' : 'source';
      const label = graph.readFrom(end, graph.typeName(at(types, edge)));
      const cause = { entityId: toId(adjacency, from), relationshipId, label };
      const distance = at(found.distances, index);
      return entity === undefined ? [] : [{ entity, distance, rootId: toId(adjacency, root), cause }];
    }),
    sparedTotal: found.spared.length,
    spared: spared.flatMap(({ index, type, working, needed, total }) => {
      const entity = entities.get(toId(adjacency, index));
      const label = readReliance(graph, flowOf, { index, type });
      return entity === undefined ? [] : [{ entity, type, label, working, needed, total }];
    }),
  };
}

/** How the type that an entity relies on by reads from it; as it is called where failure comes from either end. */
function readReliance(
  { adjacency, typeName, readFrom }: LoadedGraph,
  flowOf: (typeId: number, connectionId: number) => TypeFlow,
  { index, type }: Pick<Spared, 'index' | 'type'>,
): string | null {
  const { types, connections } = adjacency.edges;
  const findType = ({ offsets, edges }: Adjacency['in'], impact: TypeFlow['impact']): number | undefined => {
    const relied = edges.subarray(at(offsets, index), at(offsets, index + 1)).find((edge) => {
      const flow = flowOf(at(types, edge), at(connections, edge));
      return flow.type === type && flow.impact === impact;
    });
    return relied === undefined ? undefined : at(types, relied);
  };
  const [reaching, leaving] = [findType(adjacency.in, 'to-target'), findType(adjacency.out, 'to-source')];
  if (reaching !== undefined) return readFrom('target', typeName(reaching));
  return leaving === undefined ? type : readFrom('source', typeName(leaving));
}

/** The most entities named for one finding; how many there are stands beside them. */
const NAMED = 100;

async function findings(
  course: Course,
  { finding, hubSize, offset, limit }: ParsedParams<'query:findings'>,
): Promise<Answer<'query:findings'>> {
  const found = await collect(course, finding, hubSize);
  const shown = found.slice(offset, offset + limit);
  const ids = shown.flatMap(({ indexes }) => indexes.slice(0, NAMED));
  const { adjacency } = course.graph;
  const entities = readEntitySummaries(
    course.db,
    ids.map((index) => toId(adjacency, index)),
  );
  return {
    total: found.length,
    findings: shown.map(({ indexes, type, size }) => ({
      finding,
      type,
      size,
      entities: indexes.slice(0, NAMED).flatMap((index) => entities.get(toId(adjacency, index)) ?? []),
      entityTotal: indexes.length,
    })),
  };
}

type Found = Pick<Finding, 'type' | 'size'> & { readonly indexes: readonly number[] };

async function collect(
  { graph, run }: Course,
  finding: Finding['finding'],
  hubSize: number,
): Promise<Found[]> {
  const { adjacency } = graph;
  switch (finding) {
    case 'orphans':
      return (await run(findOrphans(adjacency))).map((index) => ({ type: null, size: 1, indexes: [index] }));
    case 'hubs':
      return (await run(findHubs(adjacency, hubSize))).map(({ index, degree }) => {
        return { type: null, size: degree, indexes: [index] };
      });
    case 'islands':
      return (await run(findIslands(adjacency))).map((indexes) => {
        return { type: null, size: indexes.length, indexes };
      });
    case 'cycles':
      return await collectCircles(graph.directedLinks(), adjacency.size, run);
    case 'failure-cycles':
      return await collectCircles(graph.failureLinks(), adjacency.size, run);
  }
}

async function collectCircles(
  reading: ReturnType<LoadedGraph['directedLinks']>,
  size: number,
  run: Course['run'],
): Promise<Found[]> {
  const found: Found[] = [];
  for (const [type, links] of await run(reading)) {
    const circles = await run(findCircles(links, size));
    found.push(...circles.map((one: Circle) => ({ type, size: one.size, indexes: one.circle })));
  }
  return found.toSorted((a, b) => b.size - a.size);
}
