import * as z from 'zod';

const pathSchema = z.union([
  /** The path, below `/v4`, begins with this text. */
  z.string(),
  /** The path, below `/v4`, matches. */
  z.instanceof(RegExp),
  /** The same as a RegExp, for callers that can send JSON only. */
  z.strictObject({ regexp: z.string() }),
]);

const faultSchema = z.discriminatedUnion('kind', [
  /** Another status. `body` says who made the answer: the API, FastAPI, a gateway, or nobody. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    message: z.exactOptional(z.string()),
    body: z.exactOptional(z.enum(['envelope', 'detail', 'html', 'empty'])),
    /** For example `{ 'retry-after': '120' }`, with any text. */
    headers: z.exactOptional(z.record(z.string(), z.string())),
  }),
  /** The connection is cut: before any header, or after `at` bytes of the body. */
  z.strictObject({ kind: z.literal('drop'), at: z.union([z.literal('headers'), z.int().min(0)]) }),
  /** No answer ever comes. */
  z.strictObject({ kind: z.literal('hang') }),
  /** The right answer, late. */
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0) }),
  /** A login page with status 200, as in hotels. */
  z.strictObject({ kind: z.literal('captive-portal') }),
  z.strictObject({
    kind: z.literal('redirect'),
    to: z.string(),
    status: z.exactOptional(z.union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)])),
  }),
  /** The body is replaced by this text; status and content type stay. */
  z.strictObject({ kind: z.literal('body'), text: z.string() }),
  /** Bytes that are neither UTF-8 nor JSON. */
  z.strictObject({ kind: z.literal('garbage') }),
  /** A complete HTTP answer whose JSON ends after `at` bytes; half of it when not said. */
  z.strictObject({ kind: z.literal('truncated'), at: z.exactOptional(z.int().min(0)) }),
  /** The right JSON behind a byte order mark. */
  z.strictObject({ kind: z.literal('bom') }),
  z.strictObject({ kind: z.literal('content-type'), type: z.string() }),
  /** `data` in other types: numbers as text, all values null, or an object where a list belongs. */
  z.strictObject({ kind: z.literal('wrong-types'), as: z.enum(['strings', 'nulls', 'object']) }),
  /** Every row of `data` loses this key. */
  z.strictObject({ kind: z.literal('missing-key'), key: z.string() }),
  /** Ids above 2^53, which a JSON number cannot carry through JavaScript. */
  z.strictObject({ kind: z.literal('huge-ids') }),
  /** The right JSON followed by so many bytes of white space, without a content length. */
  z.strictObject({ kind: z.literal('oversized'), bytes: z.int().min(0) }),
  /** The right answer, one byte after the other, with so many milliseconds between them. */
  z.strictObject({ kind: z.literal('trickle'), everyMs: z.number().min(0) }),
  /** A list with every row twice. */
  z.strictObject({ kind: z.literal('repeat-rows') }),
  /** A list without rows, status 200. */
  z.strictObject({ kind: z.literal('empty-list') }),
  /** A list without every `every`-th row. */
  z.strictObject({ kind: z.literal('omit-rows'), every: z.int().min(1) }),
  /** The request is applied twice, as by a proxy that sends again; the second answer is given. */
  z.strictObject({ kind: z.literal('duplicate') }),
]);

const faultRuleSchema = z.strictObject({
  /** Which requests are meant; all of them when empty. */
  on: z.strictObject({ method: z.exactOptional(z.string()), path: z.exactOptional(pathSchema) }),
  /** Let so many matching requests pass first. */
  skip: z.exactOptional(z.int().min(0)),
  /** Then strike so often; for ever when not said. */
  times: z.exactOptional(z.int().min(1)),
  /**
   * Whether a write has happened when the fault strikes; `before` when not said.
   * Faults that alter an answer have one to alter only afterwards and take no notice of this.
   */
  when: z.exactOptional(z.enum(['before', 'after'])),
  fault: faultSchema,
});

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
  /** From the n-th request after setting this on, 1 being the next, every answer is 401. */
  unauthorizedFrom: z.int().min(1).nullable(),
  /** Clearance of every key, 1 being the most powerful; null for each key's own. */
  clearance: z.int().min(1).nullable(),
  /** At most so many requests within `perMs`, else 429, with the Retry-After given, if any. */
  rateLimit: z
    .strictObject({ requests: z.int().min(0), perMs: z.number().min(0), retryAfter: z.string().nullable() })
    .nullable(),
  /** Every answer is late by so many milliseconds. */
  delayMs: z.number().min(0),
  /** Every write is applied twice. */
  duplicateApply: z.boolean(),
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
  /** What `/clearances/me` says instead of the truth. */
  identity: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  /** Aimed faults; the first rule that strikes wins. */
  faults: z.array(faultRuleSchema),
});

/** Checks fault rules that come from outside. */
export const faultRulesSchema = z.union([
  faultRuleSchema.transform((rule) => [rule]),
  z.array(faultRuleSchema),
]);

/** How the server behaves. */
export type ClickieSwitches = z.infer<typeof switchesSchema>;
/** One thing that goes wrong. */
export type Fault = z.infer<typeof faultSchema>;
/** A fault with the requests it is meant for. */
export type FaultRule = z.infer<typeof faultRuleSchema>;

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
  unauthorizedFrom: null,
  clearance: null,
  rateLimit: null,
  delayMs: 0,
  duplicateApply: false,
  idOffset: 0,
  oddNames: false,
  emptyLists: false,
  omitEveryRow: 0,
  accountSwap: null,
  refuseSelf: false,
  refusedPairs: [],
  badRequestText: null,
  identity: null,
  faults: [],
};
