import { LOCAL_CONNECTION_ID } from '../../src-preload/contract/model.ts';
import { createReadFromTarget } from '../../src-preload/contract/type-label.ts';
import { createInterpreter, readTypeName } from '../../src-preload/contract/type-meaning.ts';
import { readCapabilities as readCapabilitiesOfKind } from './remote/create-remote.ts';
import { readChangeCount, readEntityIds, readLastRelationshipId, readLinks } from './store/adjacency-rows.ts';
import { type ConnectionRow, readCapabilities, readConnections } from './store/connections.ts';
import { runToEnd } from './store/slices.ts';
import type { ReadableDb } from './store/sql.ts';
import { readTypes } from './store/types.ts';
import { readVocabulary } from './store/vocabulary.ts';
import { type Adjacency, at, createAdjacencyBuilder } from './traverse/adjacency.ts';
import type { Links } from './traverse/cycles.ts';
import type { TypeFlow } from './traverse/impact.ts';
import { type Paced, runPaced, STRIDE } from './traverse/pace.ts';
import type { Way } from './traverse/way.ts';

/** The relationships as they are shown, in memory, and what their types mean. */
export interface LoadedGraph {
  readonly adjacency: Adjacency;
  typeName(typeId: number): string | null;
  /** How a type reads from that end of a relationship. */
  readFrom(end: 'source' | 'target', type: string | null): string | null;
  /**
   * How relationships of a type and a connection carry failure; `rules` go before the vocabulary, by the type's own
   * name or by its meaning. What has no direction carries it both ways or not at all. All that mean one type are
   * counted by its name; a spelling with a rule of its own is counted alone.
   */
  flowOf(typeId: number, connectionId: number, rules: readonly TypeFlow[]): TypeFlow;
  /** Whether a rule of this type can hold for anything: it is in use, or in the vocabulary; null is no type. */
  takesRule(type: string | null): boolean;
  /** Says of an edge whether types and connections allow it; null allows all. */
  allows(
    types: readonly (string | null)[] | null,
    connections: readonly string[] | null,
  ): (edge: number) => boolean;
  /** Which way an edge is meant, by its type and its connection. */
  wayOf(edge: number): Way;
  /** Directed relationships by what they mean, each in the order of the vocabulary. */
  directedLinks(): Paced<Map<string | null, Links>>;
  /** From what fails to what fails with it, whatever the type: under null. What carries failure both ways is left out. */
  failureLinks(): Paced<Map<string | null, Links>>;
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
  const adjacency = runToEnd(readAdjacency(db));
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

const unknownFlow: Omit<TypeFlow, 'type'> = { impact: 'to-target', needed: null };
/** Which way failure goes by the ends that are stored; what goes both ways, or not at all, has no way of its own. */
const wayByImpact = { 'to-target': 'along', 'to-source': 'against', both: 'both', none: 'both' } as const;
/** Impacts that are told of source and target as they are meant, by the ends that are stored. */
const byStoredEnds = {
  along: { 'to-target': 'to-target', 'to-source': 'to-source', both: 'both', none: 'none' },
  against: { 'to-target': 'to-source', 'to-source': 'to-target', both: 'both', none: 'none' },
  both: { 'to-target': 'both', 'to-source': 'both', both: 'both', none: 'none' },
} as const;

function withTypes(db: ReadableDb, adjacency: Adjacency): LoadedGraph {
  const vocabulary = readVocabulary(db).map(({ type }) => type);
  const interpret = createInterpreter(vocabulary, 'loose');
  const readFromTarget = createReadFromTarget(vocabulary);
  const names = new Map(readTypes(db).map(({ id, name }) => [id, name]));
  const typeName = (typeId: number) => names.get(typeId) ?? null;
  const meaningOf = (typeId: number) => interpret(typeName(typeId));
  const connections = readConnections(db);
  const undirected = readUndirected(db, connections);
  const readType = rememberByType((typeId) => readTypeName(interpret, typeName(typeId) ?? ''));
  const nameOf = (typeId: number) => (typeId === 0 ? null : readType(typeId).name);
  const wayOfAll = (typeId: number, connectionId: number): Way => {
    const typed = undirected.get(connectionId);
    // the ends are stored in no order that means anything there: only a mark, which is put as they are stored, gives one
    if (typed === true || (typed === false && typeId === 0)) return 'both';
    return readType(typeId).way;
  };
  const wayOf = (edge: number): Way =>
    wayOfAll(at(adjacency.edges.types, edge), at(adjacency.edges.connections, edge));
  const flowOf: LoadedGraph['flowOf'] = (typeId, connectionId, rules) => {
    const way = wayOfAll(typeId, connectionId);
    const own = rules.find(({ type }) => type === typeName(typeId));
    const rule = rules.find(({ type }) => type === nameOf(typeId));
    const { impact, needed } = own ?? rule ?? meaningOf(typeId)?.type ?? unknownFlow;
    // a rule by the very name of a type is told of it as it is written
    const told = own !== undefined && way === 'against' ? 'along' : way;
    const type = own === undefined ? nameOf(typeId) : own.type;
    return { impact: byStoredEnds[told][impact], needed, type };
  };
  const failureOf = new Map<string, Way>();
  const wayOfFailure = (typeId: number, connectionId: number): Way => {
    const key = `${typeId} ${connectionId}`;
    const known = failureOf.get(key) ?? wayByImpact[flowOf(typeId, connectionId, []).impact];
    failureOf.set(key, known);
    return known;
  };
  return {
    adjacency,
    readFrom: (end, type) => (end === 'source' ? type : readFromTarget(type)),
    typeName,
    flowOf,
    takesRule: (type) =>
      type === null ||
      vocabulary.some(({ name }) => name === type) ||
      [...names].some(([typeId, name]) => name === type || nameOf(typeId) === type),
    allows: (types, connectionNames) => {
      const held = new Set(
        connections.filter(({ name }) => connectionNames?.includes(name)).map(({ id }) => id),
      );
      if (connectionNames?.includes('local') === true) held.add(LOCAL_CONNECTION_ID);
      const isWanted = rememberByType(
        (typeId) =>
          types === null ||
          types.includes(typeName(typeId)) ||
          types.includes(nameOf(typeId)) ||
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
    wayOf,
    directedLinks: () => groupLinks(adjacency, nameOf, wayOf),
    failureLinks: () =>
      groupLinks(
        adjacency,
        () => null,
        (edge) => wayOfFailure(at(adjacency.edges.types, edge), at(adjacency.edges.connections, edge)),
      ),
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

/** Connections whose relationships have no direction, by what their remotes told or are known for; whether they keep types. */
function readUndirected(db: ReadableDb, connections: readonly ConnectionRow[]): ReadonlyMap<number, boolean> {
  const known = connections.flatMap(({ id, remote }) => {
    if (remote === 'local') return [];
    const { directed, typed } = readCapabilities(db, id, readCapabilitiesOfKind(remote));
    return directed ? [] : [[id, typed] as const];
  });
  return new Map(known);
}

/** Counted first, so that a million of them take no more than their numbers. */
function* groupLinks(
  { edges, edgeCount }: Adjacency,
  nameOf: (typeId: number) => string | null,
  wayOf: (edge: number) => Way,
): Paced<Map<string | null, Links>> {
  const counts = new Map<string | null, number>();
  for (let edge = 0; edge < edgeCount; edge += 1) {
    if (edge % STRIDE === STRIDE - 1) yield;
    if (wayOf(edge) === 'both') continue;
    const name = nameOf(at(edges.types, edge));
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const groups = new Map(Array.from(counts, ([name, count]) => [name, createLinks(count)] as const));
  for (let edge = 0; edge < edgeCount; edge += 1) {
    if (edge % STRIDE === STRIDE - 1) yield;
    const way = wayOf(edge);
    if (way === 'both') continue;
    const [source, target] = [at(edges.sources, edge), at(edges.targets, edge)];
    const links = groups.get(nameOf(at(edges.types, edge)));
    if (way === 'along') links?.add(source, target);
    else links?.add(target, source);
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
