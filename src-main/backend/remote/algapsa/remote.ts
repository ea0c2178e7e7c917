import type { Capabilities } from '../../../../src-preload/contract/capabilities.ts';
import type { Identity } from '../../../../src-preload/contract/model.ts';
import { RemoteError } from '../errors.ts';
import { createHttpClient, type HttpPorts } from '../http.ts';
import type {
  DescribedCall,
  DescribedRequest,
  Direction,
  EntityRef,
  Foreseen,
  RelatedEnd,
  Remote,
  RemoteAccess,
} from '../remote.ts';
import { isUuid, parseAsset, parseRows } from './answers.ts';
import { ASSETS, fetchAssets, readBody } from './assets.ts';
import {
  type AlgapsaCalls,
  create,
  fetchLinks,
  fetchLiveness,
  probe,
  remove,
  TYPE_MAX_LENGTH,
  toCreateBody,
  toFacts,
  toListPath,
  toRemovePath,
} from './relationships.ts';

/**
 * AlgaPSA, relationships of assets: (tenant, parent, child) is the key, so one type per ordered pair; the type is free
 * text. Source: its OpenAPI description of 2026-04-24 and what release 1.4.7 was seen to do.
 */
export const algapsaCapabilities: Capabilities = {
  directed: true,
  typed: true,
  typeMaxLength: TYPE_MAX_LENGTH,
  typeRequired: true,
  onePerPair: true,
  self: false,
  allowedPairs: null,
  clientIds: false,
  absenceProof: 'probe-and-ends',
  readOnlyReason: null,
  listedKinds: null,
};

/** A server that enforces its limit gives one request a second: more at a time would only be refused. */
const CONCURRENCY = 1;
/** With its event bus away, a delete was seen to hang for 21 seconds before it was confirmed. */
const DELETE_TIMEOUT_MS = 90_000;

/** AlgaPSA over HTTP. `scope` is the tenant, or empty where the key alone says it; the address is the server's. */
export function createAlgapsaRemote(access: RemoteAccess, ports: HttpPorts): Remote {
  const scope = access.scope.toLowerCase();
  const http = createHttpClient({
    remote: 'AlgaPSA',
    baseUrl: access.url.replace(/\/+$/, '').replace(/\/api\/v1$/, ''),
    headers: { 'x-api-key': access.secret, ...(scope === '' ? {} : { 'x-tenant-id': scope }) },
    conceals: () => [access.secret],
    rate: access.rate,
    ...(access.learning === undefined ? {} : { learning: access.learning }),
    ...(access.accountPause === undefined ? {} : { accountPause: access.accountPause() }),
    concurrency: CONCURRENCY,
    timeoutMs: { DELETE: DELETE_TIMEOUT_MS },
    ...ports,
  });
  const tenant = { id: scope === '' ? null : scope };
  const calls: AlgapsaCalls = {
    http,
    writes: { hasWorked: false, plainFaults: 0 },
    checkTenant: (told, call) => checkTenant(tenant.id, told, call),
  };
  return {
    capabilities: algapsaCapabilities,
    kinds: ['asset'],
    feed: null,
    batch: null,
    fetchCapabilities: async () => algapsaCapabilities,
    identify: async (signal) => {
      const identity = await identify(calls, scope, signal);
      tenant.id ??= identity.account;
      return identity;
    },
    fetchEntities: (_kind, signal) =>
      fetchAssets(http, (asset, call) => calls.checkTenant(asset.tenant, call), signal),
    fetchRelationshipsOf: (entity, direction, signal) =>
      fetchRelationshipsOf(calls, entity, direction, signal),
    fetchLiveness: (entity, signal) => fetchLiveness(calls, entity, signal),
    probe: (relationship, signal) => probe(calls, relationship, signal),
    create: (relationship, signal) => create(calls, relationship, signal),
    remove: (relationship, signal) => remove(calls, relationship, signal),
    describe: (call, foreseen) => foreseen.flatMap((one) => describe(call, one)),
    describeLiveness: ({ lookupId }) =>
      isUuid(lookupId) ? { method: 'GET', path: `${ASSETS}/${lookupId}` } : null,
  };
}

/** Rows name their tenant: what is another tenant's ends the run before anything is taken over. */
function checkTenant(tenant: string | null, told: string | null, call: string): void {
  if (tenant === null || told === null || told === tenant) return;
  throw new RemoteError(
    'identity-changed',
    `AlgaPSA, ${call}: the answers are those of tenant ${told}. Nothing was sent or changed.`,
  );
}

/** No route says who a key speaks for, but every asset names its tenant. */
async function identify(calls: AlgapsaCalls, scope: string, signal: AbortSignal): Promise<Identity> {
  const call = `GET ${ASSETS}`;
  const answer = await calls.http.send({ method: 'GET', path: ASSETS, query: { limit: 1 }, signal });
  const [row] = parseRows(readBody(answer, call), call);
  const tenant = row === undefined ? scope : parseAsset(row, call).tenant;
  if (scope !== '') checkTenant(scope, tenant, call);
  if (tenant === '') {
    throw new RemoteError(
      'refused',
      'There are no assets yet, so AlgaPSA does not tell whose key this is. Give the id of the tenant.',
    );
  }
  return { fingerprint: `tenant=${tenant}`, label: `tenant ${tenant}`, account: tenant };
}

/** The list holds both directions; a relationship that it names twice is one. */
async function fetchRelationshipsOf(
  calls: AlgapsaCalls,
  entity: EntityRef,
  direction: Direction,
  signal: AbortSignal,
): Promise<readonly RelatedEnd[]> {
  const [near, far] =
    direction === 'outgoing' ? (['parentId', 'childId'] as const) : (['childId', 'parentId'] as const);
  const ends = new Map<string, RelatedEnd>();
  for (const link of await fetchLinks(calls, entity, signal)) {
    const { remoteId: relationshipId, ...facts } = toFacts(link);
    if (link[near] === entity.remoteId)
      ends.set(link[far], { kind: 'asset', remoteId: link[far], ...facts, relationshipId });
  }
  return [...ends.values()];
}

/** Where the relationship is not seen from one end, it is looked for from the other; a delete is looked after. */
function describe(call: DescribedCall, { relationship, isThere }: Foreseen): DescribedRequest[] {
  const { source, target, remoteId, type } = relationship;
  const about = [relationship];
  const toLook = (end: EntityRef) => ({ method: 'GET', path: toListPath(end), about });
  switch (call) {
    case 'probe':
      return isThere ? [toLook(source)] : [toLook(source), toLook(target)];
    case 'create':
      return [{ method: 'POST', path: toListPath(source), body: toCreateBody(relationship, type), about }];
    case 'remove': {
      const condition = 'if a read tells the id of the relationship';
      const known =
        remoteId === null ? { path: toRemovePath('{id}'), condition } : { path: toRemovePath(remoteId) };
      return [{ method: 'DELETE', ...known, about }, toLook(source), toLook(target)];
    }
  }
}
