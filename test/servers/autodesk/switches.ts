import * as z from 'zod';
import { commonDefaults, commonSwitches } from '../shared/fault-rules.ts';

/** Requests a minute that one user may send in each group; from the vendor's pages on rate limits. */
const limitsSchema = z.strictObject({
  /** The whole Relationships API. */
  relationships: z.int().min(0),
  assetReads: z.int().min(0),
  /** The two legacy endpoints for relationships in the Assets API. */
  legacy: z.int().min(0),
  issues: z.int().min(0),
  token: z.int().min(0),
  revoke: z.int().min(0),
});

/** Checks switches that come from outside, such as another process. */
export const switchesSchema = z.strictObject({
  ...commonSwitches,

  // Who is let in
  /** How the authorize page acts: lets the signed-in user through at once, asks who it is, or is refused. */
  login: z.enum(['at-once', 'page', 'denied']),
  /** Oxygen id of who is signed in in the browser; null for the site's first user. */
  signedIn: z.string().nullable(),
  /** Whether a callback on a loopback address may use another port than the registered one. */
  callbackPort: z.enum(['registered', 'any']),
  accessTokenSeconds: z.int().min(1),
  refreshTokenSeconds: z.int().min(1),
  codeSeconds: z.int().min(1),
  /** `oauth`: RFC 6749; `gateway`: `developerMessage` and `errorCode`. No page shows which. */
  tokenErrors: z.enum(['oauth', 'gateway']),
  /** The app has the BIM 360 API; without it every call on relationships is a 403, even `writable`. */
  bim360Api: z.boolean(),
  /** An account administrator has added the app; without it every call on a project is a 403. */
  provisioned: z.boolean(),
  /** Calls on containers outside the US need `x-ads-region`; without it they get a misleading 403. */
  regionRequired: z.boolean(),
  /** Ids of entities that the caller may not open: their names and relating them are refused. */
  deniedEntities: z.array(z.string()),
  limits: limitsSchema,
  /** What the 429 says about waiting: seconds, a date, or nothing. */
  retryAfter: z.enum(['seconds', 'date', 'absent']),

  // How relationships look
  /** The undocumented `permission: null` of real answers. */
  permissionNull: z.boolean(),
  /** `micros`: `2025-02-20T05:19:54.936297+00:00`, as in real answers; `millis`: `…54.936Z`. */
  timestamps: z.enum(['micros', 'millis']),
  /** As created; either way round but always the same; or another way in every answer. */
  entityOrder: z.enum(['as-created', 'mixed', 'random']),
  /** Fields that no page mentions. */
  extraFields: z.boolean(),
  /** Every relationship says that the caller may not change it, and cannot be deleted. */
  allReadOnly: z.boolean(),
  /** What `isDeleted` is in the list of deleted ones: the reference and the tutorial differ. */
  deletedFlag: z.enum(['true', 'false']),

  // Reading relationships
  /** On the last page. */
  continuationToken: z.enum(['absent', 'null', 'empty']),
  /** More than 100 to a page are asked for. */
  pageLimitOver: z.enum(['clamp', 'refuse']),
  /** A search by id or type without the domain. */
  bareSearch: z.enum(['allow', 'refuse']),
  /** A deleted relationship is fetched by its id. */
  getDeleted: z.enum(['200', '404']),

  // Sync
  syncPageSize: z.int().min(1),
  /** Sync tokens given under another number are too old and start anew. */
  syncEpoch: z.int().min(0),
  /** Sync tokens grow too old after so many seconds; null for never. */
  syncTokenSeconds: z.int().min(0).nullable(),
  /** A sync token of another user or container. */
  foreignToken: z.enum(['overwrite', 'refuse']),
  /** On which pages of a round that starts anew `overwrite` is true. */
  overwritePages: z.enum(['first', 'all']),
  /** Each page begins with the last row of the page before it. */
  syncRepeats: z.boolean(),

  // Writing relationships
  /** A pair that exists is put without an id. */
  existingPair: z.enum(['200', '409']),
  /** The same pair is put again with the same id. */
  sameIdAgain: z.enum(['200', '409']),
  /** When a 409 has the key `success`: always, only with something in it, or never. */
  successKey: z.enum(['always', 'when-some', 'never']),
  /** An end does not exist. */
  missingEntity: z.enum(['400', '403', '404']),
  /** All relationships of one PUT must share an end. */
  pivotRequired: z.boolean(),
  /** An id to delete is unknown or deleted already. */
  deleteUnknown: z.enum(['omit', 'list', '404']),
  /** The new API also takes asset to checklist on BIM 360. */
  checklistWritable: z.boolean(),
  /** `published`: the far end alone and a `deletedOn`, as in the sample; `both-ends`: as in the text beside it. */
  legacyAnswer: z.enum(['published', 'both-ends']),
  /** Whether the Assets API still deletes relationships; its page could not be found. */
  legacyDelete: z.enum(['as-new', 'absent']),

  // Assets
  /** More than 200 to a page are asked for. */
  assetLimitOver: z.enum(['clamp', 'refuse']),
});

