import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { createLinkFacts, type LinkFacts } from '../rules/link-facts.ts';
import { readLastRelationshipId } from '../store/adjacency-rows.ts';
import type { Turns } from '../store/slices.ts';
import type { ReadableDb } from '../store/sql.ts';
import { readTypeLinks, readTypeLinksBetween, type TypeIds, type TypeLink } from '../store/type-facts.ts';

/** What is related by one type, taken from the workspace as far as it is needed: around some ends, or all of it. */
export interface LoadedFacts {
  readonly facts: LinkFacts;
  /**
   * Takes what a judge must know between these ends, others have their turn meanwhile; null where it is there already.
   * Ids below zero are of entities that are not made yet, which have nothing.
   */
  load(ends: readonly number[]): Turns<void> | null;
  /** Takes all that is related by the type: where many ends are to come. */
  loadAll(): Turns<void>;
}

interface Options {
  /** Whether the judge also asks for circles, and so must know all that leads to an end. */
  readonly acyclic: boolean;
  /** What is as good as gone. */
  readonly isGone?: (id: RelationshipId) => boolean;
}

/** The most relationships, and questions, for which it is cheaper to look around ends than to read all of a type. */
const LINKS_AROUND = 5000;
const QUESTIONS_AROUND = 500;
/** Relationships whose types are read in one go. */
const RANGE = 2000;

/** Whether it answers from what lies around ends or from all of a type, the answers are the same. */
export function createLoadedFacts(
  db: ReadableDb,
  types: TypeIds,
  { acyclic, isGone = () => false }: Options,
): LoadedFacts {
  const facts = createLinkFacts();
  const told = new Set<number>();
  const around = new Set<EntityId>();
  const before = new Set<EntityId>();
  let questions = 0;
  let isWhole = false;
  const take = (links: readonly TypeLink[]) => {
    const fresh = links.filter((link) => !isGone(link.id) && !told.has(toTold(link)));
    if (!isWhole) for (const link of fresh) told.add(toTold(link));
    facts.addLinks(fresh);
  };
  /** Null where there is too much. */
  const ask = (end: 'source' | 'target', ids: readonly EntityId[]): TypeLink[] | null => {
    questions += 1;
    if (questions > QUESTIONS_AROUND || told.size > LINKS_AROUND) return null;
    const links = readTypeLinks(db, types, end, ids, LINKS_AROUND + 1);
    return links.length > LINKS_AROUND ? null : links;
  };
  const loadAll = function* loadAll(): Turns<void> {
    isWhole = true;
    for (const links of readRanges(db, types)) {
      take(links);
      yield;
    }
    told.clear();
  };
  const loadAround = function* loadAround(ends: readonly EntityId[]): Turns<void> {
    const out = ask('source', ends);
    if (out === null) return yield* loadAll();
    take(out);
    yield;
    let frontier = ends;
    do {
      const links = ask('target', frontier);
      if (links === null) return yield* loadAll();
      take(links);
      yield;
      for (const id of frontier) before.add(id);
      const leading = acyclic ? [...new Set(links.map(({ sourceId }) => sourceId))] : [];
      frontier = leading.filter((id) => !before.has(id));
    } while (frontier.length > 0);
    for (const id of ends) around.add(id);
  };
  return {
    facts,
    loadAll,
    load: (ends) => {
      if (isWhole) return null;
      const fresh = ends.filter((id): id is EntityId => id >= 0 && !around.has(id as EntityId)); // only ids of rows are not below zero
      return fresh.length === 0 ? null : loadAround([...new Set(fresh)]);
    },
  };
}

/** All that is related by a type, in parts. */
function* readRanges(db: ReadableDb, types: TypeIds): Generator<TypeLink[]> {
  const last = readLastRelationshipId(db);
  for (let after = 0; after < last; after += RANGE) {
    yield readTypeLinksBetween(db, types, { after, upTo: after + RANGE });
  }
}

/** A symmetric one is told once from either end. */
function toTold({ id, sourceId, targetId }: TypeLink): number {
  return 2 * id + (sourceId < targetId ? 1 : 0);
}
