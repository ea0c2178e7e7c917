import type { Capabilities } from '../../../../src-preload/contract/capabilities.ts';
import type { Identity } from '../../../../src-preload/contract/model.ts';
import { must } from '../../must.ts';
import type { Clock, Fetch } from '../../ports.ts';
import { RemoteError } from '../errors.ts';
import type { Remote, RemoteFacts, RemoteRelationship } from '../remote.ts';
import { readBody } from './answers.ts';
import { fetchAssets, fetchCategories, fetchLiveness } from './assets.ts';
import {
  type AutodeskCalls,
  createCalls,
  findUser,
  type Place,
  refuseBadProject,
  toContainerPath,
} from './calls.ts';
import { autodeskBatchLimits } from './compose.ts';
import { createBatch } from './create.ts';
import { describeCall } from './describe.ts';
import { sendDiagnosed } from './diagnose.ts';
import { areDocumentsDue, DOCUMENT_KIND, fetchDocuments } from './documents.ts';
import { FAR_KINDS, fetchFarEntities } from './far-ends.ts';
import { fetchChanges } from './feed.ts';
import { toEndKey } from './kinds.ts';
import { fetchRelationshipsOf, probe, probeBatch } from './reads.ts';
import { removeBatch } from './remove.ts';
import type { Tokens } from './tokens-port.ts';
import { fetchCapabilities } from './writable.ts';

/**
 * Relationships of Autodesk BIM 360 and ACC: pairs without direction and type, by ids that the caller may propose.
 * Source: the vendor's reference of the Relationships API v2 and of the Assets API.
 */
export const autodeskCapabilities: Capabilities = {
  directed: false,
  typed: false,
  typeMaxLength: null,
  typeRequired: false,
  onePerPair: true,
  self: false,
  allowedPairs: null,
  clientIds: true,
  absenceProof: 'probe',
  readOnlyReason: null,
  listedKinds: ['category', 'asset'],
};

const usualKinds = ['category', 'asset', ...FAR_KINDS];

/** Autodesk over HTTP. `scope` is the id of the project. */
export function createAutodeskRemote(
  place: Place,
  ports: { fetch: Fetch; clock: Clock; tokens: Tokens },
): Remote {
  const calls = createCalls(place, ports);
  return {
    capabilities: autodeskCapabilities,
    get kinds() {
      return areDocumentsDue(calls) ? [...usualKinds, DOCUMENT_KIND] : usualKinds;
    },
    feed: { fetchChanges: (cursor, signal) => fetchChanges(calls, cursor, signal) },
    batch: {
      limits: autodeskBatchLimits,
      create: (relationships, signal) => createBatch(calls, relationships, signal),
      remove: (relationships, signal) => removeBatch(calls, relationships, signal),
      probe: (relationships, signal) => probeBatch(calls, relationships, signal),
    },
    identify: (signal) => identify(calls, signal),
    identifyAgain: (signal) => readIdentity(calls, signal),
    fetchCapabilities: (signal) => fetchCapabilities(calls, autodeskCapabilities, signal),
    fetchEntities: (kind, signal) => fetchEntities(calls, kind, signal),
    fetchRelationshipsOf: (entity, _direction, signal) => fetchRelationshipsOf(calls, entity, signal),
    fetchLiveness: (entity, signal) => fetchLiveness(calls, entity, signal),
    probe: (relationship, signal) => probe(calls, relationship, signal),
    create: (relationship, signal) => create(calls, relationship, signal),
    remove: (relationship, signal) => remove(calls, relationship, signal),
    describe: (call, foreseen) => describeCall(calls, call, foreseen),
    describeLiveness: () => null,
    toldRemoval: (entity) => calls.removals.get(toEndKey(entity)) ?? null,
  };
}

function fetchEntities(calls: AutodeskCalls, kind: string, signal: AbortSignal) {
  if (kind === 'asset') return fetchAssets(calls, signal);
  if (kind === DOCUMENT_KIND) return fetchDocuments(calls, signal);
  return kind === 'category' ? fetchCategories(calls, signal) : fetchFarEntities(calls, kind, signal);
}

/** As `readIdentity`, once the project was seen to be open to the token. */
async function identify(calls: AutodeskCalls, signal: AbortSignal): Promise<Identity> {
  refuseBadProject(calls);
  const path = toContainerPath(calls, ':search');
  const request = { method: 'GET', path, query: { pageLimit: 1 }, signal } as const;
  readBody(await sendDiagnosed(calls, calls.relationships, request), `GET ${path}`);
  return await readIdentity(calls, signal);
}

/**
 * Whom the token is for, as it says itself. No page tells of an endpoint that says who is behind an opaque token; one
 * such is “unknown”, and so is another after it.
 */
async function readIdentity(calls: AutodeskCalls, signal: AbortSignal): Promise<Identity> {
  const { project, region, tokens } = calls;
  const user = findUser(await tokens.accessToken(signal)) ?? 'unknown';
  return {
    fingerprint: `user=${user} project=${project} region=${region}`,
    label: `project ${project} as ${user}`,
    account: project,
  };
}

async function create(
  calls: AutodeskCalls,
  relationship: RemoteRelationship,
  signal: AbortSignal,
): Promise<RemoteFacts> {
  const [outcome] = await createBatch(calls, [relationship], signal);
  if (outcome instanceof RemoteError) throw outcome;
  return must(outcome, 'the outcome of a create');
}

async function remove(calls: AutodeskCalls, relationship: RemoteRelationship, signal: AbortSignal) {
  const [outcome] = await removeBatch(calls, [relationship], signal);
  if (outcome instanceof RemoteError) throw outcome;
}
