import { type Answer, jsonAnswer } from '../shared/answer.ts';
import { badValue, type Call, isRecord, parseBody } from './answers.ts';
import { onContainer } from './containers.ts';
import type { PartialRef } from './entity-ref.ts';
import { accept, type Parsed, reject } from './relationship-bodies.ts';
import { toRelationshipRow } from './relationship-rows.ts';
import { anyRelationship, isMeant, readFeed } from './relationships.ts';
import type { Project, Relationship } from './site.ts';
import { parseSyncToken, type SyncState, toSyncToken } from './sync-token.ts';

const mostDomains = 20;
const mostTokens = 50;

/** One call's place in a round of sync. */
interface Round {
  readonly state: SyncState;
  /** What this page says. */
  readonly overwrite: boolean;
}

/** `POST …/relationships:sync`: what changed behind a token, or everything without one. */
export const syncRelationships = onContainer(['data:read'], (call, project) => {
  const body = parseBody(call.body);
  if (!isRecord(body)) return badValue('body', call.body);
  const { syncToken, filters } = body;
  if (syncToken === undefined || syncToken === null) {
    const domains = parseDomains(filters);
    return domains.ok
      ? answerSync(call, project, { state: toStart(call, project, domains.value), overwrite: false })
      : domains.answer;
  }
  if (filters !== undefined && filters !== null) return badValue('filters', filters);
  const round = resume(call, project, syncToken);
  return round.ok ? answerSync(call, project, round.value) : round.answer;
});

/** `POST …/relationships:syncStatus`: whether there is more behind each token; wrong tokens do not spoil the rest. */
export const getSyncStatus = onContainer(['data:read'], (call, project) => {
  const body = parseBody(call.body);
  if (!Array.isArray(body) || body.length < 1 || body.length > mostTokens) return badValue('body', call.body);
  const items: unknown[] = body;
  const statuses = items.map((item) => toStatus(call, project, item));
  return jsonAnswer(200, {
    results: statuses.flatMap(({ result }) => result ?? []),
    errors: statuses.flatMap(({ error }) => error ?? []),
  });
});

function toStatus(call: Call, project: Project, item: unknown): { result?: object; error?: object } {
  const { syncToken, referenceId }: Readonly<Record<string, unknown>> = isRecord(item) ? item : {};
  const named = { ...(referenceId === undefined ? {} : { referenceId }), syncToken };
  const round = resume(call, project, syncToken);
  if (!round.ok) {
    const problem = parseBody(round.answer.body);
    return { error: { ...(isRecord(problem) ? problem : {}), ...named } };
  }
  const { state, overwrite } = round.value;
  const { relationships } = readFeed(project, state.position, 1, (relationship) =>
    isWanted(relationship, state),
  );
  return { result: { moreData: relationships.length > 0, overwrite, ...named } };
}

function answerSync(call: Call, project: Project, { state, overwrite }: Round): Answer {
  const { syncPageSize, syncRepeats, deletedFlag } = call.world.switches;
  const wants = (relationship: Relationship) => isWanted(relationship, state);
  const repeated = syncRepeats && state.position > 0 ? 1 : 0;
  const page = readFeed(project, state.position - repeated, syncPageSize + repeated, wants);
  const current = page.relationships.filter(({ deletedAt }) => deletedAt === null);
  const deleted = page.relationships.filter(({ deletedAt }) => deletedAt !== null);
  const next = { ...state, position: page.next, overwrite: overwrite && page.more };
  return jsonAnswer(200, {
    current: { data: current.map((relationship) => toRelationshipRow(call, relationship)) },
    deleted: {
      data: deleted.map((relationship) =>
        toRelationshipRow(call, relationship, { isDeleted: deletedFlag === 'true' }),
      ),
    },
    moreData: page.more,
    overwrite,
    nextSyncToken: toSyncToken({ ...next, issuedAt: call.world.now() }),
  });
}

/** What was deleted before the first call was never given, so there is nothing to take back. */
function isWanted(relationship: Relationship, { query, base }: SyncState): boolean {
  return isMeant(relationship, query) && (relationship.deletedAt === null || relationship.sequence > base);
}

function toStart({ world, user }: Call, project: Project, domains: readonly string[]): SyncState {
  return {
    containerId: project.id,
    userId: user.id,
    query: { ...anyRelationship, ends: domains.map((domain): PartialRef => ({ domain })) },
    position: 0,
    base: project.feed.length,
    overwrite: false,
    epoch: world.switches.syncEpoch,
    issuedAt: world.now(),
  };
}

function resume(call: Call, project: Project, syncToken: unknown): Parsed<Round> {
  const state = typeof syncToken === 'string' ? parseSyncToken(syncToken) : undefined;
  if (!state) return reject(badValue('syncToken', syncToken));
  const { foreignToken, overwritePages } = call.world.switches;
  const isForeign = state.containerId !== project.id || state.userId !== call.user.id;
  if (isForeign && foreignToken === 'refuse') return reject(badValue('syncToken', syncToken));
  if (isForeign || isTooOld(call, state)) {
    const fresh = { ...toStart(call, project, []), query: state.query };
    return accept({ state: fresh, overwrite: true });
  }
  return accept({ state, overwrite: state.overwrite && overwritePages === 'all' });
}

function isTooOld({ world }: Call, { epoch, issuedAt }: SyncState): boolean {
  const { syncEpoch, syncTokenSeconds } = world.switches;
  if (epoch !== syncEpoch) return true;
  return syncTokenSeconds !== null && world.now() - issuedAt > syncTokenSeconds * 1000;
}

function parseDomains(filters: unknown): Parsed<string[]> {
  if (filters === undefined || filters === null) return accept([]);
  const domains: unknown = isRecord(filters) ? filters.domains : undefined;
  if (domains === undefined || domains === null) return accept([]);
  const isList = Array.isArray(domains) && domains.length >= 1 && domains.length <= mostDomains;
  const texts = isList ? domains.filter((one): one is string => typeof one === 'string' && one !== '') : [];
  return isList && texts.length === domains.length
    ? accept(texts)
    : reject(badValue('filters.domains', domains));
}
