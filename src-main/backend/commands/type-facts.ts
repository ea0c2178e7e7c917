import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import {
  createInterpreter,
  createOtherEnd,
  type Interpret,
  type Meaning,
  type SayFromOtherEnd,
} from '../../../src-preload/contract/type-meaning.ts';
import type { TypeFacts } from '../rules/judge-relationship.ts';
import type { Turns } from '../store/slices.ts';
import type { ReadableDb } from '../store/sql.ts';
import { readTypeLinks, type TypeIds } from '../store/type-facts.ts';
import { readTypes } from '../store/types.ts';
import { readVocabulary } from '../store/vocabulary.ts';
import { createLoadedFacts } from './loaded-facts.ts';

/** How this workspace reads types. */
export function readInterpreter(db: ReadableDb): Interpret {
  return createInterpreter(readTypesOfVocabulary(db), 'exact');
}

/** How this workspace says types from the other end. */
export function readOtherEnd(db: ReadableDb): SayFromOtherEnd {
  return createOtherEnd(readTypesOfVocabulary(db));
}

function readTypesOfVocabulary(db: ReadableDb): RelationshipType[] {
  return readVocabulary(db).map(({ type }) => type);
}

/** The ids of all types in use that mean the same, by name or by inverse. */
export function readTypeIds(db: ReadableDb, interpret: Interpret, { type }: Meaning): TypeIds {
  const same = readTypes(db).flatMap(({ id, name }) => {
    const meaning = interpret(name);
    return meaning?.type.name === type.name ? [{ id, reversed: meaning.reversed }] : [];
  });
  const ids = (reversed: boolean) => same.filter((row) => row.reversed === reversed).map(({ id }) => id);
  return type.symmetric
    ? { forward: ids(false), reversed: ids(false) }
    : { forward: ids(false), reversed: ids(true) };
}

/**
 * What the judge must know of a type between one source and each target, `except` left out of it. Read in the order
 * of the vocabulary and told in the order of the caller. What leads far is followed in turns with others.
 */
export function* readTypeFacts(
  db: ReadableDb,
  types: TypeIds,
  meaning: Meaning,
  sourceId: EntityId,
  targetIds: readonly EntityId[],
  except: RelationshipId | null = null,
): Turns<(targetId: EntityId) => TypeFacts> {
  const [near, far] = meaning.reversed ? (['target', 'source'] as const) : (['source', 'target'] as const);
  const read = (end: 'source' | 'target', ids: readonly EntityId[]) =>
    readTypeLinks(db, types, end, ids).filter(({ id }) => id !== except);
  const ofSource = read(near, [sourceId]);
  const related = new Set(ofSource.map((link) => (near === 'source' ? link.targetId : link.sourceId)));
  const ofTargets = countBy(
    read(far, targetIds).map((link) => (far === 'source' ? link.sourceId : link.targetId)),
  );
  const isLeadingBack = meaning.type.acyclic
    ? yield* followBack(db, types, meaning, sourceId, targetIds, except)
    : () => false;
  return (targetId) => ({
    ofSource: ofSource.length,
    ofTarget: ofTargets.get(targetId) ?? 0,
    related: related.has(targetId),
    leadsBack: isLeadingBack(targetId),
  });
}

function countBy(ids: readonly EntityId[]): Map<EntityId, number> {
  const counts = new Map<EntityId, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** So many questions, or entities, are followed from the source alone; after that all of the type is read once. */
const STEPS = 500;
const ENTITIES = 10_000;

/**
 * A target that leads to the source closes a circle; read by the inverse, one that the source leads to. However it is
 * found, the answer is that of `LinkFacts`.
 */
function* followBack(
  db: ReadableDb,
  types: TypeIds,
  meaning: Meaning,
  sourceId: EntityId,
  targetIds: readonly EntityId[],
  except: RelationshipId | null,
): Turns<(targetId: EntityId) => TypeFacts['leadsBack']> {
  const way = meaning.reversed ? { forward: types.reversed, reversed: types.forward } : types;
  const seen = new Set<EntityId>([sourceId]);
  let frontier: EntityId[] = [sourceId];
  for (let steps = 0; frontier.length > 0 && steps < STEPS && seen.size <= ENTITIES; steps += 1) {
    if (targetIds.every((id) => seen.has(id))) return () => true;
    const links = readTypeLinks(db, way, 'target', frontier).filter(({ id }) => id !== except);
    frontier = [...new Set(links.map((link) => link.sourceId))].filter((id) => !seen.has(id));
    for (const id of frontier) seen.add(id);
    yield;
  }
  if (frontier.length === 0) return (targetId) => seen.has(targetId);
  const { facts, loadAll } = createLoadedFacts(db, types, { acyclic: true, isGone: (id) => id === except });
  yield* loadAll();
  return (targetId) => facts.of(meaning, sourceId, targetId).leadsBack;
}
