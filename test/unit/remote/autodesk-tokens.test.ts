import { describe, expect, test } from 'vitest';
import type { Fetch } from '../../../src-main/backend/ports.ts';
import { parseAutodeskSecret } from '../../../src-main/backend/remote/autodesk/sign-in-secret.ts';
import { createTokens } from '../../../src-main/backend/remote/autodesk/tokens.ts';
import type { AutodeskServer } from '../../servers/autodesk/server.ts';
import { signIn, startSignInServer, toAccess } from '../../support/autodesk-sign-in.ts';

const never = new AbortController().signal;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A connection that was signed in just now. */
async function start(send: Fetch = fetch) {
  const { server, clock } = await startSignInServer();
  const access = toAccess(server, await signIn(server, clock));
  server.clearRequests();
  const ports = { fetch: send, clock };
  return { server, clock, access, ports, tokens: createTokens(access, ports) };
}

function readAccessToken(secret: string): string {
  const parsed = parseAutodeskSecret(secret);
  return parsed.kind === 'sign-in' ? parsed.signIn.accessToken : parsed.accessToken;
}

function renewals(server: AutodeskServer): number {
  return server.requests.filter(({ path }) => path === '/authentication/v2/token').length;
}

async function isTaken(server: AutodeskServer, accessToken: string): Promise<boolean> {
  const response = await fetch(`${server.url}/project/v1/hubs`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return response.ok;
}

describe('an access token', () => {
  test('is used as long as it lasts, without a question', async () => {
    const { server, clock, tokens } = await start();
    const first = await tokens.accessToken(never);
    clock.pass(HOUR - 2 * 60_000);
    expect(await tokens.accessToken(never)).toBe(first);
    expect(renewals(server)).toBe(0);
  });

  test('is renewed a minute before it ends, and again an hour later: every refresh token is used once', async () => {
    const { server, clock, access, tokens } = await start();
    for (const round of [1, 2, 3]) {
      clock.pass(HOUR);
      expect(await isTaken(server, await tokens.accessToken(never))).toBe(true);
      expect(renewals(server)).toBe(round);
    }
    expect(new Set(access.stored).size).toBe(4);
  });

  test('that the remote refused is renewed; one that was renewed meanwhile is not renewed again', async () => {
    const { server, tokens } = await start();
    const first = await tokens.accessToken(never);
    const second = await tokens.refused(first, never);
    expect(second).not.toBe(first);
    expect(await tokens.refused(first, never)).toBe(second);
    expect(renewals(server)).toBe(1);
  });

  test('is asked for by many at once and renewed once for all', async () => {
    const { server, clock, tokens } = await start();
    clock.pass(HOUR);
    const many = await Promise.all(Array.from({ length: 20 }, () => tokens.accessToken(never)));
    expect(new Set(many).size).toBe(1);
    expect(renewals(server)).toBe(1);
  });

  test('is renewed on when the first who asked stops waiting', async () => {
    const { server, clock, tokens } = await start();
    clock.pass(HOUR);
    const impatient = new AbortController();
    const [first, second] = [tokens.accessToken(impatient.signal), tokens.accessToken(never)];
    impatient.abort();
    await expect(first).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await isTaken(server, await second)).toBe(true);
    expect(renewals(server)).toBe(1);
  });

  test('given without a sign-in is used as it is, and refused it must be given anew', async () => {
    const { server, ports } = await start();
    const given = server.signIn().access_token;
    const tokens = createTokens(toAccess(server, `${given}\n`), ports);
    expect(await tokens.accessToken(never)).toBe(given);
    await expect(tokens.refused(given, never)).rejects.toMatchObject({ kind: 'sign-in-expired' });
    expect(renewals(server)).toBe(0);
  });
});

