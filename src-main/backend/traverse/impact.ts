import { type Adjacency, at } from './adjacency.ts';
import { type Paced, STRIDE } from './pace.ts';

/** How relationships of a type carry a failure, and how many of those relied on must work; null: all of them. */
export interface Flow {
  readonly impact: 'to-target' | 'to-source' | 'both' | 'none';
  readonly needed: number | null;
}

export interface ImpactQuestion {
  /** Indexes of what fails; each at most once. */
  readonly failed: readonly number[];
  readonly direction: 'down' | 'up';
  /** The flow of the relationships of a type and a connection, by their ids; 0 is no type. */
  readonly flowOf: (typeId: number, connectionId: number) => Flow;
  /** The one of several types that say the same; those relied on by them are counted together. */
  readonly sameTypeAs: (typeId: number) => number;
}

/** What fails with it, in the order in which failure reaches it: first causes always come earlier. */
export interface ImpactResult {
  readonly affected: readonly number[];
  /** By index: the edge by which failure came, or -1. */
  readonly causes: Int32Array;
  /** By index: hops from the failed entity where its path begins. */
  readonly distances: Int32Array;
  readonly spared: readonly Spared[];
}

export interface Spared {
  readonly index: number;
  readonly typeId: number;
  readonly working: number;
  readonly needed: number;
  readonly total: number;
}

/**
 * Failure spreads breadth first until nothing more fails. An entity that needs n of those it relies on by a type
 * fails once fewer than n of them work. Upwards, all are found whose failure can have a part in it.
 */
export function* findImpact(graph: Adjacency, question: ImpactQuestion): Paced<ImpactResult> {
  const causes = new Int32Array(graph.size).fill(-1);
  const distances = new Int32Array(graph.size).fill(-1);
  for (const index of question.failed) distances[index] = 0;
  const queue = [...question.failed];
  const flows = createFlows(graph, question);
  let steps = 0;
  for (let head = 0; head < queue.length; head += 1) {
    const from = queue[head] ?? 0;
    const distance = at(distances, from) + 1;
    flows.begin();
    for (const [span, bit] of flows.ways) {
      const end = at(span.offsets, from + 1);
      for (let place = at(span.offsets, from); place < end; place += 1) {
        const edge = at(span.edges, place);
        const to = bit === 1 ? at(graph.edges.targets, edge) : at(graph.edges.sources, edge);
        if (distances[to] === -1 && flows.carries(edge, bit, to)) {
          distances[to] = distance;
          causes[to] = edge;
          queue.push(to);
        }
        steps += 1;
        if (steps % STRIDE === 0) yield;
      }
    }
  }
  const affected = queue.slice(question.failed.length);
  return { affected, causes, distances, spared: flows.spared(distances) };
}

const bits = { none: 0, 'to-target': 1, 'to-source': 2, both: 3 } as const;

interface EdgeFlow {
  /** What is counted together, as a type. */
  readonly typeId: number;
  readonly bits: number;
  readonly needed: number | null;
}

/** Says edge by edge whether failure goes on, and counts what fails of those that an entity needs some of. */
function createFlows(graph: Adjacency, { direction, flowOf, sameTypeAs }: ImpactQuestion) {
  const { types, connections } = graph.edges;
  const known = new Map<number, Map<number, EdgeFlow>>();
  const knownOf = (connectionId: number) => {
    const flows = known.get(connectionId) ?? new Map<number, EdgeFlow>();
    known.set(connectionId, flows);
    return flows;
  };
  // edges of one entity are mostly of one connection
  let [lastConnection, ofConnection] = [-1, new Map<number, EdgeFlow>()];
  const read = (edge: number): EdgeFlow => {
    const typeId = at(types, edge);
    const connectionId = at(connections, edge);
    if (connectionId !== lastConnection) {
      lastConnection = connectionId;
      ofConnection = knownOf(connectionId);
    }
    let flow = ofConnection.get(typeId);
    if (flow === undefined) {
      const { impact, needed } = flowOf(typeId, connectionId);
      flow = { typeId: sameTypeAs(typeId), bits: bits[impact], needed: direction === 'up' ? null : needed };
      ofConnection.set(typeId, flow);
    }
    return flow;
  };
  const groups = new Map<
    string,
    { index: number; typeId: number; failed: number; total: number; needed: number }
  >();
  const counted = new Set<string>();
  // upwards every edge is followed against its flow
  const flowBit = (bit: number) => (direction === 'down' ? bit : 3 - bit);
  return {
    ways: [
      [graph.out, 1],
      [graph.in, 2],
    ] as const,
    begin: () => counted.clear(),
    carries: (edge: number, bit: number, to: number): boolean => {
      const flow = read(edge);
      if ((flow.bits & flowBit(bit)) === 0) return false;
      if (flow.needed === null) return true;
      const { needed, typeId } = flow;
      const key = `${to} ${typeId}`;
      const group = groups.get(key) ?? {
        index: to,
        typeId,
        failed: 0,
        total: countSuppliers(graph, to, typeId, read),
        needed,
      };
      groups.set(key, group);
      if (!counted.has(key)) {
        counted.add(key);
        group.failed += 1;
      }
      return group.total - group.failed < needed;
    },
    spared: (distances: Int32Array): Spared[] =>
      [...groups.values()]
        .filter(({ index }) => distances[index] === -1)
        .map(({ index, typeId, failed, total, needed }) => {
          return { index, typeId, working: total - failed, needed, total };
        }),
  };
}

/** How many entities this one relies on by the type, in whatever connection; itself is none of them. */
function countSuppliers(
  graph: Adjacency,
  index: number,
  typeId: number,
  read: (edge: number) => EdgeFlow,
): number {
  const { sources, targets } = graph.edges;
  const suppliers = new Set<number>();
  const collect = ({ offsets, edges }: Adjacency['in'], ends: Int32Array, bit: number) => {
    for (let place = at(offsets, index); place < at(offsets, index + 1); place += 1) {
      const edge = at(edges, place);
      const flow = read(edge);
      if (flow.typeId === typeId && (flow.bits & bit) !== 0) suppliers.add(at(ends, edge));
    }
  };
  collect(graph.in, sources, 1);
  collect(graph.out, targets, 2);
  suppliers.delete(index);
  return suppliers.size;
}
