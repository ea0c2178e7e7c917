import { afterEach, describe, expect, test } from 'vitest';
import { COLLEAGUE, seedBuilding, tinyIds } from '../../../servers/autodesk/seed.ts';
import { mustProject } from '../../../servers/autodesk/site.ts';
import {
  asset,
  type Body,
  type Client,
  createClock,
  issue,
  relationships,
  rowsOf,
  start,
  stopAll,
  sync,
} from './support.ts';

afterEach(stopAll);

const id = tinyIds.relationship;

function relate(client: Client, number: number, assetNumber: number, issueNumber: number) {
  const body = [{ id: id(number), entities: [asset(assetNumber), issue(issueNumber)] }];
  return client.ask(relationships, { method: 'PUT', body });
}

function unrelate(client: Client, ...numbers: readonly number[]) {
  return client.ask(`${relationships}:delete`, { body: numbers.map(id) });
}

describe('the feed of changes', () => {
  test('gives everything at first and nothing after that', async () => {
    const client = await start();
    const first = await sync(client, { syncToken: null, filters: null });
    expect(first).toMatchObject({ current: [1, 2, 3, 4, 5], deleted: [], moreData: false, overwrite: false });
    expect(await sync(client, { syncToken: first.nextSyncToken })).toMatchObject({
      current: [],
      deleted: [],
    });
  });

  test('gives what was created and deleted since', async () => {
    const client = await start();
    const { nextSyncToken } = await sync(client);
    await relate(client, 20, 4, 1);
    await unrelate(client, 2);
    const next = await sync(client, { syncToken: nextSyncToken });
    expect(next).toMatchObject({ current: [20], deleted: [2] });
    expect(next.deletedRows).toMatchObject([{ isDeleted: true, entities: [{}, {}] }]);
  });

  test('does not mention at first what was deleted before', async () => {
    const client = await start();
    await unrelate(client, 2);
    expect(await sync(client)).toMatchObject({ current: [1, 3, 4, 5], deleted: [] });
  });

  test('goes on page by page, and a deletion between two pages is not lost', async () => {
    const client = await start({ switches: { syncPageSize: 2 } });
    const first = await sync(client);
    expect(first).toMatchObject({ current: [1, 2], moreData: true });
    await unrelate(client, 1, 4);
    const second = await sync(client, { syncToken: first.nextSyncToken });
    expect(second).toMatchObject({ current: [3, 5], moreData: true });
    const third = await sync(client, { syncToken: second.nextSyncToken });
    expect(third).toMatchObject({ current: [], deleted: [1, 4], moreData: false });
  });

  test('keeps to the domains of the first call', async () => {
    const client = await start();
    const first = await sync(client, { filters: { domains: ['autodesk-bim360-issue'] } });
    expect(first.current).toEqual([1, 4]);
    await unrelate(client, 2, 4);
    expect((await sync(client, { syncToken: first.nextSyncToken })).deleted).toEqual([4]);
  });

  test('keeps to the query of a search whose token is given', async () => {
    const client = await start();
    const body = await client.get(
      `${relationships}:search?domain=autodesk-bim360-asset&type=asset&id=${asset(3).id}`,
    );
    const { syncToken } = body.page as { syncToken: string };
    await relate(client, 20, 4, 1);
    await relate(client, 21, 3, 1);
    expect((await sync(client, { syncToken })).current).toEqual([21]);
  });

  test.each([
    ['no object', []],
    ['a token that is none', { syncToken: 'mine' }],
    ['no domains', { filters: { domains: [] } }],
    ['more than twenty domains', { filters: { domains: Array.from({ length: 21 }, (_, n) => `d${n}`) } }],
  ])('refuses %s with 400', async (_what, body) => {
    const client = await start();
    expect((await client.ask(`${relationships}:sync`, { body })).status).toBe(400);
  });

  test('refuses filters on any but the first call', async () => {
    const client = await start();
    const { nextSyncToken } = await sync(client);
    const body = { syncToken: nextSyncToken, filters: { domains: ['autodesk-bim360-asset'] } };
    expect((await client.ask(`${relationships}:sync`, { body })).status).toBe(400);
  });

  test('reaches every relationship of a building', async () => {
    const client = await start({ site: seedBuilding() });
    const path = `/bim360/relationship/v2/containers/${mustProject(client.server.site).id}/relationships:sync`;
    const ids = new Set<unknown>();
    let body: Body = {};
    for (let page = 0; page < 10; page += 1) {
      const answer = await client.post(path, body);
      for (const row of rowsOf(answer.current as Body, 'data')) ids.add(row.id);
      if (answer.moreData === false) break;
      body = { syncToken: answer.nextSyncToken };
    }
    expect(ids.size).toBe(700);
  });
});

