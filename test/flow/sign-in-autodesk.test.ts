import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createBackend } from '../../src-main/backend/index.ts';
import type { Fetch } from '../../src-main/backend/ports.ts';
import { parseAutodeskSecret } from '../../src-main/backend/remote/autodesk/sign-in-secret.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { COLLEAGUE, tinyIds } from '../servers/autodesk/seed.ts';
import type { AutodeskSwitches } from '../servers/autodesk/switches.ts';
import { clientId, followInBrowser, startSignInServer, toFreeCallback } from '../support/autodesk-sign-in.ts';
import { careWorker } from '../support/plain-ports.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { sqliteBinding } from '../support/workspace.ts';

const DAY = 86_400_000;

/** A keychain that gives a reference of its own to every secret it is given, as one without storage does. */
function createKeychain(renames: boolean) {
  const kept = new Map<string, string>();
  return {
    kept,
    given: [] as string[],
    read: async (reference: string) => kept.get(reference) ?? null,
    remove: async (reference: string) => void kept.delete(reference),
    async write(reference: string | null, secret: string) {
      const next = reference === null || renames ? `keychain:${this.given.length}` : reference;
      if (reference !== null) kept.delete(reference);
      kept.set(next, secret);
      this.given.push(secret);
      return { reference: next, persisted: true, reason: null };
    },
  };
}

interface Options {
  readonly switches?: Partial<AutodeskSwitches>;
  readonly opens?: boolean;
  readonly renames?: boolean;
  readonly send?: Fetch;
}

/** A backend with an empty workspace, and a browser in which the person allows everything at once. */
async function start({ switches = {}, opens = true, renames = false, send = fetch }: Options = {}) {
  const { server, clock } = await startSignInServer(switches);
  const keychain = createKeychain(renames);
  const [logged, opened, told]: [string[], string[], string[]] = [[], [], []];
  const visits: Promise<unknown>[] = [];
  onTestFinished(async () => void (await Promise.allSettled(visits)));
  const path = join(createTempFolder(), 'building.weft');
  const ports = {
    fetch: (url: string, init: RequestInit) => send(url, init),
    secrets: keychain,
    clock,
    openExternal: async (url: string) => {
      if (!opens) throw new Error('There is no browser');
      opened.push(url);
      visits.push(followInBrowser(url));
    },
    newId: randomUUID,
    machine: 'this machine',
    sqliteBinding,
    careWorker,
    log: (line: string) => void logged.push(line),
  };
  const open = () => {
    const made = createBackend(ports);
    made.onEvent((event) => void told.push(JSON.stringify(event)));
    return made;
  };
  let backend = open();
  onTestFinished(() => backend.close());
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    told.push(JSON.stringify(result));
    if (!result.ok) throw Object.assign(new Error(result.error.message), { code: result.error.code });
    return result.value;
  };
  await ask('workspace:create', { path });
  const options = { region: 'EMEA', clientId, callback: await toFreeCallback() } as const;
  const place = { remote: 'autodesk', url: server.url, options } as const;
  const draft = { ...place, name: 'building', scope: tinyIds.project };
  const reopen = async () => {
    await backend.close();
    backend = open();
    await ask('workspace:open', { path });
  };
  /** Signs in and answers with the handle. */
  const signIn = async () => {
    const { handle } = await ask('sign-in:start', { draft: place, open: true });
    await ask('sign-in:finish', { handle });
    return handle;
  };
  const connect = async () => await ask('connections:add', { draft, secret: { signIn: await signIn() } });
  const sync = () => ask('sync:start', { connectionId: null, mode: 'both', only: null });
  return {
    server,
    clock,
    keychain,
    logged,
    opened,
    told,
    path,
    place,
    draft,
    ask,
    reopen,
    signIn,
    connect,
    sync,
  };
}

type World = Awaited<ReturnType<typeof start>>;

async function readExpiry({ ask }: World) {
  return (await ask('workspace:status', {}))?.connections[0]?.signInExpiresAt ?? null;
}

