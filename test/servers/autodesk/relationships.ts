import { type EntityRef, fits, type PartialRef, toKey, toPairKey } from './entity-ref.ts';
import type { Project, Relationship } from './site.ts';

/** Which relationships are meant; an empty list of ends means any. Times are in milliseconds since 1970. */
export interface RelationshipQuery {
  /** One end fits one of these … */
  readonly ends: readonly PartialRef[];
  /** … and the other end one of these. */
  readonly withEnds: readonly PartialRef[];
  readonly createdAfter: number | null;
  readonly createdBefore: number | null;
}

/** Every relationship. */
export const anyRelationship: RelationshipQuery = {
  ends: [],
  withEnds: [],
  createdAfter: null,
  createdBefore: null,
};

/** How a relationship comes to be. */
export interface RelationshipOptions {
  readonly id: string;
  readonly now: number;
  readonly isService?: boolean;
  readonly isReadOnly?: boolean;
}

/** Relates two ends without asking whether they exist. Throws when the id or the pair is taken. */
export function addRelationship(
  project: Project,
  ends: readonly [EntityRef, EntityRef],
  options: RelationshipOptions,
): Relationship {
  const { id, now, isService = false, isReadOnly = false } = options;
  const pair = toPairKey(...ends);
  if (project.relationships.has(id) || project.pairs.has(pair)) throw new Error(`Already related: ${pair}`);
  const relationship = { id, ends, createdAt: now, deletedAt: null, isService, isReadOnly };
  project.pairs.set(pair, id);
  for (const end of ends) indexEnd(project, end, id);
  return store(project, relationship);
}

/** Softly deletes a relationship. Returns it, or undefined when there is no living one. */
export function removeRelationship(project: Project, id: string, now: number): Relationship | undefined {
  const relationship = project.relationships.get(id);
  if (!relationship || relationship.deletedAt !== null) return undefined;
  project.pairs.delete(toPairKey(...relationship.ends));
  return store(project, { ...relationship, deletedAt: now });
}

/** The living relationship between two ends, in either order. */
export function findRelationship(
  project: Project,
  one: EntityRef,
  other: EntityRef,
): Relationship | undefined {
  const id = project.pairs.get(toPairKey(one, other));
  return id === undefined ? undefined : project.relationships.get(id);
}

/** All living relationships, in the order of creation. */
export function livingRelationships(project: Project): Relationship[] {
  return [...project.relationships.values()].filter(({ deletedAt }) => deletedAt === null);
}

/** Whether a relationship is meant; deleted ones may be. */
export function isMeant(relationship: Relationship, query: RelationshipQuery): boolean {
  const { ends, withEnds, createdAfter, createdBefore } = query;
  if (createdAfter !== null && relationship.createdAt < createdAfter) return false;
  if (createdBefore !== null && relationship.createdAt > createdBefore) return false;
  const [one, other] = relationship.ends;
  return (
    (fitsOneOf(one, ends) && fitsOneOf(other, withEnds)) ||
    (fitsOneOf(other, ends) && fitsOneOf(one, withEnds))
  );
}

/** All relationships that are meant, in the order of creation, with the deleted ones. */
export function findRelationships(project: Project, query: RelationshipQuery): Relationship[] {
  return candidates(project, query.ends).filter((relationship) => isMeant(relationship, query));
}

/** One stretch of the feed of changes. `next` is the position behind the last one given. */
export interface FeedPage {
  readonly relationships: readonly Relationship[];
  readonly next: number;
  readonly more: boolean;
}

/** Up to `limit` relationships that changed behind `position` and that `wants` accepts. */
export function readFeed(
  project: Project,
  position: number,
  limit: number,
  wants: (relationship: Relationship) => boolean,
): FeedPage {
  const relationships: Relationship[] = [];
  let next = position;
  for (let index = position; index < project.feed.length; index += 1) {
    const relationship = project.relationships.get(project.feed[index] ?? '');
    if (relationship && relationship.sequence === index + 1 && wants(relationship)) {
      if (relationships.length === limit) return { relationships, next, more: true };
      relationships.push(relationship);
    }
    next = index + 1;
  }
  return { relationships, next, more: false };
}

function store(project: Project, relationship: Omit<Relationship, 'sequence'>): Relationship {
  project.feed.push(relationship.id);
  const stored = { ...relationship, sequence: project.feed.length };
  project.relationships.set(relationship.id, stored);
  return stored;
}

function indexEnd(project: Project, end: EntityRef, id: string): void {
  const key = toKey(end);
  const ids = project.byEnd.get(key);
  if (ids) ids.add(id);
  else project.byEnd.set(key, new Set([id]));
}

/** Ends that are named in full are looked up; anything less goes through all relationships. */
function candidates(project: Project, ends: readonly PartialRef[]): Relationship[] {
  const keys = ends.map(({ domain, type, id }) =>
    domain !== undefined && type !== undefined && id !== undefined ? toKey({ domain, type, id }) : null,
  );
  if (keys.length === 0 || keys.includes(null)) return [...project.relationships.values()];
  const ids = new Set<string>();
  for (const key of keys) for (const id of project.byEnd.get(key ?? '') ?? []) ids.add(id);
  return [...ids]
    .flatMap((id) => project.relationships.get(id) ?? [])
    .sort((a, b) => a.createdAt - b.createdAt || a.sequence - b.sequence);
}

function fitsOneOf(ref: EntityRef, partials: readonly PartialRef[]): boolean {
  return partials.length === 0 || partials.some((partial) => fits(ref, partial));
}
