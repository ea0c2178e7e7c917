import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBackend } from '../../src-main/backend/index.ts';
import type { Fetch } from '../../src-main/backend/ports.ts';
import type { ConnectionDraft, PlannedRequest, Relationship } from '../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { DEFAULT_KEY as ALGAPSA_KEY, seedLargeFleet } from '../servers/algapsa/seed.ts';
import { seedLargeBuilding } from '../servers/autodesk/seed.ts';
import { startAutodeskServer } from '../servers/autodesk/server.ts';
import { mustProject } from '../servers/autodesk/site.ts';
import { DEFAULT_KEY as CLICKIE_KEY, seedLarge } from '../servers/clickie/seed.ts';
import { mustAccount } from '../servers/clickie/site.ts';
import { startCheckedAlgapsa } from '../support/algapsa-remote.ts';
import { startCheckedServer } from '../support/clickie-remote.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { createPlainPorts } from '../support/plain-ports.ts';
import { AnswerError } from '../support/sync-world.ts';
import { createTempFolder } from '../support/temp-folder.ts';

/** A request as it left over real HTTP. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** A server of one kind with enough in it, and how to connect to it. */
interface Site {
  readonly draft: ConnectionDraft;
  readonly secret: string;
  /** What the requests of relationships begin with, after the address. */
  readonly base: string;
  /** Looks at whom the key speaks for and what it may, which a dry run leaves out. */
  isIdentity(path: string): boolean;
  /** The kinds between which nothing is related yet, and the type where one is needed. */
  readonly toRelate: { readonly source: string; readonly target: string; readonly type: string | null };
}

async function startClickie(): Promise<Site> {
  const server = await startCheckedServer({ site: seedLarge({ entities: 600 }) });
  const { url } = server;
  const scope = String(mustAccount(server.site).id);
  return {
    draft: { name: 'it', remote: 'clickie', url, scope },
    secret: CLICKIE_KEY,
    base: new URL(url).pathname.replace(/\/$/, ''),
    isIdentity: (path) => path === '/clearances/me' || path.startsWith('/accounts/'),
    toRelate: { source: 'dashboard', target: 'dashboard', type: null },
  };
}

async function startAlgapsa(): Promise<Site> {
  const site = seedLargeFleet({ assets: 120, relationships: 700 });
  const server = await startCheckedAlgapsa({ site, switches: { profile: 'intended' } });
  return {
    draft: { name: 'it', remote: 'algapsa', url: server.url, scope: '' },
    secret: ALGAPSA_KEY,
    base: '',
    isIdentity: (path) => path === '/api/v1/assets?limit=1',
    toRelate: { source: 'asset', target: 'asset', type: 'feeds' },
  };
}

async function startAutodesk(): Promise<Site> {
  const server = await startAutodeskServer({ site: seedLargeBuilding({ assets: 60, relationships: 700 }) });
  onTestFinished(() => server.stop());
  const options = {
    region: 'EMEA',
    clientId: '',
    callback: 'http://localhost:8080/oauth/callback/',
  } as const;
  const { id: scope } = mustProject(server.site);
  return {
    draft: { name: 'it', remote: 'autodesk', url: server.url, scope, options },
    secret: server.signIn().access_token,
    base: '',
    isIdentity: (path) => path.endsWith(':search?pageLimit=1') || path.endsWith('relationships:writable'),
    toRelate: { source: 'asset', target: 'documentlineage', type: null },
  };
}

const sites = { clickie: startClickie, algapsa: startAlgapsa, autodesk: startAutodesk } as const;

/** A workspace on a site, pulled once, with what leaves it. */
async function connect(site: Site) {
  const sent: Sent[] = [];
  const watched: Fetch = async (url, init) => {
    const { pathname, search } = new URL(url);
    const path = pathname.slice(site.base.length) + search;
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : null;
    if (!site.isIdentity(path)) sent.push({ method: init.method ?? 'GET', path, body });
    return await fetch(url, init);
  };
  const backend = createBackend(createPlainPorts({ clock: createInstantClock(), fetch: watched }));
  onTestFinished(() => backend.close());
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new AnswerError(result.error.code, result.error.message);
    return result.value;
  };
  await ask('workspace:create', { path: join(createTempFolder(), 'test.weft') });
  await ask('connections:add', { draft: site.draft, secret: site.secret });
  const sync = async (mode: 'both' | 'push') =>
    (await ask('sync:start', { connectionId: null, mode, only: null }))[0];
  expect(await sync('both')).toMatchObject({ complete: true, failed: [] });
  sent.length = 0;
  return { ask, sync, sent };
}

type World = Awaited<ReturnType<typeof connect>>;

