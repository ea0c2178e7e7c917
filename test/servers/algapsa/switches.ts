import * as z from 'zod';
import { commonDefaults, commonSwitches } from '../shared/fault-rules.ts';

export type { Fault, FaultRule } from '../shared/fault-rules.ts';

/** Checks switches that come from outside, such as another process. */
export const switchesSchema = z.strictObject({
  /**
   * Which server this is. `head` is the newest one seen at work, 1.4.7: relationships can be listed but neither
   * created nor deleted. `intended` is the same code on a repaired table. `documented` does what the published
   * page says, which no server ever did. `legacy-nocontext` is 1.0.0 and `double-wrap` 1.1.0, beside the releases
   * in between.
   */
  profile: z.enum([
    'head',
    'intended',
    'documented',
    'legacy-nocontext',
    'double-wrap',
    'v1.2.0',
    'v1.3.0',
    'v1.4.0',
  ]),
  /** Where a created relationship is in its answer: the page and the schema behind it do not agree. */
  createdBody: z.enum(['data', 'data.data', 'top-level']),
  /** What an existing ordered pair is answered with: as the profile does, 409, or 500. */
  duplicate: z.enum(['as-profile', 'conflict', 'plain-error']),
  /** Writes to relationships are refused with 403, as the published page promises and no code does. */
  lacksPermission: z.boolean(),
  /** The database refuses the reference to the related asset, as where that goes away between the look and the write. */
  losesReference: z.boolean(),
  /** Errors 500 say what happened, as with NODE_ENV=development. */
  development: z.boolean(),
  /**
   * The form of every error: as it really is, thrown (`{ error: { code, message } }`), from a controller (in an
   * envelope), or `{ error: 'text' }`. All are in use somewhere in the product.
   */
  errorForm: z.enum(['as-real', 'thrown', 'controller', 'text']),
  /** Whether 429 is ever answered, as with RATE_LIMIT_ENFORCE=true. The headers come in any case. */
  enforceLimit: z.boolean(),
  /** The bucket of every key: so many requests at once, and so many more each minute. */
  limit: z.strictObject({ burst: z.int().min(1), perMinute: z.number().positive() }),
  /** The store of the buckets is down: all are let in, and `X-RateLimit-Remaining` is -1. */
  limiterDown: z.boolean(),
  /** So long every DELETE hangs after it was applied, as with an event bus that is down (about 21 seconds). */
  slowDeleteMs: z.number().min(0),
  /** Creating a relationship is committed and then answered with 500. */
  failAfterCommit: z.boolean(),
  /** Rows that are equal in what they are sorted by: in the same order every time, or in a new one each time. */
  ties: z.enum(['kept', 'shuffled']),
  /** After each page with rows, put one asset in front of what is to come, or take one from what was given. */
  betweenPages: z.enum(['nothing', 'insert', 'remove']),
  /** Added to `total` of every list. */
  totalOff: z.int(),
  /** Every list is empty, status 200. */
  emptyLists: z.boolean(),
  /** Lists leave out every n-th row; 0 for none. */
  omitEveryRow: z.int().min(0),
  /** Nothing but the published page: relationships can be created, and every other route is 404. */
  onlyPublished: z.boolean(),
  /** The data of this tenant are used whatever key is sent. */
  tenantSwap: z.string().nullable(),
  ...commonSwitches,
});

/** How the server behaves. */
export type AlgapsaSwitches = z.infer<typeof switchesSchema>;
export type Profile = AlgapsaSwitches['profile'];

/** The newest server seen at work, on its usual settings. */
export const defaultSwitches: Readonly<AlgapsaSwitches> = {
  profile: 'head',
  createdBody: 'data',
  duplicate: 'as-profile',
  lacksPermission: false,
  losesReference: false,
  development: false,
  errorForm: 'as-real',
  enforceLimit: false,
  limit: { burst: 120, perMinute: 60 },
  limiterDown: false,
  slowDeleteMs: 0,
  failAfterCommit: false,
  ties: 'kept',
  betweenPages: 'nothing',
  totalOff: 0,
  emptyLists: false,
  omitEveryRow: 0,
  onlyPublished: false,
  tenantSwap: null,
  ...commonDefaults,
};

/** What a release can do. */
export interface Traits {
  /** Whether routes know who calls; without, every call fails. */
  readonly hasContext: boolean;
  /** Whether successes arrive as `200 {}`. */
  readonly isDoubleWrapped: boolean;
  /** Whether reading one asset works. */
  readonly canGet: boolean;
  /** What relationships are listed: at both ends, outgoing ones only, or none because it fails. */
  readonly lists: 'both-ends' | 'outgoing' | 'fails';
  /** Whether rows of relationships have ids and both ends under other names, and can be written. */
  readonly isRepaired: boolean;
  /** Whether a column that is missing is told apart from other faults (`INTERNAL_CONFIGURATION`). */
  readonly tellsMisconfigured: boolean;
  /** Whether self and duplicate are told (400, 409) or are faults (500). */
  readonly refusesTyped: boolean;
  /** Whether deleting what does not exist is 204. */
  readonly deletesSilently: boolean;
}

const head: Traits = {
  hasContext: true,
  isDoubleWrapped: false,
  canGet: true,
  lists: 'both-ends',
  isRepaired: false,
  tellsMisconfigured: true,
  refusesTyped: true,
  deletesSilently: false,
};
const v14: Traits = { ...head, tellsMisconfigured: false };
const v13: Traits = { ...v14, canGet: false, lists: 'fails' };
const v12: Traits = { ...v13, refusesTyped: false };

/** What every profile can do. */
export const traits: Readonly<Record<Profile, Traits>> = {
  head,
  intended: { ...head, isRepaired: true },
  documented: {
    ...v14,
    lists: 'outgoing',
    isRepaired: true,
    refusesTyped: false,
    deletesSilently: true,
  },
  'legacy-nocontext': { ...v12, hasContext: false },
  'double-wrap': { ...v12, isDoubleWrapped: true },
  'v1.2.0': v12,
  'v1.3.0': v13,
  'v1.4.0': v14,
};
