import type { EntityId } from '../../src-preload/contract/model.ts';
import type { LoadedGraph } from './load-graph.ts';
import { readEntityRow } from './store/entities.ts';
import type { ReadableDb } from './store/sql.ts';
import { type Adjacency, at } from './traverse/adjacency.ts';
import type { Paced } from './traverse/pace.ts';

/** What a question about the whole graph runs with. */
export interface Course {
  readonly db: ReadableDb;
  readonly graph: LoadedGraph;
  readonly run: <T>(work: Paced<T>) => Promise<T>;
}

/** The index of an entity; throws where there is no such entity. */
export function toIndex({ db, graph }: Course, id: EntityId): number {
  return graph.adjacency.indexOf(readEntityRow(db, id).id);
}

/** The entity of an index. */
export function toId({ ids }: Adjacency, index: number): EntityId {
  return at(ids, index) as EntityId; // every index was made of one
}
