import type { Clock, Fetch } from '../../ports.ts';
import { RemoteError } from '../errors.ts';
import { assertSafeUrl, createHttpClient, type HttpClient } from '../http.ts';
import type { RemoteAccess, ToldRemoval } from '../remote.ts';
import { isUuid } from './kinds.ts';
import type { Tokens } from './tokens-port.ts';

/** What was seen of the documents of a project, so that its folders are gone through only where that may tell more. */
export interface DocumentMemory {
  /** Documents that were listed, and those that a relationship named and no list did. */
  readonly known: Set<string>;
  /** When the folders were gone through last; null where there may be something new in them. */
  listedAt: Date | null;
}

/** What every call works with. The limits hold for each service on its own, so each has a client. */
export interface AutodeskCalls {
  /** UUID, lower case, without `b.`. */
  readonly project: string;
  readonly region: string;
  readonly tokens: Tokens;
  readonly relationships: HttpClient;
  readonly assets: HttpClient;
  /** The relationships of the Assets API. */
  readonly legacy: HttpClient;
  readonly clock: Clock;
  /** Issues, checklists, forms and documents, for their names. */
  readonly others: HttpClient;
  /** Ids of relationships that were told to be read-only for this user. */
  readonly readOnly: Set<string>;
  /** When entities were removed and by whom, by their ends, as answers told. */
  readonly removals: Map<string, ToldRemoval>;
  /** Pairs of kinds that the allow list was seen to hold; null before it was asked for. */
  writable: ReadonlySet<string> | null;
  /** Where the Assets API of the project's product is; null before it was asked. */
  assetsBase: string | null;
  /** By its id; null before the categories were listed. */
  categoryNames: ReadonlyMap<string, string> | null;
  /** Whose lists of issues and their likes had something in them; null before one had. */
  product: 'ACC' | 'BIM360' | null;
  readonly documents: DocumentMemory;
}

/** What a connection says of where it leads. */
export interface Place {
  readonly url: string;
  /** With or without one leading `b.`. */
  readonly scope: string;
  /** Requests per second; 5 stands for what the vendor's pages allow. */
  readonly rate: number;
  /** Such as US or EMEA. */
  readonly region: string;
  readonly accountPause?: RemoteAccess['accountPause'];
}

/** Requests a minute for each user; from the vendor's pages on rate limits. */
const LIMITS = { relationships: 120, assets: 1000, legacy: 50, others: 500 } as const;
/** The rate that a connection to a public address starts with stands for the published limits. */
const USUAL_RATE = 5;
const CONCURRENCY = 4;

export function createCalls(
  place: Place,
  ports: { fetch: Fetch; clock: Clock; tokens: Tokens },
): AutodeskCalls {
  const project = place.scope.replace(/^b\./i, '').toLowerCase();
  const baseUrl = place.url.replace(/\/+$/, '');
  assertSafeUrl(baseUrl, 'Autodesk');
  const used = new Set<string>();
  const fetch = withToken(ports.fetch, ports.tokens, used);
  const toClient = (service: keyof typeof LIMITS) =>
    createHttpClient({
      remote: 'Autodesk',
      baseUrl,
      headers: { 'x-ads-region': place.region },
      conceals: () => [...used],
      rate: (LIMITS[service] / 60) * (place.rate / USUAL_RATE),
      concurrency: CONCURRENCY,
      ...(place.accountPause === undefined ? {} : { accountPause: place.accountPause(service) }),
      fetch,
      clock: ports.clock,
    });
  return {
    project,
    region: place.region,
    tokens: ports.tokens,
    clock: ports.clock,
    relationships: toClient('relationships'),
    assets: toClient('assets'),
    legacy: toClient('legacy'),
    others: toClient('others'),
    readOnly: new Set(),
    removals: new Map(),
    writable: null,
    assetsBase: null,
    categoryNames: null,
    product: null,
    documents: { known: new Set(), listedAt: null },
  };
}

/** A project id goes into paths; one that is none would ask for something else. */
export function refuseBadProject({ project }: AutodeskCalls): void {
  if (isUuid(project)) return;
  throw new RemoteError(
    'refused',
    `Autodesk: “${project}” is no project id. It is a UUID, with or without “b.” in front. Nothing was sent.`,
  );
}

/**
 * Sends with a token, which is noted in `used`. Where it is not accepted nothing was done, so the call is sent once more
 * with another token, which must speak for the same user.
 */
function withToken(send: Fetch, tokens: Tokens, used: Set<string>): Fetch {
  return async (url, init) => {
    const signal = init.signal ?? new AbortController().signal;
    const token = await tokens.accessToken(signal);
    used.add(token);
    const answer = await send(url, withBearer(init, token));
    if (answer.status !== 401) return answer;
    await answer.body?.cancel();
    const next = await tokens.refused(token, signal);
    if (findUser(next) !== findUser(token)) {
      throw new RemoteError(
        'identity-changed',
        'The new Autodesk sign-in speaks for someone else than before. Nothing was sent.',
      );
    }
    used.add(next);
    return await send(url, withBearer(init, next));
  };
}

/** Checked here because `fetch` quotes a header that it refuses, and a token must be in no message. */
function withBearer(init: RequestInit, token: string): RequestInit {
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new RemoteError('unauthorised', 'The Autodesk access token holds characters that no token has.');
  }
  return { ...init, headers: { ...toRecord(init.headers), authorization: `Bearer ${token}` } };
}

function toRecord(headers: RequestInit['headers']): Record<string, string> {
  return Object.fromEntries(new Headers(headers));
}

/** The id of the user that a token is for, as the token says itself; null where it is opaque. */
export function findUser(token: string): string | null {
  const claims = parseClaims(token.split('.')[1] ?? '');
  if (typeof claims !== 'object' || claims === null || !('userid' in claims)) return null;
  return typeof claims.userid === 'string' && claims.userid !== '' ? claims.userid : null;
}

function parseClaims(part: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return claims;
  } catch {
    return null; // an opaque token tells nothing, which is no fault
  }
}

export function toContainerPath({ project }: Pick<AutodeskCalls, 'project'>, rest: string): string {
  return `/bim360/relationship/v2/containers/${project}/relationships${rest}`;
}
