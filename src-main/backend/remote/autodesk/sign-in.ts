import * as oauth from 'oauth4webapi';
import { RemoteError } from '../errors.ts';
import {
  type AuthorizationPorts,
  type AuthorizationServer,
  GrantRefused,
  readTokens,
  toAuthorizationServer,
  toRequestOptions,
} from './authorization.ts';
import { type Callback, openCallback } from './callback.ts';
import { parseAutodeskSecret, toSecretText } from './sign-in-secret.ts';
import { toSignIn } from './tokens.ts';

/** Where to sign in, as which app, and where the browser comes back to. */
export interface SignInPlace {
  readonly url: string;
  readonly clientId: string;
  readonly callback: string;
}

/** A sign-in that waits for the browser. */
export interface SignInUnderWay {
  /** What the browser opens. */
  readonly address: string;
  /** The secret to keep. Throws `cancelled`, `timeout`, or `refused` where the person or the server says no. */
  finish(signal: AbortSignal): Promise<string>;
  /** Closes the door to the browser; a wait ends with it by its signal. */
  close(): Promise<void>;
}

/** Reading, and writing and making relationships; a narrower scope later would narrow the whole chain. */
const SCOPE = 'data:read data:write data:create';
const WAIT_MS = 5 * 60_000;

/** Opens the door for the browser and says where to send it: authorization code with PKCE. */
export async function startSignIn(place: SignInPlace, ports: AuthorizationPorts): Promise<SignInUnderWay> {
  if (place.clientId === '') {
    throw new RemoteError(
      'refused',
      'A sign-in needs the client id of an app. Give one, or an access token.',
    );
  }
  const server = toAuthorizationServer(place, ports);
  const attempt = {
    state: oauth.generateRandomState(),
    verifier: oauth.generateRandomCodeVerifier(),
    redirectUri: place.callback,
  };
  const challenge = await oauth.calculatePKCECodeChallenge(attempt.verifier);
  const callback = await openCallback(place.callback, attempt.state);
  return {
    address: toAddress(server, attempt, challenge),
    finish: async (signal) => {
      try {
        const query = await waitForVisit(callback, ports, signal);
        return await tradeCode(server, attempt, query, signal);
      } finally {
        await callback.close();
      }
    },
    close: callback.close,
  };
}

interface Attempt {
  readonly state: string;
  readonly verifier: string;
  readonly redirectUri: string;
}

function toAddress({ server, client }: AuthorizationServer, attempt: Attempt, challenge: string): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: attempt.redirectUri,
    scope: SCOPE,
    state: attempt.state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  return `${server.authorization_endpoint}?${query.toString()}`;
}

async function waitForVisit(
  { visited }: Callback,
  { clock }: AuthorizationPorts,
  signal: AbortSignal,
): Promise<URLSearchParams> {
  const over = new AbortController();
  const waited = clock.sleep(WAIT_MS, AbortSignal.any([signal, over.signal])).then(
    () => {
      throw new RemoteError('timeout', 'Nobody signed in within five minutes. Start the sign-in again.');
    },
    (cause: unknown) => {
      throw new RemoteError('cancelled', 'The sign-in was cancelled.', { cause });
    },
  );
  try {
    return await Promise.race([visited, waited]);
  } finally {
    over.abort();
  }
}

async function tradeCode(
  server: AuthorizationServer,
  attempt: Attempt,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<string> {
  const given = checkVisit(server, attempt, query);
  const askedAt = server.ports.clock.now();
  try {
    const response = await oauth.authorizationCodeGrantRequest(
      server.server,
      server.client,
      oauth.None(),
      given,
      attempt.redirectUri,
      attempt.verifier,
      toRequestOptions(server, signal),
    );
    const answer = oauth.processAuthorizationCodeResponse(server.server, server.client, response);
    return toSecretText(toSignIn(await readTokens(answer, null), askedAt, null));
  } catch (error) {
    if (!(error instanceof GrantRefused)) throw error;
    throw new RemoteError(
      'refused',
      `Autodesk did not complete the sign-in (${error.message}). Check the client id and start again.`,
      { cause: error },
    );
  }
}

function checkVisit(
  { server, client }: AuthorizationServer,
  { state }: Attempt,
  query: URLSearchParams,
): URLSearchParams {
  try {
    return oauth.validateAuthResponse(server, client, query, state);
  } catch (cause) {
    const denied = cause instanceof oauth.AuthorizationResponseError && cause.error === 'access_denied';
    const message = denied
      ? 'Access was denied in the browser. Nothing was connected; start the sign-in again to allow it.'
      : 'The browser came back from Autodesk with an error. Check the client id and start the sign-in again.';
    throw new RemoteError('refused', message, { cause });
  }
}

/**
 * Signs out: the tokens of a sign-in are good for nothing from then on. An access token that was given is left as it
 * is. Throws a RemoteError where the remote was not reached; the tokens then end by themselves.
 */
export async function revoke(
  access: {
    readonly url: string;
    readonly secret: string;
    readonly options: Readonly<Record<string, string>>;
  },
  ports: AuthorizationPorts,
  signal: AbortSignal,
): Promise<void> {
  const secret = parseAutodeskSecret(access.secret);
  if (secret.kind === 'access-token') return;
  const clientId = access.options['clientId'] ?? '';
  const server = toAuthorizationServer({ url: access.url, clientId }, ports);
  await revokeOne(server, secret.signIn.refreshToken, 'refresh_token', signal);
  await revokeOne(server, secret.signIn.accessToken, 'access_token', signal);
}

async function revokeOne(
  server: AuthorizationServer,
  token: string,
  hint: 'refresh_token' | 'access_token',
  signal: AbortSignal,
): Promise<void> {
  const response = await oauth.revocationRequest(server.server, server.client, oauth.None(), token, {
    ...toRequestOptions(server, signal),
    additionalParameters: { token_type_hint: hint },
  });
  await oauth.processRevocationResponse(response);
}