/** How the server behaves. */
export type AutodeskSwitches = z.infer<typeof switchesSchema>;

/** A group of requests that are counted together. */
export type LimitGroup = keyof AutodeskSwitches['limits'];

/** As documented and, where real answers differ, as observed; where nothing is known, the plainest reading. */
export const defaultSwitches: Readonly<AutodeskSwitches> = {
  ...commonDefaults,
  login: 'at-once',
  signedIn: null,
  callbackPort: 'registered',
  accessTokenSeconds: 3599,
  refreshTokenSeconds: 15 * 24 * 60 * 60,
  codeSeconds: 300,
  tokenErrors: 'oauth',
  bim360Api: true,
  provisioned: true,
  regionRequired: true,
  deniedEntities: [],
  limits: { relationships: 120, assetReads: 1000, legacy: 50, issues: 500, token: 500, revoke: 100 },
  retryAfter: 'seconds',
  permissionNull: true,
  timestamps: 'micros',
  entityOrder: 'mixed',
  extraFields: false,
  allReadOnly: false,
  deletedFlag: 'true',
  continuationToken: 'absent',
  pageLimitOver: 'clamp',
  bareSearch: 'allow',
  getDeleted: '200',
  syncPageSize: 100,
  syncEpoch: 0,
  syncTokenSeconds: null,
  foreignToken: 'overwrite',
  overwritePages: 'first',
  syncRepeats: false,
  existingPair: '200',
  sameIdAgain: '409',
  successKey: 'always',
  missingEntity: '404',
  pivotRequired: true,
  deleteUnknown: 'omit',
  checklistWritable: false,
  legacyAnswer: 'published',
  legacyDelete: 'as-new',
  assetLimitOver: 'refuse',
};

/**
 * Sets of switches to run a whole suite under. `observed` is the default; `published` follows the reference to the
 * letter where real answers differ; `contrary` takes the other reading wherever the pages leave one.
 */
export const profiles = {
  observed: {},
  published: {
    permissionNull: false,
    timestamps: 'millis',
    entityOrder: 'as-created',
    continuationToken: 'null',
    deletedFlag: 'false',
    regionRequired: false,
    successKey: 'when-some',
  },
  contrary: {
    entityOrder: 'random',
    extraFields: true,
    continuationToken: 'empty',
    pageLimitOver: 'refuse',
    bareSearch: 'refuse',
    getDeleted: '404',
    syncPageSize: 7,
    syncRepeats: true,
    overwritePages: 'all',
    existingPair: '409',
    sameIdAgain: '200',
    successKey: 'never',
    missingEntity: '400',
    deleteUnknown: 'list',
    legacyAnswer: 'both-ends',
    retryAfter: 'absent',
    tokenErrors: 'gateway',
    deletedFlag: 'false',
  },
} as const satisfies Record<string, Partial<AutodeskSwitches>>;
