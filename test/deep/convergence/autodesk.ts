import { randomUUID } from 'node:crypto';
import { toKind } from '../../../src-main/backend/remote/autodesk/kinds.ts';
import { toSecretText } from '../../../src-main/backend/remote/autodesk/sign-in-secret.ts';
import { type EntityRef, type KindName, kinds, toRef } from '../../servers/autodesk/entity-ref.ts';
import {
  addRelationship,
  findRelationship,
  livingRelationships,
  removeRelationship,
} from '../../servers/autodesk/relationships.ts';
import { CLIENT, COLLEAGUE, tinyIds } from '../../servers/autodesk/seed.ts';
import { type AutodeskServer, startAutodeskServer } from '../../servers/autodesk/server.ts';
import { mustProject, type Project } from '../../servers/autodesk/site.ts';
import { type AutodeskSwitches, defaultSwitches, switchesSchema } from '../../servers/autodesk/switches.ts';
import type { Course, Rows } from './course.ts';

const few = { relationships: 4, assetReads: 4, legacy: 1, issues: 2, token: 1, revoke: 1 };
const limited = { limits: few };
/** A round of `:sync` that starts anew, as the next one does whose token is of another epoch. */
const anew = { syncEpoch: 1 };

const rows: Rows<AutodeskSwitches> = {
  login: [{ value: 'page' }, { value: 'denied' }],
  signedIn: [{ value: COLLEAGUE.id }],
  callbackPort: [{ value: 'any' }],
  accessTokenSeconds: [{ value: 1 }],
  refreshTokenSeconds: [{ value: 1 }],
  codeSeconds: [{ value: 1 }],
  tokenErrors: [{ value: 'gateway' }],
  bim360Api: [{ value: false }],
  provisioned: [{ value: false }],
  regionRequired: [{ value: false }],
  deniedEntities: [{ value: [tinyIds.issue(1)] }, { value: [tinyIds.asset(4)] }],
  limits: [{ value: few }],
  retryAfter: [
    { value: 'date', and: limited },
    { value: 'absent', and: limited },
  ],
  permissionNull: [{ value: false }],
  timestamps: [{ value: 'millis' }],
  entityOrder: [{ value: 'as-created' }, { value: 'random' }],
  extraFields: [{ value: true }],
  allReadOnly: [{ value: true }],
  deletedFlag: [{ value: 'false' }],
  continuationToken: [{ value: 'null' }, { value: 'empty' }],
  pageLimitOver: [{ value: 'refuse' }],
  bareSearch: [{ value: 'refuse' }],
  getDeleted: [{ value: '404' }],
  syncPageSize: [{ value: 1 }],
  syncEpoch: [{ value: 1 }],
  syncTokenSeconds: [{ value: 0 }],
  foreignToken: [{ value: 'refuse' }],
  overwritePages: [{ value: 'all', and: { ...anew, syncPageSize: 2 } }],
  syncRepeats: [{ value: true, and: { syncPageSize: 2 } }],
  existingPair: [{ value: '409' }],
  sameIdAgain: [{ value: '200' }],
  successKey: [{ value: 'when-some' }, { value: 'never' }],
  missingEntity: [{ value: '400' }, { value: '403' }],
  pivotRequired: [{ value: false }],
  deleteUnknown: [{ value: 'list' }, { value: '404' }],
  checklistWritable: [{ value: true }],
  legacyAnswer: [{ value: 'both-ends' }],
  legacyDelete: [{ value: 'absent' }],
  assetLimitOver: [{ value: 'clamp' }],
  unauthorizedFrom: [{ value: 1 }, { value: 9 }],
  delayMs: [{ value: 3 }],
  duplicateApply: [{ value: true }],
};

type Kind = Extract<KindName, 'asset' | 'issue' | 'checklist' | 'document'>;

const ref = (kind: Kind, n: number) => toRef(kind, tinyIds[kind](n));
const end = (kind: Kind, n: number) => `${toKind(kinds[kind].domain, kinds[kind].type)}:${tinyIds[kind](n)}`;
const ofAsset = (asset: number, kind: Kind, n: number) => ({
  source: end('asset', asset),
  target: end(kind, n),
});

/** A sign-in that renews itself, as the browser leaves one behind. */
function toSecret(server: AutodeskServer, now: number): string {
  const tokens = server.signIn();
  const at = new Date(now).toISOString();
  return toSecretText({
    refreshToken: tokens.refresh_token,
    accessToken: tokens.access_token,
    expiresAt: new Date(now + tokens.expires_in * 1000).toISOString(),
    signedInAt: at,
    refreshedAt: at,
  });
}

/** There is no direction, so the ends stand in one order. */
function toText(ends: readonly string[]): string {
  return ends.toSorted().join(' → ');
}

function relate(project: Project, one: EntityRef, other: EntityRef, now: number): void {
  if (findRelationship(project, one, other) !== undefined) return;
  addRelationship(project, [one, other], { id: randomUUID(), now });
}

function unrelate(project: Project, one: EntityRef, other: EntityRef, now: number): void {
  const known = findRelationship(project, one, other);
  if (known !== undefined) removeRelationship(project, known.id, now);
}

const related = (asset: number, kind: Kind, n: number) => toText([end('asset', asset), end(kind, n)]);

/** Both make 4 – issue 2 and remove 3 – issue 2; one makes and removes another here, and one there. */
export const autodeskCourse: Course<AutodeskSwitches> = {
  remote: 'Autodesk',
  schema: switchesSchema,
  defaults: defaultSwitches,
  usual: {},
  rows,
  directed: false,
  edits: {
    create: [
      { ...ofAsset(4, 'issue', 1), type: null },
      { ...ofAsset(4, 'issue', 2), type: null },
      { ...ofAsset(2, 'checklist', 1), type: null },
    ],
    remove: [ofAsset(1, 'issue', 1), ofAsset(3, 'issue', 2)],
    retype: [],
    later: { ...ofAsset(3, 'issue', 1), type: null },
    end: [
      related(3, 'issue', 1),
      related(4, 'issue', 1),
      related(4, 'issue', 2),
      related(2, 'checklist', 1),
      related(1, 'checklist', 1),
      related(2, 'document', 2),
      related(2, 'issue', 2),
    ].toSorted(),
  },
  start: async (switches, now) => {
    const server = await startAutodeskServer({ switches, now });
    const project = mustProject(server.site);
    const options = {
      region: 'EMEA',
      clientId: CLIENT.clientId,
      callback: 'http://localhost:8080/oauth/callback/',
    } as const;
    return {
      server,
      draft: { name: 'it', remote: 'autodesk', url: server.url, scope: project.id, options },
      secret: toSecret(server, now()),
      signInAgain: () => toSecret(server, now()),
      there: () =>
        livingRelationships(project)
          .map(({ ends }) => toText(ends.map(({ domain, type, id }) => `${toKind(domain, type)}:${id}`)))
          .toSorted(),
      colleague: () => {
        relate(project, ref('asset', 4), ref('issue', 2), now());
        unrelate(project, ref('asset', 3), ref('issue', 2), now());
        relate(project, ref('asset', 2), ref('issue', 2), now());
        unrelate(project, ref('asset', 1), ref('document', 1), now());
      },
    };
  },
};
