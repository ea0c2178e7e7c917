import type { Answer } from '../shared/answer.ts';
import {
  createPipeline as createSharedPipeline,
  type Incoming,
  isWrite,
  type Pipeline as SharedPipeline,
  type RequestRecord as SharedRecord,
} from '../shared/pipeline.ts';
import { type Endpoint, errorOf, type Family, gatewayError, serviceError, type World } from './answers.ts';
import { createLimitCounter, type LimitCounter } from './limits.ts';
import { authorize, revoke, token } from './oauth.ts';
import type { AutodeskSwitches } from './switches.ts';
import type { Grant } from './tokens.ts';

export type { ForbiddenRecord } from '../shared/pipeline.ts';

/** What the log says of the caller. */
interface Caller {
  /** Oxygen id; null for nobody known. Tokens and codes are never recorded. */
  readonly user: string | null;
  /** The header `x-ads-region`. */
  readonly region: string | null;
  /** Replaces the one that was sent, where that holds what must not be recorded. */
  readonly query?: Readonly<Record<string, string>>;
}

/** One line of the request log. Of the query of the authorize page only the scope is kept. */
export type RequestRecord = SharedRecord & Caller;

/** Turns requests into deliveries and remembers both. */
export type Pipeline = SharedPipeline<Endpoint, AutodeskSwitches, Caller>;

/** Creates the way of every request: log, faults, limits, tokens, endpoint, faults. */
export function createPipeline(world: World): Pipeline {
  const limits = createLimitCounter();
  return createSharedPipeline<Endpoint, AutodeskSwitches, Caller>({
    world,
    rowKeys: ['results', 'relationships', 'current', 'data', 'deleted'],
    toAbout: (incoming) => toAbout(world, incoming),
    isForbidden: ({ method }, endpoint) => isWrite(method) && endpoint === null,
    refuse: ({ path }, status, message) => errorOf(toFamily(path), status, message),
    admit: (incoming, endpoint) => admit(world, limits, incoming, endpoint),
  });
}

function toAbout(world: World, { path, query, headers }: Incoming): Caller {
  const about = {
    user: findGrant(world, headers.authorization)?.userId ?? null,
    region: headers['x-ads-region'] ?? null,
  };
  return path.startsWith('/authentication/') ? { ...about, query: { scope: query.scope ?? '' } } : about;
}

function admit(world: World, limits: LimitCounter, incoming: Incoming, endpoint: Endpoint | null): Answer {
  const { path, params, query, body, headers } = incoming;
  if (!endpoint) return errorOf(toFamily(path), 404, 'Not Found');
  const call = { world, path, params, query, body, headers };
  if (endpoint.open) return countOpen(world, limits, incoming, endpoint) ?? endpoint.answer(call);
  const grant = findGrant(world, headers.authorization);
  const user = world.site.users.find(({ id }) => id === grant?.userId);
  if (!grant || !user) return gatewayError(401, 'AUTH-006', 'The access token is invalid or has expired.');
  const tooMany = endpoint.group && limits.count(world, user.id, endpoint.group);
  if (tooMany) return tooMany;
  if (!endpoint.scopes.every((scope) => grant.scopes.includes(scope))) {
    return gatewayError(403, 'AUTH-010', 'Token does not have the privilege for this request.');
  }
  if (endpoint.family === 'relationships' && isWrite(incoming.method) && !isJson(headers['content-type'])) {
    return serviceError(415, 'The content type must be application/json.');
  }
  return endpoint.answer({ ...call, user });
}

/** The token endpoints are counted by client, which has no user yet. */
function countOpen(
  world: World,
  limits: LimitCounter,
  { body }: Incoming,
  endpoint: Endpoint,
): Answer | null {
  const who = new URLSearchParams(body).get('client_id') ?? '';
  if (endpoint === token || endpoint === authorize) return limits.count(world, who, 'token');
  return endpoint === revoke ? limits.count(world, who, 'revoke') : null;
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? '');
}

function findGrant(world: World, authorization: string | undefined): Grant | undefined {
  const text = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  return text === undefined ? undefined : world.tokens.findAccess(text, world.now());
}

function toFamily(path: string): Family {
  if (path.startsWith('/bim360/relationship/')) return 'relationships';
  if (path.startsWith('/authentication/')) return 'oauth';
  return /^\/(project|data|bim360\/checklists)\//.test(path) ? 'data' : 'assets';
}
