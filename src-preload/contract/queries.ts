import { z } from 'zod';
import { EntityId, EntitySummary, GraphEntity, GraphRelationship, RelationshipId } from './model.ts';

/** The words of queries as data: what crosses between backend and window. */

/** A word that was found nowhere, and the words one letter away that it was taken for. */
export const Correction = z.object({ word: z.string(), takenFor: z.array(z.string()) });
export type Correction = z.infer<typeof Correction>;

/** The order of a list of entities. */
export const ListOrder = z.enum(['name', 'best']);
export type ListOrder = z.infer<typeof ListOrder>;

/** Relationships of one entity with one type in one direction; `out` where the entity is the source. */
export const RelationshipGroup = z.object({
  type: z.string().nullable(),
  direction: z.enum(['out', 'in']),
  /** All of them, whatever is drawn. */
  count: z.int(),
  /** Those that are neither synced nor local. */
  pending: z.int(),
});
export type RelationshipGroup = z.infer<typeof RelationshipGroup>;

export const GroupKey = RelationshipGroup.pick({ type: true, direction: true });
export type GroupKey = z.infer<typeof GroupKey>;

/**
 * A page of the neighbours of one entity in the chosen groups, and the relationships that lead to them. The counts
 * of all groups stand beside it: their sum is the number of the entity's relationships.
 */
export const Expansion = z.object({
  groups: z.array(RelationshipGroup),
  /** Neighbours in the chosen groups, on whatever page. */
  total: z.int(),
  entities: z.array(GraphEntity),
  relationships: z.array(GraphRelationship),
});
export type Expansion = z.infer<typeof Expansion>;

/** Everything within some hops of the roots, up to a budget. `total` of each hop is exact, shown or not. */
export const Surroundings = z.object({
  hops: z.array(z.object({ hop: z.int(), total: z.int(), shown: z.int() })),
  /** False where so much was reached that the last hop was not followed to its end. */
  complete: z.boolean(),
  entities: z.array(GraphEntity),
  relationships: z.array(GraphRelationship),
  /** All relationships between two of the entities, told or not. */
  relationshipTotal: z.int(),
});
export type Surroundings = z.infer<typeof Surroundings>;

/** What a query finds, drawn up to a budget. `omitted` of all that match (`total`) are left out. */
export const Matching = z.object({
  total: z.int(),
  omitted: z.int(),
  entities: z.array(GraphEntity),
  relationships: z.array(GraphRelationship),
  /** All relationships between two of the entities, told or not. */
  relationshipTotal: z.int(),
});
export type Matching = z.infer<typeof Matching>;

/** One hop back towards a failed entity: the relationship and the entity it comes from. */
export const Cause = z.object({
  entityId: EntityId,
  relationshipId: RelationshipId,
  /** How its type reads from the entity that is affected. */
  label: z.string().nullable(),
});

export const AffectedEntity = z.object({
  entity: EntitySummary,
  /** Hops from the failed entity that reaches it first. */
  distance: z.int(),
  /** The failed entity at the beginning of its first cause path. */
  rootId: EntityId,
  /** The last hop of that path; the entity of the cause stands before this one, or is a failed one. */
  cause: Cause,
});

/** An entity that goes on working although something that it relies on fails. */
export const SparedEntity = z.object({
  entity: EntitySummary,
  type: z.string().nullable(),
  /** How the type reads from this entity; as the type where it is at either end. */
  label: z.string().nullable(),
  working: z.int(),
  needed: z.int(),
  /** How many it had before. */
  total: z.int(),
});

export const Impact = z.object({
  /** All that is affected, listed or not. */
  total: z.int(),
  affected: z.array(AffectedEntity),
  sparedTotal: z.int(),
  spared: z.array(SparedEntity),
});
export type Impact = z.infer<typeof Impact>;

/** The most relationships told for one hop of a path. */
export const EVIDENCE_LIMIT = 20;

/** From one entity of a path to the next, with the relationships between them that the question allows. */
export const Hop = z.object({
  fromId: EntityId,
  toId: EntityId,
  /** All of them, told or not. */
  relationshipTotal: z.int(),
  /** The first of them, at most `EVIDENCE_LIMIT`. */
  relationships: z.array(
    GraphRelationship.extend({
      /** How its type reads from the entity that the hop leaves. */
      label: z.string().nullable(),
    }),
  ),
});

/** What a search from one end reached, the nearest first; how many there are stands beside it. */
export const Frontier = z.object({
  /** Nothing more leads on: without a longest path it would find no more. */
  isExhausted: z.boolean(),
  /** The end itself is the first, with a distance of 0. */
  entities: z.array(z.object({ entity: EntitySummary, distance: z.int() })),
});
export type Frontier = z.infer<typeof Frontier>;

/** Which relationships and entities a path may go over. */
export const PathFilters = z.object({
  types: z.array(z.string().nullable()).nullable(),
  connections: z.array(z.string()).nullable(),
  direction: z.enum(['any', 'forward', 'backward']),
  avoid: z.array(EntitySummary),
});
export type PathFilters = z.infer<typeof PathFilters>;

/** That there is no path: all that was searched from either end without meeting the other. */
export const NoPath = z.object({
  /** How many entities were reached from either end, told or not. */
  fromSource: z.int(),
  fromTarget: z.int(),
  maxHops: z.int(),
  text: z.string(),
  filters: PathFilters,
  /** The first of those reached, up to the limit of the question. */
  source: Frontier,
  target: Frontier,
});
export type NoPath = z.infer<typeof NoPath>;

export const Explanation = z.object({
  /** Shortest first; no entity twice on one path. */
  paths: z.array(z.object({ length: z.int(), hops: z.array(Hop) })),
  entities: z.array(EntitySummary),
  /** Only where there is no path. */
  proof: NoPath.nullable(),
});
export type Explanation = z.infer<typeof Explanation>;

/** `failure-cycles` are circles over all types, along which failure comes back to where it began. */
export const FindingName = z.enum(['cycles', 'failure-cycles', 'islands', 'orphans', 'hubs']);
export type FindingName = z.infer<typeof FindingName>;

/**
 * Something odd that a user can open: entities that lead back to one another by one type (a shortest circle among
 * them, in order), that hang together but not with the largest part, that have no relationship, or very many.
 */
export const Finding = z.object({
  finding: FindingName,
  /** The type of a circle; null for untyped relationships and for the other findings. */
  type: z.string().nullable(),
  /** How many entities it is about, or how many relationships a hub has. */
  size: z.int(),
  /** The first of those it names. */
  entities: z.array(EntitySummary),
  /** How many it names, told or not: all that hang together, those of the circle, or the one. */
  entityTotal: z.int(),
});
export type Finding = z.infer<typeof Finding>;
