import { type Answer, jsonAnswer } from '../shared/answer.ts';
import type { Random } from '../shared/random.ts';
import type { Site, User } from './site.ts';
import type { AutodeskSwitches, LimitGroup } from './switches.ts';
import type { Scope, TokenStore } from './tokens.ts';

/** All that lives while the server lives. */
export interface World {
  readonly site: Site;
  readonly tokens: TokenStore;
  switches: AutodeskSwitches;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: Random;
  /** The origin under which the server is reached, for links in answers. */
  readonly origin: () => string;
}

/** A request on its way to its endpoint. */
export interface PublicCall {
  readonly world: World;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A request of somebody who is known. */
export interface Call extends PublicCall {
  readonly user: User;
}

/** What a route leads to. `family` says in whose manner errors are answered. */
export type Endpoint =
  | { readonly family: 'oauth' | 'assets'; readonly open: true; answer(call: PublicCall): Answer }
  | {
      readonly family: Family;
      readonly open: false;
      /** Null where no limit is known. */
      readonly group: LimitGroup | null;
      readonly scopes: readonly Scope[];
      answer(call: Call): Answer;
    };

/** The services behind the gateway. */
export type Family = 'relationships' | 'assets' | 'data' | 'oauth';

/** The codes of the gateway that are published. */
export type GatewayCode = 'ERR-001' | 'AUTH-001' | 'AUTH-006' | 'AUTH-010';

const moreInfo = 'https://forge.autodesk.com/en/docs/oauth/v2/developers_guide/error_handling/';

/** An error of the gateway in front of all services. The key is `moreInfo` in life and `more info` in the docs. */
export function gatewayError(status: number, errorCode: GatewayCode, developerMessage: string): Answer {
  return jsonAnswer(status, { developerMessage, moreInfo, errorCode });
}

/** The 403 of the gateway whose words fit no more than one of its causes. */
export function misleadingForbidden(): Answer {
  return gatewayError(403, 'AUTH-001', 'The client_id specified does not have access to the api product');
}

/** One thing that is wrong with a request. */
export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

/** The published 400 of the relationships service. */
export function badInput(errors: readonly FieldError[]): Answer {
  const fields = errors.map(({ field }) => field).join(', ');
  return jsonAnswer(400, {
    type: 'BadInput',
    title: 'One or more input values in the request were bad',
    detail: `The following parameters are invalid: ${fields}`,
    errors: errors.map(({ field, detail }) => ({
      field,
      title: 'Invalid parameter',
      detail,
      type: 'BadInput',
    })),
  });
}

/** A 400 about one value. */
export function badValue(field: string, value: unknown): Answer {
  return badInput([{ field, detail: `The value '${toText(value)}' is not valid.` }]);
}

/** Other errors of the relationships service; only its 400 is published, and these take after it. */
export function serviceError(status: number, detail: string): Answer {
  const { type, title } = titles[status] ?? { type: 'InternalServerError', title: 'An error occurred' };
  return jsonAnswer(status, { type, title, detail, errors: [] });
}

const titles: Readonly<Record<number, { readonly type: string; readonly title: string }>> = {
  401: { type: 'Unauthorized', title: 'The request was not authenticated' },
  403: { type: 'Forbidden', title: 'The caller is not allowed to do this' },
  404: { type: 'NotFound', title: 'The resource was not found' },
  415: { type: 'UnsupportedMediaType', title: 'The content type is not supported' },
};

/** An error of the Assets service. Its name is published (`errorCode` and metadata), its envelope is not. */
export function assetsError(
  status: number,
  errorCode: string,
  detail: string,
  metadata: object = {},
): Answer {
  return jsonAnswer(status, { errorCode, detail, metadata });
}

/** An error of the Data Management services, in the manner of JSON:API. */
export function dataError(status: number, code: string, detail: string): Answer {
  return jsonAnswer(status, {
    jsonapi: { version: '1.0' },
    errors: [{ status: String(status), code, detail }],
  });
}

/** An error of any status in the manner of a service. */
export function errorOf(family: Family, status: number, message: string): Answer {
  if (status === 401) return gatewayError(401, 'AUTH-006', message);
  if (status === 429) return jsonAnswer(429, { developerMessage: 'Quota limit exceeded.' });
  if (family === 'assets') return assetsError(status, `STATUS_${status}`, message);
  if (family === 'data') return dataError(status, `STATUS_${status}`, message);
  if (family === 'oauth') return jsonAnswer(status, { error: 'server_error', error_description: message });
  return serviceError(status, message);
}

/** Reads a JSON body; undefined for anything that is none. */
export function parseBody(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a value is an object with named fields. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Time as `2020-05-01T06:00:00.000Z`. */
export function toIso(time: number): string {
  return new Date(time).toISOString();
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}
