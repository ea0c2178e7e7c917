import type { GraphRelationship } from '../../src-preload/contract/model.ts';
import { EVIDENCE_LIMIT, type Frontier, type NoPath } from '../../src-preload/contract/queries.ts';
import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import { type Course, toId, toIndex } from './course.ts';
import { readEntitySummaries } from './store/entities.ts';
import { readGraphRelationships } from './store/neighbourhood.ts';
import { at } from './traverse/adjacency.ts';
import { type ExplainResult, findPaths, type Reach } from './traverse/explain.ts';
import { leadsFrom } from './traverse/way.ts';

type Asked = ParsedParams<'query:explain'>;

/** The shortest paths between two entities with their evidence, or what proves that there is none. */
export async function explain(course: Course, params: Asked): Promise<Answer<'query:explain'>> {
  const { db, graph, run } = course;
  const { adjacency } = graph;
  const [source, target] = [toIndex(course, params.sourceId), toIndex(course, params.targetId)];
  const avoid = new Set(params.avoid.map((id) => adjacency.indexOf(id)));
  avoid.delete(source);
  avoid.delete(target);
  const allows = graph.allows(params.types, params.connections);
  const { k, maxHops, direction } = params;
  const { wayOf } = graph;
  const found = await run(
    findPaths(adjacency, { source, target, k, maxHops, direction, allows, wayOf, avoid }),
  );
  const hopsOf = (path: readonly number[]) =>
    path.slice(1).map((to, place) => readHop(course, params, path[place] ?? to, to, allows));
  const paths = found.paths.map((path) => ({ length: path.length - 1, hops: hopsOf(path) }));
  const ids = [...new Set(found.paths.flat())].map((index) => toId(adjacency, index));
  const entities = [...readEntitySummaries(db, ids).values()];
  const proof = found.searched === null ? null : toProof(course, params, found.searched, [...avoid]);
  return { paths, entities, proof };
}

type Searched = NonNullable<ExplainResult['searched']>;

function toProof(
  { db, graph }: Course,
  { types, connections, direction, maxHops, reachLimit }: Asked,
  { fromSource, fromTarget }: Searched,
  avoided: readonly number[],
): NoPath {
  const toIds = (indexes: readonly number[]) => indexes.map((index) => toId(graph.adjacency, index));
  const toFrontier = ({ reached, distances, isExhausted }: Reach): Frontier => {
    const told = reached.slice(0, reachLimit);
    const summaries = readEntitySummaries(db, toIds(told));
    const entities = told.flatMap((index) => {
      const entity = summaries.get(toId(graph.adjacency, index));
      return entity === undefined ? [] : [{ entity, distance: at(distances, index) }];
    });
    return { isExhausted, entities };
  };
  const avoid = readEntitySummaries(db, toIds(avoided.filter((index) => index >= 0)));
  return {
    fromSource: fromSource.reached.length,
    fromTarget: fromTarget.reached.length,
    maxHops,
    text: toProofText({ fromSource, fromTarget }, maxHops),
    filters: { types, connections, direction, avoid: [...avoid.values()] },
    source: toFrontier(fromSource),
    target: toFrontier(fromTarget),
  };
}

function toProofText({ fromSource, fromTarget }: Searched, maxHops: number): string {
  const searched = `Searched all ${fromSource.reached.length} entities within ${maxHops} hops of the source and all ${fromTarget.reached.length} within ${maxHops} hops of the target, each itself counted: neither search meets the other end.`;
  const ended = [
    ...(fromSource.isExhausted ? ['the source'] : []),
    ...(fromTarget.isExhausted ? ['the target'] : []),
  ];
  return ended.length === 0
    ? `${searched} Both sides lead on from there: a longer path is not ruled out.`
    : `${searched} Nothing more leads on from the side of ${ended.join(' or of ')}: there is no longer path either.`;
}

function readHop(
  { db, graph }: Course,
  { direction }: Asked,
  from: number,
  to: number,
  allows: (edge: number) => boolean,
) {
  const { adjacency } = graph;
  const between = (source: number, target: number, near: 'source' | 'target') => {
    const { offsets, edges } = adjacency.out;
    const span = edges.subarray(at(offsets, source), at(offsets, source + 1));
    return [...span].filter(
      (edge) =>
        at(adjacency.edges.targets, edge) === target &&
        leadsFrom(near, graph.wayOf(edge), direction) &&
        allows(edge),
    );
  };
  const edges = [...between(from, to, 'source'), ...between(to, from, 'target')];
  const ids = edges.slice(0, EVIDENCE_LIMIT).map((edge) => at(adjacency.edges.ids, edge));
  const fromId = toId(adjacency, from);
  const readFromHere = ({ sourceId, type }: GraphRelationship) =>
    graph.readFrom(sourceId === fromId ? 'source' : 'target', type);
  return {
    fromId,
    toId: toId(adjacency, to),
    relationshipTotal: edges.length,
    relationships: readGraphRelationships(db, ids).map((relationship) => ({
      ...relationship,
      label: readFromHere(relationship),
    })),
  };
}
