import * as oauth from 'oauth4webapi';
import { isUnanswered, RemoteError } from '../errors.ts';
import type { RemoteAccess } from '../remote.ts';
import {
  type AuthorizationPorts,
  type AuthorizationServer,
  type GivenTokens,
  GrantRefused,
  readTokens,
  toAuthorizationServer,
  toRequestOptions,
} from './authorization.ts';
import { parseAutodeskSecret, type SignIn, toSecretText } from './sign-in-secret.ts';
import type { Tokens } from './tokens-port.ts';

/** A token that ends sooner is renewed before it is used. */
const MARGIN_MS = 60_000;

/**
 * The access tokens of a connection. A sign-in renews itself: once for all who ask meanwhile, and what it is renewed
 * to is stored before anybody gets it, because the refresh token before it is dead from then on.
 */
export function createTokens(
  access: Pick<RemoteAccess, 'url' | 'secret' | 'options' | 'saveSecret'>,
  ports: AuthorizationPorts,
): Tokens {
  const secret = parseAutodeskSecret(access.secret);
  if (secret.kind === 'access-token') return createGivenToken(secret.accessToken);
  const clientId = access.options['clientId'] ?? '';
  const server = toAuthorizationServer({ url: access.url, clientId }, ports);
  return createRenewedTokens(server, secret.signIn, (signIn) => access.saveSecret(toSecretText(signIn)));
}

function createGivenToken(accessToken: string): Tokens {
  return {
    accessToken: async () => accessToken,
    refused: async () => {
      throw new RemoteError(
        'sign-in-expired',
        'Autodesk does not take the access token of this connection, which lasts an hour. Give a new one or sign in with the browser. Your changes are kept.',
      );
    },
  };
}

function createRenewedTokens(
  server: AuthorizationServer,
  first: SignIn,
  save: (signIn: SignIn) => Promise<void>,
): Tokens {
  let stored = first;
  /** Given by the server and not yet stored, so not yet to be used: a failed store is tried again. */
  let unstored: SignIn | null = null;
  let renewing: Promise<void> | null = null;
  let ended: RemoteError | null = null;

  const renew = async () => {
    if (ended !== null) throw ended;
    try {
      unstored ??= await fetchRenewed(server, stored);
    } catch (error) {
      if (error instanceof GrantRefused) ended = toExpired(error);
      throw ended ?? error;
    }
    await save(unstored);
    stored = unstored;
    unstored = null;
  };
  const renewOnce = (signal: AbortSignal) => {
    renewing ??= renew().finally(() => {
      renewing = null;
    });
    return abandonable(renewing, signal);
  };
  return {
    accessToken: async (signal) => {
      const leftMs = Date.parse(stored.expiresAt) - server.ports.clock.now().getTime();
      if (unstored !== null || leftMs <= MARGIN_MS) await renewOnce(signal);
      return stored.accessToken;
    },
    refused: async (token, signal) => {
      if (unstored !== null || token === stored.accessToken) await renewOnce(signal);
      return stored.accessToken;
    },
  };
}

/** Somebody may stop waiting; the renewal itself goes on, or its answer and with it the sign-in would be lost. */
async function abandonable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abandon = () =>
    reject(new RemoteError('cancelled', 'The renewal of the sign-in was not waited for.'));
  if (signal.aborted) abandon();
  signal.addEventListener('abort', abandon, { once: true });
  try {
    await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

async function fetchRenewed(server: AuthorizationServer, signIn: SignIn): Promise<SignIn> {
  const askedAt = server.ports.clock.now();
  const tokens = await fetchWithSecondTry(server, signIn.refreshToken);
  return toSignIn(tokens, askedAt, signIn.signedInAt);
}

/** Asked a second time where no answer came: only that tells a dead network from an answer that was lost. */
async function fetchWithSecondTry(server: AuthorizationServer, refreshToken: string): Promise<GivenTokens> {
  try {
    return await fetchTokens(server, refreshToken);
  } catch (error) {
    if (!(error instanceof RemoteError) || !isUnanswered(error)) throw error;
    return await fetchTokens(server, refreshToken);
  }
}

async function fetchTokens(server: AuthorizationServer, refreshToken: string): Promise<GivenTokens> {
  const options = toRequestOptions(server, null);
  const response = await oauth.refreshTokenGrantRequest(
    server.server,
    server.client,
    oauth.None(),
    refreshToken,
    options,
  );
  const answer = oauth.processRefreshTokenResponse(server.server, server.client, response);
  return await readTokens(answer, refreshToken);
}

/** `askedAt` counts, not when the answer came: a token is never believed to last longer than it does. */
export function toSignIn(tokens: GivenTokens, askedAt: Date, signedInAt: string | null): SignIn {
  const now = askedAt.toISOString();
  return {
    refreshToken: tokens.refreshToken,
    accessToken: tokens.accessToken,
    expiresAt: new Date(askedAt.getTime() + tokens.lifetimeMs).toISOString(),
    signedInAt: signedInAt ?? now,
    refreshedAt: now,
  };
}

function toExpired(cause: GrantRefused): RemoteError {
  return new RemoteError(
    'sign-in-expired',
    `Autodesk no longer takes the sign-in of this connection (${cause.message}). Sign in again. Your changes are kept.`,
    { cause },
  );
}
