/** Entities and relationships as arrays of numbers: what is followed far is followed here. Built whole, never changed. */
export interface Adjacency {
  readonly size: number;
  readonly edgeCount: number;
  /** Entity ids by index, ascending. */
  readonly ids: Int32Array;
  /** 1 where the remote lists the entity. */
  readonly listed: Uint8Array;
  readonly edges: Edges;
  /** Edges by their source, and by their target. */
  readonly out: Spans;
  readonly in: Spans;
  /** The index of an entity, or -1. */
  indexOf(id: number): number;
}

/** Columns of the relationships: ends are indexes of entities, a type of 0 is none. */
export interface Edges {
  readonly ids: Int32Array;
  readonly sources: Int32Array;
  readonly targets: Int32Array;
  readonly types: Int32Array;
  readonly connections: Int32Array;
}

/** The edges of entity i are `edges[offsets[i]]` up to, not including, `edges[offsets[i + 1]]`. */
export interface Spans {
  readonly offsets: Int32Array;
  readonly edges: Int32Array;
}

/** A relationship by the ids of its ends. */
export interface EdgeRow {
  readonly id: number;
  readonly sourceId: number;
  readonly targetId: number;
  readonly typeId: number;
  readonly connectionId: number;
}

/** Takes relationships one by one; ends that are no entity are left out. */
export interface AdjacencyBuilder {
  add(id: number, sourceId: number, targetId: number, typeId: number, connectionId: number): void;
  build(): Adjacency;
}

/** `ids` ascend; `expected` is how many relationships will come, at most. */
export function createAdjacencyBuilder(
  ids: Int32Array,
  listed: Uint8Array,
  expected: number,
): AdjacencyBuilder {
  const indexes = new Int32Array((ids.at(-1) ?? 0) + 1).fill(-1);
  for (let index = 0; index < ids.length; index += 1) indexes[at(ids, index)] = index;
  const indexOf = (id: number) => indexes[id] ?? -1;
  const column = () => new Int32Array(expected);
  const full = {
    ids: column(),
    sources: column(),
    targets: column(),
    types: column(),
    connections: column(),
  };
  let count = 0;
  return {
    add: (id, sourceId, targetId, typeId, connectionId) => {
      const [source, target] = [indexOf(sourceId), indexOf(targetId)];
      if (source < 0 || target < 0) return;
      full.ids[count] = id;
      full.sources[count] = source;
      full.targets[count] = target;
      full.types[count] = typeId;
      full.connections[count] = connectionId;
      count += 1;
    },
    build: () => {
      const edges = {
        ids: full.ids.subarray(0, count),
        sources: full.sources.subarray(0, count),
        targets: full.targets.subarray(0, count),
        types: full.types.subarray(0, count),
        connections: full.connections.subarray(0, count),
      };
      const size = ids.length;
      const spans = { out: toSpans(edges.sources, size), in: toSpans(edges.targets, size) };
      return { size, edgeCount: count, ids, listed, edges, ...spans, indexOf };
    },
  };
}

/** From whole rows: for what is small. */
export function buildAdjacency(entityIds: readonly number[], rows: readonly EdgeRow[]): Adjacency {
  const ids = Int32Array.from(entityIds.toSorted((a, b) => a - b));
  const builder = createAdjacencyBuilder(ids, new Uint8Array(ids.length).fill(1), rows.length);
  for (const row of rows) builder.add(row.id, row.sourceId, row.targetId, row.typeId, row.connectionId);
  return builder.build();
}

/** Sorts edges by an end, by counting; the ends are indexes below `size`. */
export function toSpans(ends: Int32Array, size: number): Spans {
  const offsets = new Int32Array(size + 1);
  for (let edge = 0; edge < ends.length; edge += 1)
    offsets[at(ends, edge) + 1] = at(offsets, at(ends, edge) + 1) + 1;
  for (let index = 0; index < size; index += 1)
    offsets[index + 1] = at(offsets, index + 1) + at(offsets, index);
  const next = offsets.slice();
  const edges = new Int32Array(ends.length);
  for (let edge = 0; edge < ends.length; edge += 1) {
    const end = at(ends, edge);
    const place = at(next, end);
    edges[place] = edge;
    next[end] = place + 1;
  }
  return { offsets, edges };
}

/** The number at an index that is known to be inside. */
export function at(numbers: Int32Array | Uint8Array, index: number): number {
  return numbers[index] as number; // the caller's index is inside, and a typed array has no holes
}

export function degreeOf(graph: Adjacency, index: number): number {
  const span = ({ offsets }: Spans) => at(offsets, index + 1) - at(offsets, index);
  return span(graph.out) + span(graph.in);
}
