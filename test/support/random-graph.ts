import { type Adjacency, buildAdjacency, type EdgeRow } from '../../src-main/backend/traverse/adjacency.ts';
import { createRandom, pickNumber, type Random } from '../servers/shared/random.ts';

/** A small graph by seed: entities 1 to n, parallel relationships, circles and relationships with oneself among them. */
export interface RandomGraph {
  readonly size: number;
  readonly edges: readonly EdgeRow[];
  readonly adjacency: Adjacency;
  readonly random: Random;
}

/** Types are 0 (none) to 3, connections 1 and 2. The index of entity n is n - 1. */
export function createRandomGraph(seed: number, most = 9): RandomGraph {
  const random = createRandom(seed);
  const size = pickNumber(random, 2, most);
  const count = pickNumber(random, 0, size * 4);
  const edges = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    sourceId: pickNumber(random, 1, size),
    targetId: pickNumber(random, 1, size),
    typeId: pickNumber(random, 0, 3),
    connectionId: pickNumber(random, 1, 2),
  }));
  const ids = Array.from({ length: size }, (_, index) => index + 1);
  return { size, edges, adjacency: buildAdjacency(ids, edges), random };
}
