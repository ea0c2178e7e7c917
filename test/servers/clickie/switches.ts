import * as z from 'zod';
import { commonDefaults, commonSwitches } from '../shared/fault-rules.ts';

export type { Fault, FaultRule } from '../shared/fault-rules.ts';

const archivedSchema = z.enum(['documented', 'active', 'archived', 'both']);
const pairSchema = z.strictObject({ parent: z.string(), child: z.string() });

/** Checks switches that come from outside, such as another process. */
export const switchesSchema = z.strictObject({
  /** Status of creating an edge that exists. */
  duplicate: z.union([z.literal(400), z.literal(409), z.literal(200)]),
  /** Status of deleting an edge that does not exist. */
  deleteMissing: z.union([z.literal(404), z.literal(200)]),
  /** The longest page given, however much is asked for; null for no cap. */
  limitCap: z.int().min(1).nullable(),
  /** `random` is one shuffle kept over all pages, `unstable` a new one for every answer. */
  order: z.enum(['asc', 'desc', 'random', 'unstable']),
  /** Every page is the first one. */
  ignoreSkip: z.boolean(),
  /** After each page with rows, put one row in front of what is to come, or take one from what was given. */
  betweenPages: z.enum(['nothing', 'insert', 'remove']),
  /** Reads of edges show the state of so many milliseconds ago. */
  staleReadMs: z.number().min(0),
  /** What lists of assets and dashboards hold when `archived` is not asked for. */
  archivedDefault: archivedSchema,
  /** How an entity is deleted by `server.deleteEntity` and by the control surface. */
  entityDelete: z.enum(['soft', 'hard']),
  /** Whether the edges of a deleted entity go too. */
  cascade: z.boolean(),
  /** A new entity takes the lowest free id, even if a deleted one had it. */
  reuseIds: z.boolean(),
  /**
   * Rows of `direction=parent`, which the published page does not show: the documented keys for the far end
   * (`id_child`), keys of their own (`id_parent`), both ends, or an id without its type.
   */
  parentRows: z.enum(['id_child', 'id_parent', 'both', 'missing-key']),
  /** `v4.2`: bare lists and `{ detail }` errors; `gateway-html`: errors are pages of a gateway. */
  envelope: z.enum(['v4.3.5', 'v4.2', 'gateway-html']),
  /** Clearance of every key, 1 being the most powerful; null for each key's own. */
  clearance: z.int().min(1).nullable(),
  /** At most so many requests within `perMs`, else 429, with the Retry-After given, if any. */
  rateLimit: z
    .strictObject({ requests: z.int().min(0), perMs: z.number().min(0), retryAfter: z.string().nullable() })
    .nullable(),
  /** Added to every id on the wire, for example 2 ** 31. */
  idOffset: z.int().min(0),
  /** Names with NUL, emoji, right-to-left text, and very long ones, in turn. */
  oddNames: z.boolean(),
  /** Every list is empty, status 200. */
  emptyLists: z.boolean(),
  /** Lists leave out every n-th row; 0 for none. */
  omitEveryRow: z.int().min(0),
  /** The data of this account are used whatever account is asked for. */
  accountSwap: z.int().nullable(),
  /** An edge from an entity to itself is refused with 400. */
  refuseSelf: z.boolean(),
  /** Pairs of types in which an edge is refused with 400. */
  refusedPairs: z.array(pairSchema),
  /** The message of every 400 instead of the documented one; may be empty or in another language. */
  badRequestText: z.string().nullable(),
  /** The collaborator to whose history changes of relationships are put down; null where it tells of none. */
  historyOf: z.int().nullable(),
  /**
   * Nothing but the published page of relationships: its five endpoints, their query parameters, no bodies. All else is
   * 404 or 400.
   */
  onlyPublished: z.boolean(),
  /** What `/clearances/me` says instead of the truth. */
  identity: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  ...commonSwitches,
});

/** How the server behaves. */
export type ClickieSwitches = z.infer<typeof switchesSchema>;

/** The behaviour documented for API version 4.3.5; where nothing is documented, the plainest reading. */
export const defaultSwitches: Readonly<ClickieSwitches> = {
  duplicate: 400,
  deleteMissing: 404,
  limitCap: null,
  order: 'asc',
  ignoreSkip: false,
  betweenPages: 'nothing',
  staleReadMs: 0,
  archivedDefault: 'documented',
  entityDelete: 'soft',
  cascade: false,
  reuseIds: false,
  parentRows: 'id_child',
  envelope: 'v4.3.5',
  clearance: null,
  rateLimit: null,
  idOffset: 0,
  oddNames: false,
  emptyLists: false,
  omitEveryRow: 0,
  accountSwap: null,
  refuseSelf: false,
  refusedPairs: [],
  badRequestText: null,
  historyOf: null,
  onlyPublished: false,
  identity: null,
  ...commonDefaults,
};
