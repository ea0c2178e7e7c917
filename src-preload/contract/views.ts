import { z } from 'zod';
import { EntityId, Moment } from './model.ts';
import { DRAWN_LIMIT, QUERY_LENGTH, ROOT_LIMIT } from './request.ts';

/** The words of saved views as data: what crosses between backend and window, and what a file holds. */

export const TOO_MANY_DRAWN = `A view draws at most ${DRAWN_LIMIT} entities.`;
export const TOO_MANY_ROOTS = `A view grows from at most ${ROOT_LIMIT} entities.`;

/** What a view is found by wherever it is taken: it survives export and import. */
export const ViewId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'The id of a view has 1 to 64 letters, digits and minuses.')
  .brand<'ViewId'>();
export type ViewId = z.infer<typeof ViewId>;

export const ViewName = z
  .string()
  .trim()
  .min(1, 'A view needs a name.')
  .max(120, 'The name of a view has at most 120 characters.')
  .refine((name) => !/\p{Cc}/u.test(name), 'The name of a view is one line.');

/** A place in the drawing. No minus zero: JSON has none. */
const Coordinate = z
  .number()
  .min(-1_000_000)
  .max(1_000_000)
  .overwrite((number) => number + 0);

/** What becomes of what is drawn and does not match the filter. */
export const FilterMode = z.enum(['dim', 'hide']);
export type FilterMode = z.infer<typeof FilterMode>;

/** All settings of the graph but what is drawn where. */
export const ViewSettings = z
  .object({
    /** What it finds is drawn; empty draws nothing by itself. */
    query: z.string().max(QUERY_LENGTH),
    /** Of what is drawn, only what matches stands out; empty leaves all as it is. */
    filter: z.object({ text: z.string().max(QUERY_LENGTH), mode: FilterMode }).strict(),
    /** Kinds of entities that are not drawn. */
    hiddenKinds: z.array(z.string().min(1).max(200)).max(200),
    /** How near it is looked at and what is in the middle; null fits all into the window. */
    viewport: z
      .object({ zoom: z.number().min(0.01).max(100), x: Coordinate, y: Coordinate })
      .strict()
      .nullable(),
  })
  .strict();
export type ViewSettings = z.infer<typeof ViewSettings>;

/** Where something is drawn; what is pinned stays there when the rest is laid out. */
export const ViewPlace = z.object({ x: Coordinate, y: Coordinate, pinned: z.boolean() }).strict();
export type ViewPlace = z.infer<typeof ViewPlace>;

export const ViewSummary = z.object({
  id: ViewId,
  name: z.string(),
  query: z.string(),
  /** Entities that it draws, those not found here among them. */
  entityCount: z.int(),
  /** Of these, how many are not in this workspace now. */
  missingCount: z.int(),
  savedAt: Moment,
});
export type ViewSummary = z.infer<typeof ViewSummary>;

/** A view as it can be drawn here. */
export const SavedView = ViewSummary.extend({
  settings: ViewSettings,
  entities: z.array(ViewPlace.extend({ id: EntityId, address: z.string() })),
  /** The entities from which the picture grows, the oldest first. */
  roots: z.array(EntityId),
  /** The addresses that are not found in this workspace; they are drawn as soon as they are. */
  missing: z.array(z.string()),
});
export type SavedView = z.infer<typeof SavedView>;

const Address = z
  .string()
  .max(2000)
  .regex(/^[^:]+:[^:]+:.+$/s, 'An entity is written connection:kind:id.');

/** A view as a file holds it, for people to read and edit: entities by address, in a fixed order. */
export const ViewFile = z
  .object({
    format: z.literal('weft-view'),
    version: z.literal(1),
    id: ViewId,
    name: ViewName,
    ...ViewSettings.shape,
    roots: z.array(Address).max(ROOT_LIMIT, TOO_MANY_ROOTS),
    entities: z
      .array(z.object({ entity: Address, ...ViewPlace.shape }).strict())
      .max(DRAWN_LIMIT, TOO_MANY_DRAWN),
  })
  .strict();
export type ViewFile = z.infer<typeof ViewFile>;
