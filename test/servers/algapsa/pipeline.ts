import { type Answer, emptyAnswer, htmlAnswer, jsonAnswer } from '../shared/answer.ts';
import {
  createPipeline as createSharedPipeline,
  type Incoming,
  isWrite,
  type Pipeline as SharedPipeline,
  type RequestRecord as SharedRecord,
} from '../shared/pipeline.ts';
import { type Handler, internalError, thrown, traitsOf, type World } from './answers.ts';
import { inForm } from './error-form.ts';
import { createLimiter, type Limiter } from './rate-limit.ts';
import type { ApiKey, Tenant } from './site.ts';
import type { AlgapsaSwitches } from './switches.ts';

/** What the log says of the caller; the key itself is never recorded. */
interface Caller {
  /** The tenant that the key opens. */
  readonly tenant: string | null;
  readonly keyOwner: string | null;
}

/** One line of the request log. */
export type RequestRecord = SharedRecord & Caller;

/** Turns requests into deliveries and remembers both. */
export type Pipeline = SharedPipeline<Handler, AlgapsaSwitches, Caller>;

interface Admission {
  readonly key: ApiKey;
  readonly tenant: Tenant;
}

/** Creates the way of every request: log, faults, edge, key, limit, handler, faults. */
export function createPipeline(world: World): Pipeline {
  const limiter = createLimiter(world);
  return createSharedPipeline<Handler, AlgapsaSwitches, Caller>({
    world,
    rowKeys: ['data'],
    toAbout: (incoming) => {
      const key = findKey(world, incoming);
      return { tenant: key?.tenantId ?? null, keyOwner: key?.owner ?? null };
    },
    isForbidden,
    refuse: (_incoming, status, message) => inForm(world, thrown(status, codes[status] ?? 'ERROR', message)),
    admit: (incoming, handler) => {
      const answer = inForm(world, pass(world, limiter, incoming, handler));
      return { ...answer, headers: { ...toCommonHeaders(incoming), ...answer.headers } };
    },
  });
}

const codes: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  429: 'RATE_LIMITED',
  500: 'INTERNAL_ERROR',
};

/** What stands before the handlers, from the outside to the inside. */
function pass(world: World, limiter: Limiter, incoming: Incoming, handler: Handler | null): Answer {
  if (incoming.method === 'OPTIONS') return emptyAnswer(204);
  if (!incoming.headers['x-api-key']) {
    return jsonAnswer(401, { error: 'Unauthorized: API key missing' });
  }
  const isPublished = incoming.method === 'POST' && incoming.path.endsWith('/relationships');
  if (world.switches.onlyPublished && !isPublished) return htmlAnswer(404, '404 Not Found');
  if (!handler) return isKnown(incoming.path) ? emptyAnswer(405) : htmlAnswer(404, '404 Not Found');
  if (!traitsOf(world).hasContext) return internalError(world, 'Request context not available');
  const admission = admit(world, incoming);
  if ('status' in admission) return admission;
  const toll = limiter.take(admission.key.key);
  const answer = 'refusal' in toll ? toll.refusal : call(world, admission, incoming, handler);
  return { ...answer, headers: { ...answer.headers, ...toll.headers } };
}

function admit(world: World, incoming: Incoming): Admission | Answer {
  const { site, switches } = world;
  const invalidKey = thrown(401, 'UNAUTHORIZED', 'Invalid API key');
  const key = findKey(world, incoming);
  const askedTenant = incoming.headers['x-tenant-id'];
  if (!key?.active) return invalidKey;
  if (askedTenant !== undefined && askedTenant.toLowerCase() !== key.tenantId) return invalidKey;
  const tenant = site.tenants.get(switches.tenantSwap ?? key.tenantId);
  if (!tenant) return invalidKey;
  if (tenant.product === 'algadesk') {
    return thrown(403, 'PRODUCT_ACCESS_DENIED', 'This product does not include assets');
  }
  return { key, tenant };
}

function call(world: World, { key, tenant }: Admission, incoming: Incoming, handler: Handler): Answer {
  const { params, query, body } = incoming;
  const answer = handler({ world, tenant, key, params, query, body });
  const isLost = traitsOf(world).isDoubleWrapped && answer.status < 300;
  return isLost ? jsonAnswer(200, {}) : answer;
}

function findKey({ site }: World, { headers }: Incoming): ApiKey | undefined {
  return site.keys.find(({ key }) => key === headers['x-api-key']);
}

function toCommonHeaders({ path, headers }: Incoming): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    'access-control-allow-credentials': 'true',
    'x-pathname': path,
  };
}

function isKnown(path: string): boolean {
  return /^\/api\/v1\/assets(\/[^/]+(\/relationships)?|\/relationships\/[^/]+)?$/.test(path);
}

/** Writes other than to relationships. */
function isForbidden({ method, path }: Incoming): boolean {
  if (!isWrite(method)) return false;
  const isCreate = method === 'POST' && /^\/api\/v1\/assets\/[^/]+\/relationships$/.test(path);
  const isDelete = method === 'DELETE' && /^\/api\/v1\/assets\/relationships\/[^/]+$/.test(path);
  return !isCreate && !isDelete;
}
