import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fetchProjects } from '../../../src-main/backend/remote/autodesk/projects.ts';
import { revoke, startSignIn } from '../../../src-main/backend/remote/autodesk/sign-in.ts';
import {
  parseAutodeskSecret,
  readAutodeskSignInExpiry,
} from '../../../src-main/backend/remote/autodesk/sign-in-secret.ts';
import { COLLEAGUE, tinyIds } from '../../servers/autodesk/seed.ts';
import type { AutodeskServer } from '../../servers/autodesk/server.ts';
import type { AutodeskSwitches } from '../../servers/autodesk/switches.ts';
import {
  clientId,
  findFreePort,
  followInBrowser,
  type HandClock,
  signIn,
  startSignInServer,
  toAccess,
  toFreeCallback,
} from '../../support/autodesk-sign-in.ts';

const never = new AbortController().signal;

async function begin(
  switches: Partial<AutodeskSwitches> = {},
  given: { callback?: string; clientId?: string } = {},
) {
  const { server, clock } = await startSignInServer(switches);
  const callback = given.callback ?? (await toFreeCallback());
  const place = { url: server.url, clientId: given.clientId ?? clientId, callback };
  const underWay = await startSignIn(place, { fetch, clock });
  onTestFinished(() => underWay.close());
  return { server, clock, callback, underWay };
}

/** The tokens of a secret; a test would fail on one that holds none. */
function readSignIn(secret: string) {
  const parsed = parseAutodeskSecret(secret);
  if (parsed.kind === 'access-token') throw new Error('No sign-in');
  return parsed.signIn;
}

async function isTaken(server: AutodeskServer, accessToken: string): Promise<boolean> {
  const response = await fetch(`${server.url}/project/v1/hubs`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return response.ok;
}

describe('a sign-in with the browser', () => {
  test('ends with tokens that the remote takes, and with a page that leads back', async () => {
    const { server, clock, underWay } = await begin();
    const secret = underWay.finish(never);
    const page = await followInBrowser(underWay.address);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Go back to Weft');
    const held = readSignIn(await secret);
    expect(held.signedInAt).toBe(clock.now().toISOString());
    expect(Date.parse(held.expiresAt) - clock.now().getTime()).toBe(3_599_000);
    expect(await isTaken(server, held.accessToken)).toBe(true);
  });

  test('asks by PKCE, without a secret of the app, for reading, writing and making', async () => {
    const { server, callback, underWay } = await begin();
    const query = new URL(underWay.address).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: callback,
      scope: 'data:read data:write data:create',
      code_challenge_method: 'S256',
    });
    const secret = underWay.finish(never);
    await followInBrowser(underWay.address);
    await secret;
    const trade = server.requests.find(({ path }) => path === '/authentication/v2/token');
    expect(trade).toMatchObject({ method: 'POST', status: 200 });
  });

  test.each(['localhost', '127.0.0.1', '[::1]'])(
    'has its door on %s, and nothing but the callback behind it',
    async (host) => {
      const { underWay } = await begin({}, { callback: await toFreeCallback('localhost') });
      const callback = new URL(new URL(underWay.address).searchParams.get('redirect_uri') ?? '');
      const elsewhere = await fetch(`http://${host}:${callback.port}/nowhere`);
      expect(elsewhere.status).toBe(404);
    },
  );

  test('a visit with another state changes nothing: the wait goes on, and the right one ends it', async () => {
    const { callback, underWay } = await begin();
    const secret = underWay.finish(never);
    for (const query of ['code=stolen&state=wrong', 'code=stolen', 'error=access_denied&state=wrong']) {
      const page = await followInBrowser(`${callback}?${query}`);
      expect(page.status).toBe(400);
      expect(page.text).not.toContain('stolen');
    }
    await followInBrowser(underWay.address);
    expect(readSignIn(await secret).refreshToken).not.toBe('');
  });

  test('a page that reached the port by another name of this computer is turned away', async () => {
    const { callback, underWay } = await begin();
    const { port } = new URL(callback);
    const state = new URL(underWay.address).searchParams.get('state');
    const page = await followInBrowser(`http://127.0.0.1:${port}/oauth/callback/?code=x&state=${state}`);
    expect(page.status).toBe(404);
  });

  test('denied in the browser, it is refused, and the page says that nothing was allowed', async () => {
    const { underWay } = await begin({ login: 'denied' });
    const secret = expect(underWay.finish(never)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('denied'),
    });
    expect((await followInBrowser(underWay.address)).text).toContain('Nothing was allowed');
    await secret;
  });

  test.each(['oauth', 'gateway'] as const)(
    'a code that is too old is refused with the reason, worded as %s',
    async (tokenErrors) => {
      const { underWay } = await begin({ codeSeconds: 0, tokenErrors });
      const secret = expect(underWay.finish(never)).rejects.toMatchObject({
        kind: 'refused',
        message: expect.stringContaining('The authorization code is invalid or expired'),
      });
      await followInBrowser(underWay.address);
      await secret;
    },
  );

  test('five minutes without anybody end it, and the port is free again', async () => {
    const { clock, callback, underWay } = await begin();
    const secret = expect(underWay.finish(never)).rejects.toMatchObject({ kind: 'timeout' });
    clock.pass(5 * 60_000);
    await secret;
    await expect(fetch(callback)).rejects.toThrow('fetch failed');
  });

  test('cancelled, it ends at once, and the port is free again', async () => {
    const { callback, underWay } = await begin();
    const cancel = new AbortController();
    const secret = expect(underWay.finish(cancel.signal)).rejects.toMatchObject({ kind: 'cancelled' });
    cancel.abort();
    await secret;
    await expect(fetch(callback)).rejects.toThrow('fetch failed');
  });

  test.each(['127.0.0.1', '::1'])(
    'a port that another program holds on %s is told before a browser opens',
    async (host) => {
      const { server, clock } = await startSignInServer();
      const port = await findFreePort();
      const other = createServer().listen(port, host);
      await once(other, 'listening');
      onTestFinished(() => void other.close());
      const place = { url: server.url, clientId, callback: `http://localhost:${port}/oauth/callback/` };
      await expect(startSignIn(place, { fetch, clock })).rejects.toMatchObject({
        kind: 'refused',
        message: expect.stringContaining(`Port ${port} of this computer is used by another program`),
      });
      if (host === '::1') await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    },
  );

  test('tokens never travel in the open', async () => {
    const { clock } = await startSignInServer();
    const place = { url: 'http://developer.example.com', clientId, callback: await toFreeCallback() };
    await expect(startSignIn(place, { fetch, clock })).rejects.toMatchObject({ kind: 'insecure-url' });
  });

  test('without a client id it does not begin', async () => {
    await expect(begin({}, { clientId: '' })).rejects.toMatchObject({ kind: 'refused' });
  });
});

