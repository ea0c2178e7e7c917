import * as z from 'zod';

const pathSchema = z.union([
  /** The path begins with this text. */
  z.string(),
  /** The path matches. */
  z.instanceof(RegExp),
  /** The same as a RegExp, for callers that can send JSON only. */
  z.strictObject({ regexp: z.string() }),
]);

const faultSchema = z.discriminatedUnion('kind', [
  /** Another status. `body` says who made the answer: the remote in its own manner, FastAPI, a gateway, or nobody. */
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

/** Checks fault rules that come from outside: one or a list. */
export const faultRulesSchema = z.union([
  faultRuleSchema.transform((rule) => [rule]),
  z.array(faultRuleSchema),
]);

/** The switches that the server of every remote has. */
export const commonSwitches = {
  /** From the n-th request after setting this on, 1 being the next, every answer is 401. */
  unauthorizedFrom: z.int().min(1).nullable(),
  /** Every answer is late by so many milliseconds. */
  delayMs: z.number().min(0),
  /** Every write is applied twice. */
  duplicateApply: z.boolean(),
  /** Aimed faults; the first rule that strikes wins. */
  faults: z.array(faultRuleSchema),
};

/** One thing that goes wrong. */
export type Fault = z.infer<typeof faultSchema>;
/** A fault with the requests it is meant for. Paths are as in the log of requests. */
export type FaultRule = z.infer<typeof faultRuleSchema>;

/** What every server can do besides answering as its remote does. */
export interface CommonSwitches {
  readonly unauthorizedFrom: number | null;
  readonly delayMs: number;
  readonly duplicateApply: boolean;
  readonly faults: FaultRule[];
}

/** Nothing out of the ordinary. */
export const commonDefaults: CommonSwitches = {
  unauthorizedFrom: null,
  delayMs: 0,
  duplicateApply: false,
  faults: [],
};