describe('a project is connected', () => {
  test('by a handle: the browser opens the authorize page, the projects come, the first sync is complete', async () => {
    const world = await start();
    const { ask, opened, place, draft, server } = world;
    const begun = await ask('sign-in:start', { draft: place, open: true });
    expect(begun).toMatchObject({ opened: true, address: opened[0] });
    const { projects } = await ask('sign-in:finish', { handle: begun.handle });
    expect(projects.map(({ name }) => name)).toEqual(['Tiny Annex', 'Tiny Building']);
    const { connection } = await ask('connections:add', { draft, secret: { signIn: begun.handle } });
    expect(connection).toMatchObject({
      remote: 'autodesk',
      scope: tinyIds.project,
      url: server.url,
      options: place.options,
    });
    expect(await world.sync()).toMatchObject([{ complete: true, failed: [] }]);
  });

  test('where no browser can be opened, by the address, which the person opens', async () => {
    const { ask, place, draft } = await start({ opens: false });
    const begun = await ask('sign-in:start', { draft: place, open: true });
    expect(begun.opened).toBe(false);
    const finished = ask('sign-in:finish', { handle: begun.handle });
    await followInBrowser(begun.address);
    await finished;
    await expect(ask('connections:add', { draft, secret: { signIn: begun.handle } })).resolves.toBeDefined();
  });

  test('and no token is in the workspace, in the log, in an event or in an answer', async () => {
    const world = await start();
    await world.connect();
    await world.sync();
    world.clock.pass(2 * 3_600_000);
    await world.sync();
    await world.ask('history:page', { offset: 0, limit: 100 });
    await world.ask('sync:reports', { limit: 20 });
    const tokens = world.keychain.given.flatMap(toTokens);
    expect(tokens).toHaveLength(4);
    const folder = join(world.path, '..');
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    const everything = [...files, ...world.logged, ...world.told].join('\n');
    expect(everything).toContain('Tiny Building');
    for (const token of tokens) expect(everything).not.toContain(token);
  });

  test('a handle is good once, and only for the address and the app that were signed in to', async () => {
    const { ask, draft, signIn } = await start();
    const handle = await signIn();
    const elsewhere = { ...draft, url: 'https://elsewhere.example.com' };
    const other = { ...draft, options: { ...draft.options, clientId: 'another-app' } };
    for (const wrong of [elsewhere, other]) {
      const asked = ask('connections:test', { draft: wrong, secret: { signIn: handle } });
      await expect(asked).rejects.toMatchObject({ code: 'refused' });
    }
    await ask('connections:add', { draft, secret: { signIn: handle } });
    const again = ask('connections:add', { draft, secret: { signIn: handle } });
    await expect(again).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a project that is refused leaves the sign-in for another', async () => {
    const { ask, draft, signIn } = await start();
    const handle = await signIn();
    const unknown = { ...draft, scope: '00000000-0000-4000-8000-000000000000' };
    await expect(ask('connections:add', { draft: unknown, secret: { signIn: handle } })).rejects.toThrow();
    await expect(ask('connections:add', { draft, secret: { signIn: handle } })).resolves.toBeDefined();
  });
});

