import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBackend } from '../../src-main/backend/index.ts';
import { tinyId } from '../servers/algapsa/seed.ts';
import { createLink, deleteLink, mustTenant } from '../servers/algapsa/site.ts';
import { DEFAULT_USER, tinyIds } from '../servers/autodesk/seed.ts';
import { startAutodeskServer } from '../servers/autodesk/server.ts';
import { deleteAsset, mustProject } from '../servers/autodesk/site.ts';
import { startAlgapsaWorld } from '../support/algapsa-world.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { createPlainPorts } from '../support/plain-ports.ts';
import { startSyncWorld } from '../support/sync-world.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const theirMoment = '2026-02-03T04:05:06.000Z';

type Algapsa = Awaited<ReturnType<typeof startAlgapsaWorld>>;

/** A change of type here that a colleague met by another one there, at a moment that the server tells. */
async function changeOnBothSides(): Promise<Algapsa> {
  const world = await startAlgapsaWorld({ profile: 'intended' });
  await world.ask('relationships:retype', { id: (await world.find(3, 4)).id, type: 'mine' });
  const tenant = mustTenant(world.server.site);
  const [parentId, childId] = [tinyId(3), tinyId(4)];
  deleteLink(tenant, parentId, childId);
  const createdAt = Date.parse(theirMoment);
  createLink(tenant, {
    parentId,
    childId,
    relationshipType: 'theirs',
    relationshipId: randomUUID(),
    createdAt,
  });
  return world;
}

async function readConflicts({ ask }: Pick<Algapsa, 'ask'>) {
  return (await ask('conflicts:page', { offset: 0, limit: 10 })).rows;
}

describe('a conflict with a relationship of AlgaPSA', () => {
  it.each(['pull', 'push'] as const)('found by a %s says when the other side made it', async (mode) => {
    const world = await changeOnBothSides();
    await world.ask('sync:start', { connectionId: null, mode, only: null });
    expect(await readConflicts(world)).toMatchObject([
      {
        base: { present: true, at: expect.any(String), told: false, by: null },
        local: { type: 'mine', at: expect.any(String), told: true, by: 'you' },
        remote: { type: 'theirs', at: theirMoment, told: true, by: null },
      },
    ]);
  });

  it('says when it was seen gone, since the server keeps nothing of what was removed', async () => {
    const world = await startAlgapsaWorld({ profile: 'intended' });
    await world.ask('relationships:retype', { id: (await world.find(3, 4)).id, type: 'mine' });
    deleteLink(mustTenant(world.server.site), tinyId(3), tinyId(4));
    const before = new Date().toISOString();
    await world.sync();
    const [conflict] = await readConflicts(world);
    expect(conflict).toMatchObject({ reason: 'removed-there', remote: { present: false, told: false } });
    expect((conflict?.remote.at ?? '') >= before).toBe(true);
  });
});

describe('a conflict over an end that Autodesk removed', () => {
  it('says when it was removed and by whom', async () => {
    const server = await startAutodeskServer();
    onTestFinished(() => server.stop());
    const project = mustProject(server.site);
    const backend = createBackend(createPlainPorts({ clock: createInstantClock() }));
    onTestFinished(() => backend.close());
    const ask: Algapsa['ask'] = async (channel, params) => {
      const result = await backend.request(channel, params);
      if (!result.ok) throw new Error(result.error.message);
      return result.value;
    };
    const options = {
      region: 'EMEA',
      clientId: '',
      callback: 'http://localhost:8080/oauth/callback/',
    } as const;
    const draft = { name: 'acc', remote: 'autodesk', url: server.url, scope: project.id, options } as const;
    const sync = () => ask('sync:start', { connectionId: null, mode: 'both', only: null });
    await ask('workspace:create', { path: join(createTempFolder(), 'test.weft') });
    await ask('connections:add', { draft, secret: server.signIn().access_token });
    await sync();
    const find = (address: string) => ask('entities:find', { address: `acc:${address}` });
    await ask('relationships:relate', {
      sourceId: (await find(`asset:${tinyIds.asset(4)}`)).id,
      targetId: (await find(`issue:${tinyIds.issue(1)}`)).id,
      type: null,
      local: false,
    });
    deleteAsset(project, tinyIds.asset(4), Date.parse(theirMoment));
    await sync();
    await sync();
    expect(await readConflicts({ ask })).toMatchObject([
      { reason: 'end-removed', remote: { at: theirMoment, told: true, by: DEFAULT_USER.id } },
    ]);
  });
});

describe('a conflict over an end that Clickie removed', () => {
  it('says when that was seen, since nothing there tells of times', async () => {
    const world = await startSyncWorld();
    await world.relate('asset:20', 'metric:21');
    world.server.deleteEntity({ type: 'metrics', id: 21 });
    await world.sync();
    const { rows } = await world.ask('conflicts:page', { offset: 0, limit: 10 });
    expect(rows).toMatchObject([
      { reason: 'end-removed', remote: { at: expect.any(String), told: false, by: null } },
    ]);
  });
});
