import { z } from 'zod';

/** One entry of the contract: what is passed and what is answered. */
export const request = <P extends z.ZodType, A extends z.ZodType>(params: P, answer: A) => ({
  params,
  answer,
});

export const Nothing = z.object({}).strict();
export const Offset = z.int().nonnegative();

/** The largest page any request answers with. */
export const PAGE_LIMIT = 500;
export const Limit = z.int().positive().max(PAGE_LIMIT);

/** Named by the caller, so that it can cancel the query while it runs. */
export const QueryName = z.string().min(1).max(100).optional();

/** The most entities that one picture of the graph holds. */
export const DRAWN_LIMIT = 5000;

/** The most relationships that one picture of the graph holds. */
export const DRAWN_RELATIONSHIP_LIMIT = 30_000;

/** The most characters of a query. */
export const QUERY_LENGTH = 2000;

/** The most entities from which one picture grows. */
export const ROOT_LIMIT = 200;
