import { createHash, randomBytes } from 'node:crypto';

/** What an access token may be good for; from the vendor's list. */
export type Scope = 'data:read' | 'data:write' | 'data:create';

/** What somebody agreed to. */
export interface Grant {
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** A code of the authorize page, to be traded in once. Times are in milliseconds since 1970. */
export interface Code extends Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly expiresAt: number;
}

interface Token extends Grant {
  readonly expiresAt: number;
}

/** The answer of the token endpoint, as far as it is about tokens. */
export interface IssuedTokens {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
}

/** How long tokens live. */
export interface Lifetimes {
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
}

/** Codes and tokens in force. Every login is a chain of its own. */
export interface TokenStore {
  addCode(code: Code): string;
  /** Takes the code away, good or not. */
  takeCode(code: string): Code | undefined;
  issue(grant: Grant, lifetimes: Lifetimes, now: number): IssuedTokens;
  /** Takes the refresh token away if it is in force and belongs to the client. */
  takeRefresh(token: string, clientId: string, now: number): Grant | undefined;
  findAccess(token: string, now: number): Grant | undefined;
  revoke(token: string): void;
}

/** Starts without any token. */
export function createTokenStore(): TokenStore {
  const codes = new Map<string, Code>();
  const access = new Map<string, Token>();
  const refresh = new Map<string, Token>();
  return {
    addCode(code) {
      const text = randomBytes(30).toString('base64url');
      codes.set(text, code);
      return text;
    },
    takeCode(text) {
      const code = codes.get(text);
      codes.delete(text);
      return code;
    },
    issue(grant, { accessTokenSeconds, refreshTokenSeconds }, now) {
      const expiresAt = now + accessTokenSeconds * 1000;
      const accessToken = toJwt(grant, expiresAt);
      const refreshToken = randomBytes(32).toString('base64url');
      access.set(accessToken, { ...grant, expiresAt });
      refresh.set(refreshToken, { ...grant, expiresAt: now + refreshTokenSeconds * 1000 });
      return {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: accessTokenSeconds,
        refresh_token: refreshToken,
      };
    },
    takeRefresh(text, clientId, now) {
      const token = refresh.get(text);
      if (!token || token.clientId !== clientId) return undefined;
      refresh.delete(text);
      return token.expiresAt > now ? token : undefined;
    },
    findAccess(text, now) {
      const token = access.get(text);
      return token && token.expiresAt > now ? token : undefined;
    },
    revoke(text) {
      access.delete(text);
      refresh.delete(text);
    },
  };
}

/** Whether the verifier belongs to the challenge (PKCE, method S256). */
export function isVerified(verifier: string, challenge: string): boolean {
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return false;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}

/** Looks like a signed token; nobody can or should check the signature. */
function toJwt({ userId, clientId, scopes }: Grant, expiresAt: number): string {
  const parts = [
    { alg: 'RS256', kid: 'test', typ: 'JWT' },
    { scope: scopes, client_id: clientId, userid: userId, exp: Math.floor(expiresAt / 1000) },
  ];
  const encoded = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...encoded, randomBytes(32).toString('base64url')].join('.');
}
