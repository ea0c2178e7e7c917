import { DEFAULT_KEY } from '../../servers/clickie/seed.ts';
import { startClickieServer } from '../../servers/clickie/server.ts';
import {
  allEdges,
  createEdge,
  deleteEdge,
  type EntityType,
  mustAccount,
} from '../../servers/clickie/site.ts';
import { type ClickieSwitches, defaultSwitches, switchesSchema } from '../../servers/clickie/switches.ts';
import type { Course, Rows } from './course.ts';

const rows: Rows<ClickieSwitches> = {
  duplicate: [{ value: 409 }, { value: 200 }],
  deleteMissing: [{ value: 200 }],
  limitCap: [{ value: 1 }, { value: 2 }],
  order: [{ value: 'desc' }, { value: 'random' }, { value: 'unstable' }],
  ignoreSkip: [{ value: true, and: { limitCap: 2 } }, { value: true }],
  betweenPages: [
    { value: 'insert', drifts: true },
    { value: 'remove', drifts: true },
  ],
  staleReadMs: [{ value: 1000 }],
  archivedDefault: [{ value: 'active' }, { value: 'archived' }, { value: 'both' }],
  entityDelete: [{ value: 'hard' }],
  cascade: [{ value: true }],
  reuseIds: [{ value: true }],
  parentRows: [{ value: 'id_parent' }, { value: 'both' }, { value: 'missing-key' }],
  envelope: [{ value: 'v4.2' }, { value: 'gateway-html' }],
  clearance: [{ value: 6 }, { value: 9 }],
  rateLimit: [
    { value: { requests: 5, perMs: 1000, retryAfter: '1' } },
    { value: { requests: 5, perMs: 1000, retryAfter: null } },
  ],
  idOffset: [{ value: 2 ** 31, stays: true }],
  oddNames: [{ value: true }],
  emptyLists: [{ value: true }],
  omitEveryRow: [{ value: 2 }],
  accountSwap: [{ value: 2 }],
  refuseSelf: [{ value: true }],
  refusedPairs: [{ value: [{ parent: 'assets', child: 'metrics' }] }],
  badRequestText: [{ value: '' }, { value: 'La relación ya existe' }],
  historyOf: [{ value: 1 }],
  onlyPublished: [{ value: true }],
  identity: [{ value: { id_clearance: 2, id_user: 99 } }],
  unauthorizedFrom: [{ value: 1 }, { value: 9 }],
  delayMs: [{ value: 3 }],
  duplicateApply: [{ value: true }],
};

const kinds: Readonly<Record<EntityType, string>> = {
  assets: 'asset',
  dashboards: 'dashboard',
  metrics: 'metric',
  collaborators: 'collaborator',
};

const asset = (id: number) => ({ type: 'assets', id }) as const;
const metric = (id: number) => ({ type: 'metrics', id }) as const;

/** Both make 12 → metric 5 and remove 10 → metric 20; one makes and removes another here, and one there. */
export const clickieCourse: Course<ClickieSwitches> = {
  remote: 'Clickie',
  schema: switchesSchema,
  defaults: defaultSwitches,
  usual: {},
  rows,
  directed: true,
  edits: {
    create: [
      { source: 'asset:20', target: 'metric:21', type: null },
      { source: 'asset:12', target: 'metric:5', type: null },
    ],
    remove: [
      { source: 'asset:10', target: 'metric:5' },
      { source: 'asset:10', target: 'metric:20' },
    ],
    retype: [],
    later: { source: 'dashboard:10', target: 'metric:21', type: null },
    end: [
      'asset:10 → asset:11',
      'asset:11 → metric:20',
      'asset:12 → metric:21',
      'asset:12 → metric:5',
      'asset:20 → metric:21',
      'collaborator:1 → asset:10',
      'collaborator:2 → dashboard:10',
      'dashboard:10 → asset:10',
      'dashboard:10 → metric:21',
      'dashboard:10 → metric:5',
    ],
  },
  start: async (switches, now) => {
    const server = await startClickieServer({ switches, now });
    const account = mustAccount(server.site);
    const { idOffset = 0 } = switches;
    const toWire = (text: string) => text.replaceAll(/\d+/g, (id) => String(Number(id) + idOffset));
    return {
      server,
      draft: { name: 'it', remote: 'clickie', url: server.url, scope: '1' },
      secret: DEFAULT_KEY,
      toWire,
      there: () =>
        allEdges(account)
          .map(({ parent, child }) =>
            toWire([parent, child].map(({ type, id }) => `${kinds[type]}:${id}`).join(' → ')),
          )
          .toSorted(),
      colleague: () => {
        createEdge(account, { parent: asset(12), child: metric(5) }, now());
        deleteEdge(account, { parent: asset(10), child: metric(20) }, now());
        createEdge(account, { parent: asset(11), child: metric(20) }, now());
        deleteEdge(account, { parent: asset(11), child: asset(12) }, now());
      },
    };
  },
};