async function readRelationships({ ask }: Pick<World, 'ask'>): Promise<Relationship[]> {
  const rows: Relationship[] = [];
  for (let offset = 0, total = 1; offset < total; offset += 500) {
    const page = await ask('relationships:page', { entityId: null, offset, limit: 500 });
    total = page.total;
    rows.push(...page.rows);
  }
  return rows;
}

/** Wishes for so many new relationships, and for so many that are there to be gone. */
async function edit({ ask }: World, { toRelate }: Site, creates: number, deletes: number): Promise<void> {
  const page = { search: '', connectionId: null, offset: 0, limit: 500 };
  const sources = (await ask('entities:page', { ...page, kinds: [toRelate.source] })).rows;
  const targets = (await ask('entities:page', { ...page, kinds: [toRelate.target] })).rows;
  const rows = await readRelationships({ ask });
  const known = new Set(
    rows.flatMap(({ source: one, target: other }) => [`${one.id} ${other.id}`, `${other.id} ${one.id}`]),
  );
  for (const { id } of rows.slice(0, deletes)) await ask('relationships:unrelate', { id });
  let made = 0;
  for (const source of sources) {
    for (const target of targets) {
      if (made === creates || source.id === target.id || known.has(`${source.id} ${target.id}`)) continue;
      known.add(`${target.id} ${source.id}`);
      const { type } = toRelate;
      await ask('relationships:relate', { sourceId: source.id, targetId: target.id, type, local: false });
      made += 1;
    }
  }
  expect(made).toBe(creates);
}

/** All that a dry run says, in pages of so many changes. */
async function readDryRun({ ask }: World, limit: number): Promise<PlannedRequest[]> {
  const requests: PlannedRequest[] = [];
  for (let offset = 0, total = 1; offset < total; offset += limit) {
    const answer = await ask('sync:dry-run', { connectionId: null, only: null, offset, limit });
    total = answer.total;
    requests.push(...answer.rows.flatMap((row) => row.requests));
  }
  return requests;
}

/** Without the ids that are made when a create leaves. */
function toSent({ method, path, body }: Sent): Sent {
  const isPut = method === 'PUT' && Array.isArray(body);
  const rows: readonly unknown[] = isPut ? body : [];
  const entities = rows.map((row) => (row instanceof Object && 'entities' in row ? row.entities : row));
  return { method, path, body: isPut ? entities : body };
}

describe.each(Object.entries(sites))('a dry run of %s', (_name, start) => {
  const counts = [
    { creates: 1, deletes: 0 },
    { creates: 0, deletes: 1 },
    { creates: 2, deletes: 2 },
    { creates: 45, deletes: 60 },
  ];
  it.each(counts)(
    'says exactly what the push then sends over HTTP for $creates creates and $deletes deletes',
    async ({ creates, deletes }) => {
      const site = await start();
      const world = await connect(site);
      await edit(world, site, creates, deletes);
      const planned = await readDryRun(world, 500);
      expect(world.sent).toEqual([]);
      expect(await world.sync('push')).toMatchObject({
        failed: [],
        pushed: { created: creates, deleted: deletes },
      });
      expect(world.sent.map(toSent)).toEqual(planned.map(toSent));
    },
  );

  it('says the same in small pages as in a large one, and names every change', async () => {
    const site = await start();
    const world = await connect(site);
    await edit(world, site, 12, 3);
    const planned = await readDryRun(world, 500);
    expect(await readDryRun(world, 2)).toEqual(planned);
    expect(new Set(planned.flatMap(({ ids }) => ids)).size).toBe(15);
  });
});

describe('a dry run of more changes than go side by side', () => {
  it('says the batches of Autodesk as they are sent, window by window', async () => {
    const site = await startAutodesk();
    const world = await connect(site);
    await edit(world, site, 230, 0);
    const planned = await readDryRun(world, 200);
    expect(await world.sync('push')).toMatchObject({ failed: [], pushed: { created: 230 } });
    expect(world.sent.map(toSent)).toEqual(planned.map(toSent));
    const puts = planned.filter(({ method }) => method === 'PUT');
    expect(Math.max(...puts.map(({ ids }) => ids.length))).toBe(20);
  });

  it('says both steps of a change of type', async () => {
    const site = await startAlgapsa();
    const world = await connect(site);
    await edit(world, site, 1, 0);
    await world.sync('push');
    const { rows } = await world.ask('relationships:page', { entityId: null, offset: 0, limit: 2 });
    for (const { id } of rows) await world.ask('relationships:retype', { id, type: 'backs up' });
    world.sent.length = 0;
    const planned = await readDryRun(world, 500);
    expect(await world.sync('push')).toMatchObject({ failed: [], pushed: { updated: 2 } });
    expect(world.sent.map(toSent)).toEqual(planned.map(toSent));
  });
});
