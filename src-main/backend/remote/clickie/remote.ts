import type { Capabilities } from '../../../../src-preload/contract/capabilities.ts';
import { must } from '../../must.ts';
import type { Clock, Fetch } from '../../ports.ts';
import { RemoteError } from '../errors.ts';
import { createHttpClient, type HttpClient, quote } from '../http.ts';
import type {
  Direction,
  EntityRef,
  Liveness,
  NamedEnd,
  RelatedEnd,
  Remote,
  RemoteAccess,
  RemoteEntity,
  RemoteFacts,
  RemoteRelationship,
} from '../remote.ts';
import {
  findAccountId,
  isAbout,
  isClickieRefusal,
  isError,
  parseClearance,
  parseEntity,
  parseOtherEnd,
} from './answers.ts';
import { fetchChangedBy } from './history.ts';
import { type ClickieKind, clickieKinds, toPlural } from './kinds.ts';
import { fetchList } from './list.ts';
import { isSearchCheaper, searchMetricsOf } from './search.ts';

/**
 * Clickie API v4, relationships. A relationship is (account, parent, child): directed, untyped, without id.
 * Source: Clickie API v4 documentation, page Resource Relationships.
 */
export const clickieCapabilities: Capabilities = {
  directed: true,
  typed: false,
  typeMaxLength: null,
  typeRequired: false,
  onePerPair: true,
  self: false,
  allowedPairs: null,
  clientIds: false,
  absenceProof: 'probe-and-ends',
  readOnlyReason: null,
  listedKinds: null,
};

/** What the published paths are appended to. */
export const CLICKIE_URL = 'https://api.clickie.io/v4';

const CONCURRENCY = 4;
/** So many parents are looked at from the other side before a list of parents is believed. */
const CROSS_CHECKED = 3;

/** Clickie over HTTP. The key travels raw in `Authorization`, the account in `Account`. */
export function createClickieRemote(access: RemoteAccess, ports: { fetch: Fetch; clock: Clock }): Remote {
  const http = createHttpClient({
    remote: 'Clickie',
    baseUrl: access.url,
    headers: { authorization: access.secret, account: access.scope },
    conceals: () => [access.secret],
    rate: access.rate,
    ...(access.learning === undefined ? {} : { learning: access.learning }),
    ...(access.accountPause === undefined ? {} : { accountPause: access.accountPause() }),
    concurrency: CONCURRENCY,
    ...ports,
  });
  return {
    capabilities: clickieCapabilities,
    kinds: clickieKinds.map(({ kind }) => kind),
    feed: null,
    batch: null,
    bulk: {
      source: 'asset',
      target: 'metric',
      isCheaper: isSearchCheaper,
      fetchTargetsOf: (entities, signal) => searchMetricsOf(http, entities, signal),
    },
    hints: {
      teller: 'collaborator',
      fetchChangedBy: (teller, since, signal) => fetchChangedBy(http, teller, since, signal),
    },
    fetchCapabilities: async () => clickieCapabilities,
    identify: (signal) => identify(http, access.scope, signal),
    fetchEntities: (kind, signal) => fetchEntities(http, kind, signal),
    fetchRelationshipsOf: (entity, direction, signal) =>
      fetchRelationshipsOf(http, entity, direction, signal),
    fetchLiveness: (entity, signal) => fetchLiveness(http, entity, signal),
    probe: async (relationship, signal) => ((await probe(http, relationship, signal)) ? untyped : null),
    create: async (relationship, signal) => {
      await create(http, relationship, signal);
      return untyped;
    },
    remove: (relationship, signal) => remove(http, relationship, signal),
    describe: (call, foreseen) =>
      foreseen.map(({ relationship }) => ({
        method: methods[call],
        path: toPath(relationship),
        about: [relationship],
      })),
    describeLiveness: (entity) => {
      const path = toEntityPath(entity);
      return path === null ? null : { method: 'GET', path };
    },
  };
}

/** A relationship of Clickie has neither a type nor an id. */
const untyped: RemoteFacts = { type: null, remoteId: null };

type Ends = Pick<RemoteRelationship, 'source' | 'target'>;

const methods = { probe: 'GET', create: 'POST', remove: 'DELETE' } as const;

