import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import type { Clock, Fetch } from '../../ports.ts';
import { RemoteError } from '../errors.ts';
import { assertSafeUrl } from '../http.ts';

/** The authorization server of Autodesk, as an app without a secret speaks to it. */
export interface AuthorizationServer {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly ports: AuthorizationPorts;
}

export interface AuthorizationPorts {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

const TIMEOUT_MS = 30_000;
const ANSWER_LIMIT_BYTES = 64 * 1024;

/** Throws `insecure-url` where tokens would travel in the open. Paths as in the vendor's reference. */
export function toAuthorizationServer(
  { url, clientId }: { readonly url: string; readonly clientId: string },
  ports: AuthorizationPorts,
): AuthorizationServer {
  assertSafeUrl(url, 'Autodesk');
  const base = `${url.replace(/\/+$/, '')}/authentication/v2`;
  const server = {
    issuer: url,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    revocation_endpoint: `${base}/revoke`,
  };
  return { server, client: { client_id: clientId }, ports };
}

/** The server read the request and says no: what was shown to it is not good, or not any more. */
export class GrantRefused extends RemoteError {
  constructor(reason: string) {
    super('refused', reason);
    this.name = 'GrantRefused';
  }
}

/** Options of every request; plain HTTP was judged with the address. Throws a RemoteError for all but a 200. */
export function toRequestOptions({ ports }: AuthorizationServer, signal: AbortSignal | null) {
  return {
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>) =>
      send(ports.fetch, url, init, signal),
  };
}

async function send(
  fetch: Fetch,
  url: string,
  { method, headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>,
  signal: AbortSignal | null,
): Promise<Response> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: body.toString(),
      redirect: 'manual',
      signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await readText(response);
    if (response.status !== 200) throw toRefusal(response.status, text);
    return new Response(text, { status: 200, headers: response.headers });
  } catch (error) {
    if (error instanceof RemoteError) throw error;
    throw toTransportError(error, signal?.aborted === true, timeout.aborted);
  }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > ANSWER_LIMIT_BYTES) {
      throw new RemoteError('too-large', 'Autodesk’s sign-in answered with more than it can have to say.');
    }
  }
  return text + decoder.decode();
}

function toTransportError(cause: unknown, cancelled: boolean, late: boolean): RemoteError {
  if (cancelled) return new RemoteError('cancelled', 'The sign-in was cancelled.', { cause });
  return late
    ? new RemoteError('timeout', 'Autodesk’s sign-in did not answer in time.', { cause })
    : new RemoteError('unreachable', 'Autodesk’s sign-in cannot be reached.', { cause });
}

/** As in RFC 6749, or as the vendor's gateway words it: no page shows which. */
const Refusal = z.union([
  z
    .object({ error: z.string(), error_description: z.string().optional() })
    .transform(({ error, error_description: text }) => text ?? error),
  z.object({ developerMessage: z.string() }).transform(({ developerMessage }) => developerMessage),
]);

function toRefusal(status: number, text: string): RemoteError {
  if (status === 429) {
    return new RemoteError(
      'rate-limited',
      'Autodesk asks for patience with sign-ins. Try again in a minute.',
    );
  }
  if (status >= 500) {
    return new RemoteError(
      'server-fault',
      `Autodesk’s sign-in failed with status ${status}. Try again later.`,
    );
  }
  const refusal = status >= 400 ? Refusal.safeParse(parse(text)) : null;
  if (refusal?.success === true) return new GrantRefused(toPlain(refusal.data));
  return new RemoteError('foreign-answer', `What answered with status ${status} is not Autodesk’s sign-in.`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no JSON, so no refusal of theirs
  }
}

/** A stranger's words inside our sentence: one short line without its full stop. */
function toPlain(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 200).replace(/\.$/, '');
}

/** Tokens as the token endpoint gave them. */
export interface GivenTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly lifetimeMs: number;
}

/** Reads a 200 of the token endpoint. `before` is kept where no new refresh token came. */
export async function readTokens(
  answer: Promise<oauth.TokenEndpointResponse>,
  before: string | null,
): Promise<GivenTokens> {
  const tokens = await answer.catch((cause: unknown) => {
    throw new RemoteError('foreign-answer', 'Autodesk’s sign-in gave tokens that cannot be understood.', {
      cause,
    });
  });
  const refreshToken = tokens.refresh_token ?? before;
  if (refreshToken === null || tokens.expires_in === undefined) {
    throw new RemoteError('foreign-answer', 'Autodesk’s sign-in gave tokens that cannot be renewed.');
  }
  return { accessToken: tokens.access_token, refreshToken, lifetimeMs: tokens.expires_in * 1000 };
}