describe('tokens that start anew', () => {
  test('a new epoch overwrites, on the first page of the round', async () => {
    const client = await start({ switches: { syncPageSize: 3 } });
    const { nextSyncToken } = await sync(client);
    client.server.set({ syncEpoch: 1 });
    const first = await sync(client, { syncToken: nextSyncToken });
    expect(first).toMatchObject({ current: [1, 2, 3], overwrite: true, moreData: true });
    const second = await sync(client, { syncToken: first.nextSyncToken });
    expect(second).toMatchObject({ current: [4, 5], overwrite: false, moreData: false });
  });

  test('overwritePages all says so on every page, and not in the round after it', async () => {
    const client = await start({ switches: { syncPageSize: 3, overwritePages: 'all' } });
    const { nextSyncToken } = await sync(client);
    client.server.set({ syncEpoch: 1 });
    const first = await sync(client, { syncToken: nextSyncToken });
    const second = await sync(client, { syncToken: first.nextSyncToken });
    expect([first.overwrite, second.overwrite]).toEqual([true, true]);
    expect(await sync(client, { syncToken: second.nextSyncToken })).toMatchObject({
      overwrite: false,
      current: [],
    });
  });

  test('an old token overwrites when tokens have an end', async () => {
    const clock = createClock();
    const client = await start({ switches: { syncTokenSeconds: 60 }, now: clock.now });
    const { nextSyncToken } = await sync(client);
    clock.pass(60);
    expect(await sync(client, { syncToken: nextSyncToken })).toMatchObject({ overwrite: false });
    clock.pass(1);
    expect(await sync(client, { syncToken: nextSyncToken })).toMatchObject({
      overwrite: true,
      current: [1, 2, 3, 4, 5],
    });
  });

  test.each(['overwrite', 'refuse'] as const)(
    'foreignToken %s meets a token of another user',
    async (foreignToken) => {
      const client = await start({ switches: { foreignToken } });
      const { nextSyncToken } = await sync(client);
      const as = { userId: COLLEAGUE.id };
      const reply = await client.ask(`${relationships}:sync`, { body: { syncToken: nextSyncToken }, as });
      expect(reply.status).toBe(foreignToken === 'refuse' ? 400 : 200);
      if (foreignToken === 'overwrite') expect(reply.json()).toMatchObject({ overwrite: true });
    },
  );

  test('a token of another container starts anew as well', async () => {
    const client = await start();
    const { nextSyncToken } = await sync(client);
    const other = relationships.replace(tinyIds.project, tinyIds.accProject);
    expect(await client.post(`${other}:sync`, { syncToken: nextSyncToken })).toMatchObject({
      overwrite: true,
      current: { data: [{ id: id(11) }] },
    });
  });
});

describe('other switches of sync', () => {
  test('syncRepeats gives the last row again', async () => {
    const client = await start({ switches: { syncRepeats: true, syncPageSize: 2 } });
    const first = await sync(client);
    const second = await sync(client, { syncToken: first.nextSyncToken });
    expect([first.current, second.current]).toEqual([
      [1, 2],
      [2, 3, 4],
    ]);
    const third = await sync(client, { syncToken: second.nextSyncToken });
    expect(third).toMatchObject({ current: [4, 5], moreData: false });
  });

  test('deletedFlag false contradicts the list that the row is in, as the reference does', async () => {
    const client = await start({ switches: { deletedFlag: 'false' } });
    const { nextSyncToken } = await sync(client);
    await unrelate(client, 2);
    const next = await sync(client, { syncToken: nextSyncToken });
    expect(next.deletedRows).toMatchObject([{ isDeleted: false, deletedOn: expect.any(String) }]);
  });
});

describe('the status of tokens', () => {
  test('says for each whether there is more, and lists wrong ones beside them', async () => {
    const client = await start();
    const { nextSyncToken: old } = await sync(client);
    await unrelate(client, 2);
    const { nextSyncToken: fresh } = await sync(client, { syncToken: old });
    const body = [
      { syncToken: old, referenceId: 'old' },
      { syncToken: fresh },
      { syncToken: 'wrong', referenceId: 'w' },
    ];
    expect(await client.post(`${relationships}:syncStatus`, body)).toEqual({
      results: [
        { moreData: true, overwrite: false, referenceId: 'old', syncToken: old },
        { moreData: false, overwrite: false, syncToken: fresh },
      ],
      errors: [expect.objectContaining({ type: 'BadInput', referenceId: 'w', syncToken: 'wrong' })],
    });
  });
});