async function identify(http: HttpClient, account: string, signal: AbortSignal) {
  const path = '/clearances/me';
  const { body } = await http.send({ method: 'GET', path, signal });
  const clearance = parseClearance(body, `GET ${path}`);
  await refuseOtherAccount(http, account, signal);
  const user =
    clearance.id_user === null || clearance.id_user === undefined ? '' : `;user=${clearance.id_user}`;
  const name =
    clearance.clearance_description ?? clearance.clearance_code ?? `clearance ${clearance.id_clearance}`;
  return {
    fingerprint: `account=${account};clearance=${clearance.id_clearance}${user}`,
    label: `${name}, account ${account}`,
    account,
  };
}

/** The clearance looks the same in every account, so the account is asked for its own number where it may be. */
async function refuseOtherAccount(http: HttpClient, account: string, signal: AbortSignal): Promise<void> {
  const path = `/accounts/${account}`;
  const told = await http.send({ method: 'GET', path, signal }).then(
    ({ status, body }) => (status === 200 ? findAccountId(body) : undefined),
    (error: unknown) => {
      if (error instanceof RemoteError && ['forbidden', 'foreign-answer'].includes(error.kind))
        return undefined;
      throw error;
    },
  );
  if (told === undefined || String(told) === String(Number(account))) return;
  throw new RemoteError(
    'identity-changed',
    `Clickie, GET ${path}: the answers are those of account ${told}. Nothing was sent or changed.`,
  );
}

async function* fetchEntities(
  http: HttpClient,
  kindName: string,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const kind = must(
    clickieKinds.find((known) => known.kind === kindName),
    `the kind ${kindName}`,
  );
  const seen = new Set<string>();
  yield* fetchEntityPass(http, kind, kind.archivable ? false : null, seen, signal);
  if (!kind.archivable) return;
  try {
    yield* fetchEntityPass(http, kind, true, seen, signal);
  } catch (error) {
    // a clearance may not see archived ones; those we know are then asked for one by one, never taken as gone
    if (!(error instanceof RemoteError && error.kind === 'forbidden')) throw error;
  }
}

async function* fetchEntityPass(
  http: HttpClient,
  kind: ClickieKind,
  archived: boolean | null,
  seen: Set<string>,
  signal: AbortSignal,
): AsyncGenerator<readonly RemoteEntity[]> {
  const path = `/${kind.plural}`;
  const list = {
    path,
    query: archived === null ? {} : { archived },
    parse: (row: unknown) => parseEntity(kind, row, archived === true, `GET ${path}`),
    toKey: ({ remoteId }: RemoteEntity) => remoteId,
  };
  for await (const entities of fetchList(http, list, signal)) {
    const fresh = entities.filter((entity) => !seen.has(entity.remoteId));
    for (const entity of fresh) seen.add(entity.remoteId);
    if (fresh.length > 0) yield fresh;
  }
}

async function fetchRelationshipsOf(
  http: HttpClient,
  entity: EntityRef,
  direction: Direction,
  signal: AbortSignal,
): Promise<readonly RelatedEnd[]> {
  const path = `/relationships/${toPlural(entity.kind)}/${entity.remoteId}`;
  const list = {
    path,
    query: { direction: direction === 'outgoing' ? 'child' : 'parent' },
    parse: (row: unknown) => parseOtherEnd(row, entity, direction, `GET ${path}`),
    toKey: ({ kind, remoteId }: NamedEnd) => `${kind}:${remoteId}`,
  };
  const ends: NamedEnd[] = [];
  for await (const page of fetchList(http, list, signal)) ends.push(...page);
  if (direction === 'incoming') await crossCheck(http, entity, ends.slice(0, CROSS_CHECKED), signal);
  return ends.map((end) => ({ ...end, type: null, relationshipId: null }));
}

/** Rows of parents are not documented and may mean children: some are looked at as children of the other end. */
async function crossCheck(
  http: HttpClient,
  entity: EntityRef,
  parents: readonly NamedEnd[],
  signal: AbortSignal,
): Promise<void> {
  for (const parent of parents) {
    if (await probe(http, { source: { ...parent, lookupId: '' }, target: entity }, signal)) continue;
    throw new RemoteError(
      'foreign-answer',
      `Clickie, GET /relationships/${toPlural(entity.kind)}/${entity.remoteId}: the list of parents names ` +
        `${parent.kind} ${parent.remoteId}, which has no such child. It was not taken over.`,
    );
  }
}