describe('a sign-in that nobody uses', () => {
  test('is signed out when it is cancelled', async () => {
    const { ask, server, signIn } = await start();
    const handle = await signIn();
    server.clearRequests();
    await ask('sign-in:cancel', { handle });
    expect(server.requests.map(({ path }) => path)).toEqual(Array(2).fill('/authentication/v2/revoke'));
    await expect(ask('sign-in:finish', { handle })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is ended by the next one, which needs the same port', async () => {
    const { ask, place } = await start({ switches: { login: 'page' } });
    const first = await ask('sign-in:start', { draft: place, open: true });
    const waiting = expect(ask('sign-in:finish', { handle: first.handle })).rejects.toMatchObject({
      code: 'cancelled',
    });
    await ask('sign-in:start', { draft: place, open: true });
    await waiting;
  });
});

describe('a sign-in that is kept', () => {
  test('is renewed in the keychain by a sync, also under another reference and after a restart', async () => {
    const world = await start({ renames: true });
    await world.connect();
    for (const round of [2, 3]) {
      world.clock.pass(2 * 3_600_000);
      expect(await world.sync()).toMatchObject([{ complete: true }]);
      expect(world.keychain.given).toHaveLength(round);
      await world.reopen();
    }
    expect(world.keychain.kept.size).toBe(1);
  });

  test('tells when it ends, and later after each renewal', async () => {
    const world = await start();
    await world.connect();
    const first = await readExpiry(world);
    expect(Date.parse(first ?? '') - world.clock.now().getTime()).toBe(15 * DAY);
    world.clock.pass(10 * DAY);
    expect(await readExpiry(world)).toBe(first);
    await world.sync();
    expect(Date.parse((await readExpiry(world)) ?? '') - world.clock.now().getTime()).toBe(15 * DAY);
  });

  test('idle for fifteen days has ended; what is pending waits, and goes out after the next sign-in', async () => {
    const world = await start();
    const { connection } = await world.connect();
    await world.sync();
    const [asset, issue] = await Promise.all([
      world.ask('entities:find', { address: `building:asset:${tinyIds.asset(4)}` }),
      world.ask('entities:find', { address: `building:issue:${tinyIds.issue(1)}` }),
    ]);
    const ends = { sourceId: asset.id, targetId: issue.id };
    await world.ask('relationships:relate', { ...ends, type: null, local: false });
    world.clock.pass(15 * DAY);
    for (const _ of [1, 2]) {
      const [report] = await world.sync();
      expect(report).toMatchObject({ complete: false, failed: [{ code: 'sign-in-expired' }] });
    }
    const renewals = world.server.requests.filter(({ path }) => path === '/authentication/v2/token');
    expect(renewals).toHaveLength(2);
    expect((await world.ask('workspace:status', {}))?.pendingCount).toBe(1);
    const handle = await world.signIn();
    await world.ask('connections:provide-secret', { id: connection.id, secret: { signIn: handle } });
    expect(await world.sync()).toMatchObject([{ complete: true, pushed: { created: 1 } }]);
  });

  test('is not put over a newer one by a renewal that was under way', async () => {
    const held = Promise.withResolvers<void>();
    let holds = false;
    const world = await start({
      send: async (url, init) => {
        const response = await fetch(url, init);
        if (holds && typeof init.body === 'string' && init.body.includes('refresh_token')) await held.promise;
        return response;
      },
    });
    const { connection } = await world.connect();
    world.clock.pass(2 * 3_600_000);
    holds = true;
    const syncing = world.sync();
    const renewed = () =>
      world.server.requests.filter(({ path }) => path === '/authentication/v2/token').length;
    while (renewed() < 2) await new Promise(setImmediate);
    const handle = await world.signIn();
    await world.ask('connections:provide-secret', { id: connection.id, secret: { signIn: handle } });
    const newest = world.keychain.given.at(-1);
    held.resolve();
    await syncing;
    expect([...world.keychain.kept.values()]).toEqual([newest]);
    expect(await world.sync()).toMatchObject([{ complete: true }]);
  });
});

describe('a sign-in as somebody else', () => {
  test('is refused and left for the decision, which takes it over', async () => {
    const { ask, connect, signIn, server, sync, clock } = await start();
    const { connection } = await connect();
    server.set({ signedIn: COLLEAGUE.id });
    const handle = await signIn();
    const params = { id: connection.id, secret: { signIn: handle } };
    await expect(ask('connections:provide-secret', params)).rejects.toMatchObject({
      code: 'identity-changed',
      message: expect.stringMatching(/^This sign-in speaks for/),
    });
    await ask('connections:provide-secret', { ...params, adopt: true });
    clock.pass(2 * 3_600_000);
    expect(await sync()).toMatchObject([{ complete: true, failed: [] }]);
  });
});

describe('a sign-in that is cancelled while a connection takes it', () => {
  /** A world whose next question to the project waits until it is let through. */
  async function startHeld() {
    const held = Promise.withResolvers<void>();
    const waits = Promise.withResolvers<void>();
    let holds = false;
    const world = await start({
      send: async (url, init) => {
        if (holds && url.includes(tinyIds.project)) {
          waits.resolve();
          await held.promise;
        }
        return await fetch(url, init);
      },
    });
    const { connection } = await world.connect();
    const handle = await world.signIn();
    holds = true;
    const taking = world.ask('connections:provide-secret', { id: connection.id, secret: { signIn: handle } });
    await waits.promise;
    const letThrough = () => {
      holds = false;
      held.resolve();
    };
    return { ...world, handle, taking, letThrough };
  }

  test('stays the connection’s, which still syncs once it is renewed', async () => {
    const { ask, handle, taking, letThrough, clock, server, sync } = await startHeld();
    server.clearRequests();
    await ask('sign-in:cancel', { handle });
    letThrough();
    await taking;
    expect(server.requests.filter(({ path }) => path.endsWith('/revoke'))).toEqual([]);
    clock.pass(2 * 3_600_000);
    expect(await sync()).toMatchObject([{ complete: true, failed: [] }]);
  });

  test('is signed out where the connection does not take it, and the one before goes on', async () => {
    const { ask, handle, taking, letThrough, clock, server, sync, keychain } = await startHeld();
    const [before] = keychain.kept.values();
    await ask('sign-in:cancel', { handle });
    server.set({ provisioned: false });
    letThrough();
    await expect(taking).rejects.toThrow();
    expect([...keychain.kept.values()]).toEqual([before]);
    expect(server.requests.filter(({ path }) => path.endsWith('/revoke'))).toHaveLength(2);
    server.set({ provisioned: true });
    clock.pass(2 * 3_600_000);
    expect(await sync()).toMatchObject([{ complete: true, failed: [] }]);
  });

  test('is good for no second connection meanwhile', async () => {
    const { ask, draft, handle, taking, letThrough } = await startHeld();
    const another = ask('connections:add', {
      draft: { ...draft, name: 'another' },
      secret: { signIn: handle },
    });
    await expect(another).rejects.toMatchObject({ code: 'not-found' });
    letThrough();
    await expect(taking).resolves.toBeDefined();
  });
});

function toTokens(secret: string): string[] {
  const parsed = parseAutodeskSecret(secret);
  return parsed.kind === 'sign-in' ? [parsed.signIn.accessToken, parsed.signIn.refreshToken] : [];
}
