import { afterEach, describe, expect, test } from 'vitest';
import { tinyIds } from '../../../servers/autodesk/seed.ts';
import { defaultSwitches, profiles, switchesSchema } from '../../../servers/autodesk/switches.ts';
import { asset, assetsV2, issue, relationships, start, stopAll, sync, writable } from './support.ts';

afterEach(stopAll);

const id = tinyIds.relationship;

describe('the server', () => {
  test('keeps its port, data and tokens while it is offline', async () => {
    const client = await start();
    const { port } = client.server;
    const { nextSyncToken } = await sync(client);
    await client.server.goOffline();
    await expect(client.ask(writable)).rejects.toThrow();
    await client.server.goOnline();
    expect(client.server.port).toBe(port);
    expect((await sync(client, { syncToken: nextSyncToken })).current).toEqual([]);
  });

  test('logs requests with user and region', async () => {
    const client = await start();
    await client.ask(`${assetsV2}/assets?limit=1`);
    expect(client.server.requests).toMatchObject([
      {
        method: 'GET',
        path: `${assetsV2}/assets`,
        query: { limit: '1' },
        status: 200,
        user: 'LA7ZL85MU7ML',
        region: 'EMEA',
      },
    ]);
    client.server.clearRequests();
    expect(client.server.requests).toEqual([]);
  });

  test('aims faults, and answers them in the manner of the service', async () => {
    const client = await start();
    client.server.addFault({
      on: { path: '/bim360/relationship/' },
      times: 1,
      fault: { kind: 'status', status: 500 },
    });
    const reply = await client.ask(`${relationships}:search`);
    expect(reply.status).toBe(500);
    expect(reply.json()).toMatchObject({ type: 'InternalServerError' });
    client.server.addFault({ on: {}, fault: { kind: 'omit-rows', every: 2 } });
    expect((await client.get(`${assetsV2}/assets`)).results).toHaveLength(2);
    client.server.clearFaults();
    expect((await client.get(`${assetsV2}/assets`)).results).toHaveLength(4);
  });
});

describe('the control surface', () => {
  test('is closed unless it is asked for', async () => {
    const client = await start();
    expect((await client.ask('/__control/state')).status).toBe(404);
  });

  test('turns switches and refuses unknown ones', async () => {
    const client = await start({ control: true });
    expect((await client.ask('/__control/switches', { body: { syncPageSize: 1 } })).status).toBe(200);
    expect((await sync(client)).current).toEqual([1]);
    expect((await client.ask('/__control/switches', { body: { speed: 1 } })).status).toBe(400);
  });

  test('does what a colleague would', async () => {
    const client = await start({ control: true });
    const { nextSyncToken } = await sync(client);
    const change = (body: object) => client.post('/__control/changes', body);
    expect(await change({ do: 'relate', ends: [asset(4), issue(1)] })).toEqual({ ok: true });
    expect(await change({ do: 'relate', ends: [asset(4), issue(1)] })).toEqual({ ok: false });
    expect(await change({ do: 'unrelate', id: id(2) })).toEqual({ ok: true });
    expect(await change({ do: 'rename', id: asset(1).id, name: 'AHU-01A' })).toEqual({ ok: true });
    expect(await change({ do: 'delete', id: asset(2).id })).toEqual({ ok: true });
    const next = await sync(client, { syncToken: nextSyncToken });
    expect(next).toMatchObject({ current: [expect.any(Number)], deleted: [2] });
    expect((await client.get(`${assetsV2}/assets`)).results).toMatchObject([
      { clientAssetId: 'AHU-01A' },
      { clientAssetId: 'DR-101' },
      { clientAssetId: 'DP-01' },
    ]);
  });

  test('shows what there is and no token', async () => {
    const client = await start({ control: true });
    const tokens = client.server.signIn();
    await client.ask(writable, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    const { text } = await client.ask('/__control/state');
    expect(JSON.parse(text)).toMatchObject({
      projects: [{ id: tinyIds.project, counts: { assets: 4 } }, {}],
    });
    expect(text).not.toContain(tokens.access_token);
    expect(text).not.toContain(tokens.refresh_token);
  });
});

describe('profiles', () => {
  test('the default switches are valid', () => {
    expect(switchesSchema.parse(defaultSwitches)).toEqual(defaultSwitches);
  });

  test.each(Object.entries(profiles))(
    'under %s a relationship is created, seen in the feed and deleted',
    async (_name, switches) => {
      const client = await start({
        switches: switchesSchema.partial().parse(switches) as Partial<typeof defaultSwitches>,
      });
      const readAll = async () => {
        const all = new Set<number>();
        let page = await sync(client);
        for (const number of page.current) all.add(number);
        while (page.moreData) {
          page = await sync(client, { syncToken: page.nextSyncToken });
          for (const number of page.current) all.add(number);
        }
        return [...all];
      };
      const body = [{ id: id(20), entities: [asset(4), issue(1)] }];
      expect((await client.ask(relationships, { method: 'PUT', body })).status).toBe(200);
      expect(await readAll()).toEqual([1, 2, 3, 4, 5, 20]);
      expect(await client.post(`${relationships}:delete`, [id(20)])).toEqual({ deleted: [id(20)] });
      expect(await readAll()).toEqual([1, 2, 3, 4, 5]);
    },
  );
});