describe('what a sign-in is good for', () => {
  test('it ends fifteen days after it was last renewed; an access token says nothing of an end', async () => {
    const { server, clock } = await startSignInServer();
    const secret = await signIn(server, clock);
    const days = (Date.parse(readAutodeskSignInExpiry(secret) ?? '') - clock.now().getTime()) / 86_400_000;
    expect(days).toBe(15);
    expect(readAutodeskSignInExpiry('an-access-token')).toBeNull();
  });

  test('two sign-ins of one person are chains of their own: signing out of one leaves the other', async () => {
    const { server, clock } = await startSignInServer();
    const [one, two] = [await signIn(server, clock), await signIn(server, clock)];
    await revoke(toAccess(server, one), { fetch, clock }, never);
    expect(await isTaken(server, readSignIn(one).accessToken)).toBe(false);
    expect(await isTaken(server, readSignIn(two).accessToken)).toBe(true);
  });

  test('signing out of a remote that is away says so', async () => {
    const { server, clock } = await startSignInServer();
    const secret = await signIn(server, clock);
    await server.goOffline();
    await expect(revoke(toAccess(server, secret), { fetch, clock }, never)).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });

  test('an access token that was given is not revoked: it is not ours', async () => {
    const { server, clock } = await startSignInServer();
    const given = server.signIn().access_token;
    await revoke(toAccess(server, given), { fetch, clock }, never);
    expect(await isTaken(server, given)).toBe(true);
  });
});

describe('the projects to pick from', () => {
  const read = (server: AutodeskServer, clock: HandClock, accessToken: string) =>
    fetchProjects({ url: server.url, accessToken }, { fetch, clock }, never);

  test('are those of all hubs that the person can see, by name, with the region of the hub', async () => {
    const { server, clock } = await startSignInServer();
    const { projects, complete } = await read(server, clock, server.signIn().access_token);
    expect(complete).toBe(true);
    expect(projects.map(({ id }) => id).toSorted()).toEqual([tinyIds.accProject, tinyIds.project].toSorted());
    expect(projects.find(({ id }) => id === tinyIds.project)).toEqual({
      id: tinyIds.project,
      name: 'Tiny Building',
      hub: 'Tiny Builders',
      region: 'EMEA',
    });
  });

  test('are others for somebody else', async () => {
    const { server, clock } = await startSignInServer();
    const { access_token: token } = server.signIn({ userId: COLLEAGUE.id });
    expect((await read(server, clock, token)).projects.map(({ id }) => id)).toEqual([tinyIds.project]);
  });

  test('are none for an app that no administrator has added', async () => {
    const { server, clock } = await startSignInServer({ provisioned: false });
    expect((await read(server, clock, server.signIn().access_token)).projects).toEqual([]);
  });

  test('are read page by page to the end', async () => {
    const { server, clock } = await startSignInServer();
    const first = [...server.site.projects.values()][0];
    if (first === undefined) throw new Error('No project');
    for (let n = 0; n < 120; n += 1) {
      const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
      server.site.projects.set(id, { ...first, id, name: `Project ${n}` });
    }
    const { projects, complete } = await read(server, clock, server.signIn().access_token);
    expect(complete).toBe(true);
    expect(projects).toHaveLength(122);
    expect(new Set(projects.map(({ id }) => id)).size).toBe(122);
  });
});
