import { afterEach, describe, expect, test } from 'vitest';
import { COLLEAGUE, DEFAULT_USER } from '../../../servers/autodesk/seed.ts';
import {
  type Client,
  createClock,
  getCode,
  postForm,
  refresh,
  start,
  stopAll,
  toAuthorizePath,
  tradeCode,
  verifier,
  writable,
} from './support.ts';

afterEach(stopAll);

async function logIn(client: Client, changes: Readonly<Record<string, string>> = {}) {
  return (await tradeCode(client, await getCode(client, changes))).json();
}

async function statusWith(client: Client, token: unknown): Promise<number> {
  return (await client.ask(writable, { headers: { authorization: `Bearer ${String(token)}` } })).status;
}

describe('the authorize page', () => {
  test('sends the browser back with a code and the state', async () => {
    const client = await start();
    const reply = await client.ask(toAuthorizePath(), { headers: { authorization: null } });
    const target = new URL(reply.headers.get('location') ?? '');
    expect(reply.status).toBe(302);
    expect(target.origin + target.pathname).toBe('http://localhost:8080/oauth/callback/');
    expect(target.searchParams.get('state')).toBe('state-1');
    expect(target.searchParams.get('code')).toMatch(/^\S{20,}$/);
  });

  test.each([
    ['an app that is not registered', { client_id: 'other' }],
    ['a callback that is not registered', { redirect_uri: 'http://localhost:9090/oauth/callback/' }],
    ['no state', { state: null }],
    ['no challenge', { code_challenge: null }],
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['no scope', { scope: '' }],
    ['the scope openid without a nonce', { scope: 'data:read openid' }],
  ])('refuses %s without sending anything back', async (_what, changes) => {
    const client = await start();
    const reply = await client.ask(toAuthorizePath(changes));
    expect(reply.status).toBe(400);
    expect(reply.headers.get('location')).toBeNull();
  });

  test('takes any port of the callback when switched to', async () => {
    const client = await start({ switches: { callbackPort: 'any' } });
    const reply = await client.ask(
      toAuthorizePath({ redirect_uri: 'http://localhost:9090/oauth/callback/' }),
    );
    expect(reply.headers.get('location')).toContain('http://localhost:9090/oauth/callback/?code=');
  });

  test('sends back a refusal when the user denies', async () => {
    const client = await start({ switches: { login: 'denied' } });
    const reply = await client.ask(toAuthorizePath());
    expect(reply.headers.get('location')).toMatch(/\?error=access_denied&.*state=state-1$/);
  });

  test('shows a page with a link for everybody when switched to', async () => {
    const client = await start({ switches: { login: 'page' } });
    const page = await client.ask(toAuthorizePath());
    expect(page.text).toContain(`Allow as ${COLLEAGUE.name}`);
    const allowed = await client.ask(toAuthorizePath({ user: COLLEAGUE.id, decision: 'allow' }));
    const code = new URL(allowed.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const { access_token: token } = (await tradeCode(client, code)).json();
    await statusWith(client, token);
    expect(client.server.requests.at(-1)).toMatchObject({ user: COLLEAGUE.id });
  });
});

describe('the token endpoint', () => {
  test('answers a code with tokens in the published form', async () => {
    const client = await start();
    const tokens = await logIn(client);
    expect(tokens).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 3599,
      refresh_token: expect.any(String),
    });
    expect(await statusWith(client, tokens.access_token)).toBe(200);
  });

  test('takes a code once, within five minutes', async () => {
    const clock = createClock();
    const client = await start({ now: clock.now });
    const code = await getCode(client);
    expect((await tradeCode(client, code)).status).toBe(200);
    expect((await tradeCode(client, code)).json()).toMatchObject({ error: 'invalid_grant' });
    const late = await getCode(client);
    clock.pass(300);
    expect((await tradeCode(client, late)).status).toBe(400);
  });

  test.each([
    ['another verifier', { code_verifier: 'w'.repeat(50) }, 'invalid_grant'],
    ['a verifier that is too short', { code_verifier: verifier.slice(0, 42) }, 'invalid_grant'],
    ['another callback', { redirect_uri: 'http://localhost:8080/' }, 'invalid_grant'],
    ['another app', { client_id: 'other' }, 'invalid_grant'],
    ['no verifier', { code_verifier: '' }, 'invalid_request'],
    ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
  ])('refuses a code with %s', async (_what, changes, error) => {
    const client = await start();
    const reply = await tradeCode(client, await getCode(client), changes);
    expect(reply.status).toBe(400);
    expect(reply.json()).toEqual({ error, error_description: expect.any(String) });
  });

  test('refuses a client id in the body beside an Authorization header', async () => {
    const client = await start();
    const body = 'grant_type=refresh_token&client_id=x&refresh_token=y';
    const headers = { authorization: 'Basic eDp5', 'content-type': 'application/x-www-form-urlencoded' };
    expect((await client.ask('/authentication/v2/token', { body, headers })).status).toBe(400);
  });

  test('rotates refresh tokens: each works once, and the access token lives on', async () => {
    const client = await start();
    const first = await logIn(client);
    const second = (await refresh(client, String(first.refresh_token))).json();
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await refresh(client, String(first.refresh_token))).json()).toEqual({
      error: 'invalid_grant',
      error_description: 'The refresh token is invalid or expired.',
    });
    expect(await statusWith(client, first.access_token)).toBe(200);
    expect((await refresh(client, String(second.refresh_token))).status).toBe(200);
  });

  test('lets access tokens live an hour and refresh tokens fifteen days', async () => {
    const clock = createClock();
    const client = await start({ now: clock.now });
    const tokens = await logIn(client);
    clock.pass(3598);
    expect(await statusWith(client, tokens.access_token)).toBe(200);
    clock.pass(1);
    const refused = await client.ask(writable, {
      headers: { authorization: `Bearer ${String(tokens.access_token)}` },
    });
    expect(refused.status).toBe(401);
    expect(refused.json()).toMatchObject({ errorCode: 'AUTH-006' });
    clock.pass(14 * 86_400);
    const next = (await refresh(client, String(tokens.refresh_token))).json();
    clock.pass(15 * 86_400);
    expect((await refresh(client, String(next.refresh_token))).status).toBe(400);
  });

  test('narrows the whole chain when a refresh asks for less, and refuses more', async () => {
    const client = await start();
    const tokens = await logIn(client);
    const narrow = (await refresh(client, String(tokens.refresh_token), { scope: 'data:read' })).json();
    const reply = await refresh(client, String(narrow.refresh_token), { scope: 'data:read data:write' });
    expect(reply.json()).toMatchObject({ error: 'invalid_scope' });
  });

  test('keeps two logins of one user apart', async () => {
    const client = await start();
    const one = await logIn(client);
    const other = await logIn(client);
    await refresh(client, String(one.refresh_token));
    expect((await refresh(client, String(other.refresh_token))).status).toBe(200);
  });

  test('revokes tokens', async () => {
    const client = await start();
    const tokens = await logIn(client);
    expect((await postForm(client, 'revoke', { token: String(tokens.access_token) })).status).toBe(200);
    expect((await postForm(client, 'revoke', { token: String(tokens.refresh_token) })).status).toBe(200);
    expect(await statusWith(client, tokens.access_token)).toBe(401);
    expect((await refresh(client, String(tokens.refresh_token))).status).toBe(400);
  });

  test('answers errors as the gateway does when switched to', async () => {
    const client = await start({ switches: { tokenErrors: 'gateway' } });
    expect((await refresh(client, 'unknown')).json()).toMatchObject({
      developerMessage: 'The refresh token is invalid or expired.',
      errorCode: expect.any(String),
    });
  });

  test('signs in whoever is signed in in the browser', async () => {
    const client = await start({ switches: { signedIn: COLLEAGUE.id } });
    await statusWith(client, (await logIn(client)).access_token);
    expect(client.server.requests.at(-1)).toMatchObject({ user: COLLEAGUE.id });
  });
});

describe('what a token is good for', () => {
  test('a call without a token or with a wrong one is a 401', async () => {
    const client = await start();
    for (const authorization of [null, 'Bearer wrong', 'Basic eDp5']) {
      expect((await client.ask(writable, { headers: { authorization } })).status).toBe(401);
    }
  });

  test('a scope that is missing is a 403 of its own', async () => {
    const client = await start();
    const refused = await client.ask(writable, { as: { scopes: ['data:write'] } });
    expect(refused.status).toBe(403);
    expect(refused.json()).toMatchObject({ errorCode: 'AUTH-010' });
  });

  test('the log names users and keeps no token, code or state', async () => {
    const client = await start();
    const tokens = await logIn(client);
    await refresh(client, String(tokens.refresh_token));
    await statusWith(client, tokens.access_token);
    const log = JSON.stringify(client.server.requests);
    expect(log).toContain(DEFAULT_USER.id);
    for (const secret of [tokens.access_token, tokens.refresh_token, 'state-1', verifier]) {
      expect(log).not.toContain(String(secret));
    }
  });
});