async function fetchLiveness(http: HttpClient, entity: EntityRef, signal: AbortSignal): Promise<Liveness> {
  const path = toEntityPath(entity);
  if (path === null) return 'unknown';
  const { status, body } = await http.send({ method: 'GET', path, signal });
  if (status >= 200 && status < 300) return isRecord(body) && !isError(body) ? 'alive' : 'unknown';
  return status === 404 && isClickieRefusal(body) ? 'gone' : 'unknown';
}

/** Null for what cannot be asked for by the id that is known. */
function toEntityPath({ kind, lookupId }: EntityRef): string | null {
  const form = clickieKinds.find((known) => known.kind === kind)?.lookupForm;
  if (form?.test(lookupId) !== true) return null;
  return `/${toPlural(kind)}/${encodeURIComponent(lookupId)}`;
}

function isRecord(body: unknown): boolean {
  return typeof body === 'object' && body !== null;
}

function toPath({ source, target }: Ends): string {
  return `/relationships/${toPlural(source.kind)}/${source.remoteId}/${toPlural(target.kind)}/${target.remoteId}`;
}

async function probe(http: HttpClient, relationship: Ends, signal: AbortSignal): Promise<boolean> {
  const path = toPath(relationship);
  const { status, body } = await http.send({ method: 'GET', path, signal });
  if (status === 404 && isClickieRefusal(body)) return false;
  const ok = status === 200 && isAbout(body, relationship.source.remoteId, relationship.target.remoteId);
  if (ok) return true;
  throw new RemoteError(
    'foreign-answer',
    `Clickie, GET ${path}: the answer (status ${status}) says nothing about this relationship. Nothing was changed.`,
  );
}

/** A 400 means a duplicate, a forbidden pair or a malformed call, told apart only by words: the edge decides. */
async function create(http: HttpClient, relationship: Ends, signal: AbortSignal): Promise<void> {
  const path = toPath(relationship);
  const { status, body } = await http.send({ method: 'POST', path, signal });
  if (status === 201 && isAbout(body, relationship.source.remoteId, relationship.target.remoteId)) return;
  if (await probe(http, relationship, signal)) return;
  if (status === 404) await refuseIfEndRemoved(http, relationship, signal);
  if (status < 300) {
    throw new RemoteError(
      'server-fault',
      `Clickie, POST ${path}: a success was told, but the relationship is not there.`,
    );
  }
  throw new RemoteError('refused', `Clickie refused the relationship (status ${status}${quote(body)}).`);
}

/** A 404 means the edge, an end, the route or the account: only with both ends alive is the edge proved gone. */
async function remove(http: HttpClient, relationship: Ends, signal: AbortSignal): Promise<void> {
  const path = toPath(relationship);
  const { status, body } = await http.send({ method: 'DELETE', path, signal });
  if (status < 300 && !isError(body)) return;
  if (await probe(http, relationship, signal)) {
    throw new RemoteError(
      'refused',
      `Clickie refused to remove the relationship (status ${status}${quote(body)}).`,
    );
  }
  await refuseIfEndRemoved(http, relationship, signal);
}

async function refuseIfEndRemoved(
  http: HttpClient,
  { source, target }: Ends,
  signal: AbortSignal,
): Promise<void> {
  const removedEnds: EntityRef[] = [];
  for (const end of [source, target]) {
    const liveness = await fetchLiveness(http, end, signal);
    if (liveness === 'gone') removedEnds.push(end);
    if (liveness === 'unknown') {
      throw new RemoteError(
        'server-fault',
        `Clickie did not say whether ${end.kind} ${end.remoteId} still exists.`,
      );
    }
  }
  if (removedEnds.length === 0) return;
  const names = removedEnds.map((end) => `${end.kind} ${end.remoteId}`).join(' and ');
  throw new RemoteError('end-removed', `Clickie no longer has ${names}.`, { removedEnds });
}
