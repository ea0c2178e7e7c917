import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Remote } from '../../src-main/backend/remote/remote.ts';
import { readConnection, saveConnection } from '../../src-main/backend/store/connections.ts';
import { readRelationshipPage } from '../../src-main/backend/store/relationships.ts';
import { runSync } from '../../src-main/backend/sync/run.ts';
import type { RemoteName } from '../../src-preload/contract/model.ts';
import { seedLargeFleet } from '../servers/algapsa/seed.ts';
import { seedLargeBuilding } from '../servers/autodesk/seed.ts';
import { seedLarge } from '../servers/clickie/seed.ts';
import {
  type Account,
  allEdges,
  deleteEdge,
  entitiesOf,
  entityTypes,
  mustAccount,
} from '../servers/clickie/site.ts';
import { startAlgapsaRemote } from '../support/algapsa-remote.ts';
import { startAutodeskRemote } from '../support/autodesk-remote.ts';
import { startClickieRemote } from '../support/clickie-remote.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { createTempWorkspace, NOW } from '../support/workspace.ts';

/** As many listings as are under way at a time may be read twice. */
const UNDER_WAY = 4;

interface Server {
  readonly requests: readonly { readonly path: string }[];
  clearRequests(): void;
}

/** A workspace that has pulled a remote once, over real HTTP, and pulls it again. */
async function startPulled(name: RemoteName, remote: Remote, server: Server) {
  const { db } = createTempWorkspace();
  const { fingerprint } = await remote.identify(new AbortController().signal);
  const access = { url: 'https://example.com', scope: '1', secretReference: 'none', rate: 5, now: NOW };
  const id = saveConnection(db, { name, remote: name, identity: fingerprint, ...access });
  const pull = (automatic = true) =>
    runSync({
      db,
      remote,
      clock: createInstantClock(),
      newId: randomUUID,
      connection: readConnection(db, id),
      signal: new AbortController().signal,
      task: { kind: 'sync', mode: 'both', only: null, automatic },
      withheld: null,
      onProgress: () => undefined,
    });
  expect(await pull()).toMatchObject({ complete: true, failed: [] });
  server.clearRequests();
  return {
    pull,
    count: () => readRelationshipPage(db, null, { offset: 0, limit: 1 }).total,
    /** The different paths that were asked for since this was last asked, of those that fit. */
    takePaths: (pattern: RegExp): string[] => [
      ...new Set(server.requests.map(({ path }) => path).filter((path) => pattern.test(path))),
    ],
  };
}

const listing = /^\/relationships\/[a-z]+\/[^/]+$/;
const lists = /^\/(assets|collaborators|dashboards|metrics)$/;

function countEntities(account: Account): number {
  return entityTypes.flatMap((type) => entitiesOf(account, type)).length;
}

/** A Clickie workspace whose second pull is cut off in the middle of the listings. */
async function startClickie(change: (start: Awaited<ReturnType<typeof startClickieRemote>>) => void) {
  const start = await startClickieRemote({ site: seedLarge({ entities: 60 }) });
  const world = await startPulled('clickie', start.remote, start.server);
  change(start);
  start.server.addFault({ on: { path: listing }, skip: 50, fault: { kind: 'drop', at: 'headers' } });
  expect(await world.pull()).toMatchObject({ complete: false });
  start.server.clearFaults();
  const first = world.takePaths(listing);
  expect(first.length).toBeGreaterThan(20);
  start.server.clearRequests();
  const account = mustAccount(start.server.site);
  return { ...world, server: start.server, account, first };
}

describe('a later pull of Clickie that is cut off', () => {
  it('goes on by itself at the last whole listing and reads no list of entities again', async () => {
    const { pull, takePaths, first, count, account } = await startClickie(() => undefined);
    expect(await pull()).toMatchObject({ complete: true, failed: [] });
    const second = takePaths(listing);
    expect(second.filter((path) => first.includes(path)).length).toBeLessThanOrEqual(UNDER_WAY);
    expect(new Set([...first, ...second]).size).toBe(countEntities(account));
    expect(takePaths(lists)).toEqual([]);
    expect(count()).toBe(allEdges(account).length);
  });

  it('reads all of it for who asks, first what was not read before it was cut off', async () => {
    const { pull, takePaths, first, account } = await startClickie(() => undefined);
    const all = countEntities(account);
    expect(await pull(false)).toMatchObject({ complete: true, failed: [] });
    const second = takePaths(listing);
    expect(second).toHaveLength(all);
    const isAgain = second.map((path) => first.includes(path));
    expect(isAgain.slice(0, all - first.length).filter(Boolean).length).toBeLessThanOrEqual(UNDER_WAY);
    expect(takePaths(lists)).toHaveLength(4);
  });

  it('hears again what it had heard to be missing: what is gone goes, and nothing else', async () => {
    const { pull, count, account } = await startClickie(({ server }) => {
      const there = mustAccount(server.site);
      const taken = allEdges(there).filter((_, index) => index % 9 === 0);
      for (const edge of taken.slice(0, 15)) deleteEdge(there, edge);
    });
    const before = count();
    const report = await pull();
    expect(report).toMatchObject({ complete: true, failed: [], held: 0 });
    expect(report.pulled.relationships).toEqual({
      added: 0,
      updated: 0,
      removed: before - allEdges(account).length,
    });
    expect(report.pulled.relationships.removed).toBeGreaterThan(5);
    expect(count()).toBe(allEdges(account).length);
  });
});

describe('a later pull of AlgaPSA that is cut off', () => {
  it('goes on by itself at the last whole listing and reads no list of assets again', async () => {
    const site = seedLargeFleet({ assets: 40, relationships: 60 });
    const { server, remote } = await startAlgapsaRemote({ site, switches: { profile: 'intended' } });
    const { pull, takePaths, count } = await startPulled('algapsa', remote, server);
    const before = count();
    const own = /\/relationships$/;
    server.addFault({ on: { path: own }, skip: 20, fault: { kind: 'drop', at: 'headers' } });
    expect(await pull()).toMatchObject({ complete: false });
    server.clearFaults();
    const first = takePaths(own);
    server.clearRequests();
    expect(await pull()).toMatchObject({ complete: true, failed: [] });
    const second = takePaths(own);
    expect(second.filter((path) => first.includes(path)).length).toBeLessThanOrEqual(UNDER_WAY);
    expect(new Set([...first, ...second]).size).toBe(40);
    expect(takePaths(/export$/)).toEqual([]);
    expect([before > 0, count()]).toEqual([true, before]);
  });
});

describe('a later pull of Autodesk that is cut off', () => {
  it('goes on by itself at the page of its cursor and reads no list of entities again', async () => {
    const site = seedLargeBuilding({ assets: 40, relationships: 60 });
    const { server, remote } = await startAutodeskRemote({ site });
    const { pull, takePaths, count } = await startPulled('autodesk', remote, server);
    const before = count();
    const assets = /\/assets\/v\d\/projects\/[^/]+\/assets$/;
    server.addFault({ on: { path: /relationships:sync$/ }, fault: { kind: 'drop', at: 'headers' } });
    expect(await pull()).toMatchObject({ complete: false });
    server.clearFaults();
    expect(takePaths(assets)).toHaveLength(1);
    server.clearRequests();
    expect(await pull()).toMatchObject({ complete: true, failed: [] });
    expect(takePaths(assets)).toEqual([]);
    expect(takePaths(/relationships:sync$/)).toHaveLength(1);
    expect([before > 0, count()]).toEqual([true, before]);
  });
});
