import { z } from 'zod';
import { EntityId, EntitySummary, Neighbourhood, TypeName } from './model.ts';
import {
  Correction,
  Expansion,
  Explanation,
  Finding,
  FindingName,
  GroupKey,
  Impact,
  Matching,
  RelationshipGroup,
  Surroundings,
} from './queries.ts';
import {
  DRAWN_LIMIT,
  Limit,
  Offset,
  PAGE_LIMIT,
  QUERY_LENGTH,
  QueryName,
  ROOT_LIMIT,
  request,
} from './request.ts';

const Types = z.array(TypeName.nullable()).max(200).nullable();

/** What can be asked beyond lists: every answer is bounded and says what it leaves out. */
export const queryRequests = {
  /** The query language over entities, best first; a query that cannot be read is refused with its position. */
  'query:run': request(
    z.object({
      text: z.string().max(QUERY_LENGTH),
      offset: Offset,
      limit: Limit,
      name: QueryName,
    }),
    z.object({ total: z.int(), rows: z.array(EntitySummary), corrections: z.array(Correction) }),
  ),
  'graph:neighbourhood': request(
    z.object({
      roots: z.array(EntityId).max(ROOT_LIMIT),
      limit: Limit,
      /** What is drawn beside, whether it is related or not. */
      also: z
        .array(EntityId)
        .max(DRAWN_LIMIT + PAGE_LIMIT)
        .default([]),
      name: QueryName,
    }),
    Neighbourhood,
  ),
  /** How many relationships an entity has by type and direction: to be asked before any is drawn. */
  'graph:groups': request(z.object({ id: EntityId, name: QueryName }), z.array(RelationshipGroup)),
  /** A page of an entity's neighbours; `groups` null takes all of them. */
  'graph:expand': request(
    z.object({
      id: EntityId,
      groups: z.array(GroupKey).max(200).nullable(),
      offset: Offset,
      limit: Limit,
      name: QueryName,
    }),
    Expansion,
  ),
  /** Up to `budget` entities within some hops, the nearest first. */
  'graph:surroundings': request(
    z.object({
      roots: z.array(EntityId).min(1).max(200),
      hops: z.int().min(1).max(5),
      budget: Limit,
      name: QueryName,
    }),
    Surroundings,
  ),
  /**
   * The entities that a query finds, as in the list and in an export, with the relationships between them. Up to
   * `budget` are told, the first of the list; all are counted. A query that cannot be read is refused with its position.
   */
  'graph:matching': request(
    z.object({ text: z.string().max(QUERY_LENGTH), budget: Limit, name: QueryName }),
    Matching,
  ),
  /** Which of the entities that are drawn a query finds. */
  'graph:filter': request(
    z.object({
      text: z.string().max(QUERY_LENGTH),
      ids: z.array(EntityId).max(DRAWN_LIMIT),
      name: QueryName,
    }),
    z.object({ ids: z.array(EntityId) }),
  ),

  /**
   * What fails with the failed entities (`down`), or all whose failure can reach them (`up`). How types carry a
   * failure stands in the vocabulary; `rules` say otherwise for this question. Relationships of a type that the
   * vocabulary does not know carry it from source to target. What has no direction, by its type or its connection,
   * carries it both ways or not at all.
   */
  'query:impact': request(
    z.object({
      failed: z.array(EntityId).min(1).max(1000),
      direction: z.enum(['down', 'up']),
      rules: z
        .array(
          z.object({
            type: TypeName.nullable(),
            impact: z.enum(['to-target', 'to-source', 'both', 'none']),
            needed: z.int().positive().nullable(),
          }),
        )
        .max(200),
      limit: z.int().positive().max(10_000),
      name: QueryName,
    }),
    Impact,
  ),
  /** The shortest simple paths between two entities, and the proof where there is none. */
  'query:explain': request(
    z.object({
      sourceId: EntityId,
      targetId: EntityId,
      k: z.int().positive().max(50),
      /** Only relationships of these types; null: all. */
      types: Types,
      /** Only relationships that these connections hold; null: all. */
      connections: z.array(z.string().max(60)).max(100).nullable(),
      /** `forward`: only as relationships are meant; those without a direction lead both ways. */
      direction: z.enum(['any', 'forward', 'backward']),
      avoid: z.array(EntityId).max(500),
      maxHops: z.int().positive().max(100),
      /** The most entities told of each end where there is no path. */
      reachLimit: z.int().positive().max(10_000).default(100),
      name: QueryName,
    }),
    Explanation,
  ),
  /** A page of the findings of one sort, the largest first. */
  'query:findings': request(
    z.object({
      finding: FindingName,
      /** The fewest relationships of a hub. */
      hubSize: z.int().positive(),
      offset: Offset.default(0),
      limit: Limit,
      name: QueryName,
    }),
    z.object({ total: z.int(), findings: z.array(Finding) }),
  ),
  /**
   * Ends the queries of that name with `cancelled`, lists, graph and history too, and exports until their files are written;
   * answers with how many there were.
   */
  'query:cancel': request(z.object({ name: z.string().min(1).max(100) }), z.object({ cancelled: z.int() })),
} as const;
