import { LOCAL_CONNECTION_ID } from '../../src-preload/contract/model.ts';
import { createInterpreter } from '../../src-preload/contract/type-meaning.ts';
import { readCapabilities } from './remote/create-remote.ts';
import { readChangeCount, readEntityIds, readLastRelationshipId, readLinks } from './store/adjacency-rows.ts';
import { readConnections } from './store/connections.ts';
import type { ReadableDb } from './store/sql.ts';
import { readTypes } from './store/types.ts';
import { readVocabulary } from './store/vocabulary.ts';
import { type Adjacency, at, createAdjacencyBuilder } from './traverse/adjacency.ts';
import type { Links } from './traverse/cycles.ts';
import type { Flow } from './traverse/impact.ts';
import { type Paced, runAtOnce, runPaced, STRIDE } from './traverse/pace.ts';

/** The relationships as they are shown, in memory, and what their types mean. */
export interface LoadedGraph {
  readonly adjacency: Adjacency;
  typeName(typeId: number): string | null;
  /** How a type carries failure; `rules` go before the vocabulary, by the type's own name or by its meaning. */
  flowOf(typeId: number, rules: readonly (Flow & { readonly type: string | null })[]): Flow;
  /** Says of an edge whether types and connections allow it; null allows all. */
  allows(
    types: readonly (string | null)[] | null,
    connections: readonly string[] | null,
  ): (edge: number) => boolean;
  /** Directed relationships by what they mean, each in the order of the vocabulary. */
  directedLinks(): Paced<Map<string | null, Links>>;
}

/** Relationships read in one go: some ten milliseconds. */
const RANGE = 20_000;
/** How often a reading is begun anew because something changed meanwhile; then it is done in one go. */
const ATTEMPTS = 3;

/** Reads everything that is related, a range at a time, and the number of changes that it belongs to. */
export async function loadGraph(
  db: ReadableDb,
  signal: AbortSignal,
): Promise<{ readonly graph: LoadedGraph; readonly changes: number }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const changes = readChangeCount(db);
    const adjacency = await runPaced(readAdjacency(db), signal);
    if (changes === readChangeCount(db)) return { graph: withTypes(db, adjacency), changes };
  }
  const adjacency = runAtOnce(readAdjacency(db));
  return { graph: withTypes(db, adjacency), changes: readChangeCount(db) };
}

function* readAdjacency(db: ReadableDb): Paced<Adjacency> {
  const { ids, listed } = readEntityIds(db);
  const last = readLastRelationshipId(db);
  const builder = createAdjacencyBuilder(ids, listed, last);
  for (let after = 0; after < last; after += RANGE) {
    for (const link of readLinks(db, after, after + RANGE)) builder.add(...link);
    yield;
  }
  return builder.build();
}

const unknownFlow: Flow = { impact: 'to-target', needed: null };
const turned = { 'to-target': 'to-source', 'to-source': 'to-target', both: 'both', none: 'none' } as const;

function withTypes(db: ReadableDb, adjacency: Adjacency): LoadedGraph {
  const interpret = createInterpreter(
    readVocabulary(db).map(({ type }) => type),
    'loose',
  );
  const names = new Map(readTypes(db).map(({ id, name }) => [id, name]));
  const typeName = (typeId: number) => names.get(typeId) ?? null;
  const meaningOf = (typeId: number) => interpret(typeName(typeId));
  const connections = readConnections(db);
  return {
    adjacency,
    typeName,
    flowOf: (typeId, rules) => {
      const [name, meaning] = [typeName(typeId), meaningOf(typeId)];
      const own = rules.find(({ type }) => type === name);
      if (own !== undefined) return own;
      const rule = rules.find(({ type }) => type === meaning?.type.name);
      const flow = (meaning === null ? undefined : rule) ?? meaning?.type ?? unknownFlow;
      return meaning?.reversed === true ? { impact: turned[flow.impact], needed: flow.needed } : flow;
    },
    allows: (types, connectionNames) => {
      const held = new Set(
        connections.filter(({ name }) => connectionNames?.includes(name)).map(({ id }) => id),
      );
      if (connectionNames?.includes('local') === true) held.add(LOCAL_CONNECTION_ID);
      const isWanted = rememberByType(
        (typeId) =>
          types === null ||
          types.includes(typeName(typeId)) ||
          types.some(
            (type) =>
              type !== null && interpret(type)?.type === meaningOf(typeId)?.type && interpret(type) !== null,
          ),
      );
      const heldIds: ReadonlySet<number> = held;
      const { edges } = adjacency;
      return (edge) =>
        isWanted(at(edges.types, edge)) &&
        (connectionNames === null || heldIds.has(at(edges.connections, edge)));
    },
    directedLinks: () => {
      const undirected = new Set<number>(
        connections
          .filter(({ remote }) => remote !== 'local' && !readCapabilities(remote).directed)
          .map(({ id }) => id),
      );
      return groupLinks(adjacency, undirected, (typeId) => {
        const meaning = meaningOf(typeId);
        return {
          name: meaning?.type.name ?? typeName(typeId),
          reversed: meaning?.reversed ?? false,
          symmetric: meaning?.type.symmetric ?? false,
        };
      });
    },
  };
}

function rememberByType<T>(read: (typeId: number) => T): (typeId: number) => T {
  const known = new Map<number, T>();
  return (typeId) => {
    const before = known.get(typeId);
    if (before !== undefined) return before;
    const answer = read(typeId);
    known.set(typeId, answer);
    return answer;
  };
}

interface Reading {
  readonly name: string | null;
  readonly reversed: boolean;
  readonly symmetric: boolean;
}

/** Counted first, so that a million of them take no more than their numbers. */
function* groupLinks(
  { edges, edgeCount }: Adjacency,
  undirected: ReadonlySet<number>,
  read: (typeId: number) => Reading,
): Paced<Map<string | null, Links>> {
  const readingOf = rememberByType(read);
  const isDirected = (edge: number) =>
    !readingOf(at(edges.types, edge)).symmetric && !undirected.has(at(edges.connections, edge));
  const counts = new Map<string | null, number>();
  for (let edge = 0; edge < edgeCount; edge += 1) {
    if (edge % STRIDE === STRIDE - 1) yield;
    if (!isDirected(edge)) continue;
    const { name } = readingOf(at(edges.types, edge));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const groups = new Map(Array.from(counts, ([name, count]) => [name, createLinks(count)] as const));
  for (let edge = 0; edge < edgeCount; edge += 1) {
    if (edge % STRIDE === STRIDE - 1) yield;
    if (!isDirected(edge)) continue;
    const { name, reversed } = readingOf(at(edges.types, edge));
    const [source, target] = [at(edges.sources, edge), at(edges.targets, edge)];
    groups.get(name)?.add(reversed ? target : source, reversed ? source : target);
  }
  return groups;
}

function createLinks(count: number) {
  const [sources, targets] = [new Int32Array(count), new Int32Array(count)];
  let place = 0;
  return {
    sources,
    targets,
    add: (source: number, target: number) => {
      sources[place] = source;
      targets[place] = target;
      place += 1;
    },
  };
}