describe('a renewed sign-in', () => {
  test('is stored before anybody gets its access token', async () => {
    const { server, clock, access, ports } = await start();
    const stored = Promise.withResolvers<void>();
    const order: string[] = [];
    const saveSecret = async () => {
      await stored.promise;
      order.push('stored');
    };
    const tokens = createTokens({ ...access, saveSecret }, ports);
    clock.pass(HOUR);
    const asked = tokens.accessToken(never).then(() => order.push('given'));
    while (renewals(server) === 0) await new Promise(setImmediate);
    expect(order).toEqual([]);
    stored.resolve();
    await asked;
    expect(order).toEqual(['stored', 'given']);
  });

  test('that could not be stored is stored at the next try and not asked for again', async () => {
    const { server, clock, access, ports } = await start();
    let full = true;
    const saveSecret = async (secret: string) => {
      if (full) throw new Error('the keychain is locked');
      access.stored.push(secret);
    };
    const tokens = createTokens({ ...access, saveSecret }, ports);
    clock.pass(HOUR);
    await expect(tokens.accessToken(never)).rejects.toThrow('the keychain is locked');
    full = false;
    expect(await isTaken(server, await tokens.accessToken(never))).toBe(true);
    expect(renewals(server)).toBe(1);
    expect(access.stored).toHaveLength(2);
  });

  test('goes on in the next process', async () => {
    const { server, clock, access, ports, tokens } = await start();
    clock.pass(HOUR);
    await tokens.accessToken(never);
    clock.pass(HOUR);
    const later = createTokens({ ...access, secret: access.stored.at(-1) ?? '' }, ports);
    expect(await isTaken(server, await later.accessToken(never))).toBe(true);
  });
});

describe('a sign-in is over', () => {
  const expired = {
    kind: 'sign-in-expired',
    message: expect.stringMatching(/Sign in again\. Your changes are kept\.$/),
  };

  test('when the process ended between the answer and the store; it is said once and not asked again', async () => {
    const { server, clock, access, ports } = await start();
    const crashes = createTokens(
      { ...access, saveSecret: () => Promise.reject(new Error('the process ended')) },
      ports,
    );
    clock.pass(HOUR);
    await expect(crashes.accessToken(never)).rejects.toThrow('the process ended');
    const after = createTokens(access, ports);
    await expect(after.accessToken(never)).rejects.toMatchObject(expired);
    const asked = renewals(server);
    await expect(after.accessToken(never)).rejects.toMatchObject(expired);
    await expect(after.refused(readAccessToken(access.secret), never)).rejects.toMatchObject(expired);
    expect(renewals(server)).toBe(asked);
  });

  test('after fifteen days without use; a day before, it goes on', async () => {
    const { server, clock, tokens } = await start();
    clock.pass(14 * DAY);
    expect(await isTaken(server, await tokens.accessToken(never))).toBe(true);
    clock.pass(15 * DAY);
    await expect(tokens.accessToken(never)).rejects.toMatchObject(expired);
  });

  test('when the answer to a renewal was lost', async () => {
    let lost = 0;
    const { clock, tokens } = await start(async (url, init) => {
      const response = await fetch(url, init);
      if (lost > 0) return response;
      lost += 1;
      await response.body?.cancel();
      throw new TypeError('the connection was cut');
    });
    clock.pass(HOUR);
    await expect(tokens.accessToken(never)).rejects.toMatchObject(expired);
    expect(lost).toBe(1);
  });

  test('in the words of the vendor’s gateway too', async () => {
    const { server, clock, tokens } = await start();
    server.set({ tokenErrors: 'gateway' });
    clock.pass(16 * DAY);
    await expect(tokens.accessToken(never)).rejects.toMatchObject(expired);
  });
});

describe('a sign-in is not over', () => {
  test('while the network is away: the next try renews it', async () => {
    const { server, clock, tokens } = await start();
    clock.pass(HOUR);
    await server.goOffline();
    await expect(tokens.accessToken(never)).rejects.toMatchObject({ kind: 'unreachable' });
    await server.goOnline();
    expect(await isTaken(server, await tokens.accessToken(never))).toBe(true);
  });

  test.each([
    ['too many requests', 429, '{"developerMessage":"Quota limit exceeded."}', 'rate-limited'],
    ['a fault over there', 503, '', 'server-fault'],
    ['a page of somebody else', 400, '<h1>Log in to the hotel’s network</h1>', 'foreign-answer'],
    ['a redirect', 302, '', 'foreign-answer'],
    ['tokens of another kind', 200, '{"access_token":"a","token_type":"mac"}', 'foreign-answer'],
    ['an endless answer', 200, 'x'.repeat(70_000), 'too-large'],
  ])('after %s', async (_what, status, body, kind) => {
    let foreign = true;
    const { server, clock, tokens } = await start(async (url, init) => {
      const headers = { 'content-type': 'application/json', location: 'https://elsewhere.example.com/' };
      return foreign ? new Response(body, { status, headers }) : await fetch(url, init);
    });
    clock.pass(HOUR);
    await expect(tokens.accessToken(never)).rejects.toMatchObject({ kind });
    foreign = false;
    expect(await isTaken(server, await tokens.accessToken(never))).toBe(true);
  });
});
