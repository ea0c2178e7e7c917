import { DEFAULT_KEY, TINY_TENANTS, tinyId } from '../../servers/algapsa/seed.ts';
import { startAlgapsaServer } from '../../servers/algapsa/server.ts';
import { mustTenant } from '../../servers/algapsa/site.ts';
import { type AlgapsaSwitches, defaultSwitches, switchesSchema } from '../../servers/algapsa/switches.ts';
import type { Course, Rows } from './course.ts';

const small = { burst: 5, perMinute: 600 };

const end = (n: number) => `asset:${tinyId(n)}`;
const ends = (source: number, target: number) => ({ source: end(source), target: end(target) });

function toText(source: number, target: number, type: string): string {
  return `${end(source)} → ${end(target)} [${type}]`;
}

const rows: Rows<AlgapsaSwitches> = {
  profile: [
    { value: 'head' },
    { value: 'documented' },
    { value: 'documented', stays: true },
    { value: 'legacy-nocontext' },
    { value: 'double-wrap' },
    { value: 'v1.2.0' },
    { value: 'v1.3.0' },
    { value: 'v1.4.0' },
  ],
  createdBody: [
    { value: 'data.data', and: { profile: 'documented' } },
    { value: 'top-level', and: { profile: 'documented' } },
  ],
  duplicate: [{ value: 'conflict' }, { value: 'plain-error' }],
  lacksPermission: [{ value: true }],
  losesReference: [{ value: true }],
  development: [{ value: true, and: { profile: 'head' } }],
  errorForm: [{ value: 'thrown' }, { value: 'controller' }, { value: 'text' }],
  enforceLimit: [{ value: true, and: { limit: small } }],
  limit: [{ value: small }],
  limiterDown: [{ value: true }],
  slowDeleteMs: [{ value: 30 }],
  failAfterCommit: [{ value: true }],
  ties: [{ value: 'shuffled' }],
  betweenPages: [
    { value: 'insert', drifts: true },
    { value: 'remove', drifts: true },
  ],
  totalOff: [{ value: 3 }],
  emptyLists: [{ value: true, deniedThere: [toText(3, 2, 'connected to')] }],
  omitEveryRow: [{ value: 2 }],
  onlyPublished: [{ value: true }],
  tenantSwap: [{ value: TINY_TENANTS.second }],
  unauthorizedFrom: [{ value: 1 }, { value: 9 }],
  delayMs: [{ value: 3 }],
  duplicateApply: [{ value: true }],
};

/** Both make 7 → 2 and remove 6 → 3; one makes and removes another here, and one there, and one is retyped here. */
export const algapsaCourse: Course<AlgapsaSwitches> = {
  remote: 'AlgaPSA',
  schema: switchesSchema,
  defaults: defaultSwitches,
  usual: { profile: 'intended' },
  rows,
  directed: true,
  edits: {
    create: [
      { ...ends(7, 1), type: 'prints through' },
      { ...ends(7, 2), type: 'near' },
    ],
    remove: [ends(3, 2), ends(6, 3)],
    retype: [{ ...ends(2, 1), type: 'uplink of' }],
    later: { ...ends(1, 4), type: 'kept by' },
    end: [
      toText(2, 1, 'uplink of'),
      toText(3, 5, 'related'),
      toText(4, 1, 'guarded by'),
      toText(5, 3, 'depends on'),
      toText(7, 1, 'prints through'),
      toText(7, 2, 'near'),
      toText(1, 4, 'kept by'),
    ].toSorted(),
  },
  start: async (switches, now) => {
    const server = await startAlgapsaServer({ switches, now });
    const tenant = mustTenant(server.site);
    return {
      server,
      draft: { name: 'it', remote: 'algapsa', url: server.url, scope: '' },
      secret: DEFAULT_KEY,
      there: () =>
        [...tenant.links.values()]
          .map(
            ({ parentId, childId, relationshipType }) =>
              `asset:${parentId} → asset:${childId} [${relationshipType}]`,
          )
          .toSorted(),
      colleague: () => {
        server.createRelationship(tinyId(7), tinyId(2), 'near');
        server.deleteRelationship(tinyId(6), tinyId(3));
        server.createRelationship(tinyId(4), tinyId(1), 'guarded by');
        server.deleteRelationship(tinyId(3), tinyId(4));
      },
    };
  },
};
