import { afterEach, describe, expect, test } from 'vitest';
import type { EntityRef } from '../../../servers/autodesk/entity-ref.ts';
import { tinyIds } from '../../../servers/autodesk/seed.ts';
import type { AutodeskSwitches } from '../../../servers/autodesk/switches.ts';
import {
  asset,
  assetsV1,
  type Body,
  type Client,
  checklist,
  document,
  issue,
  numbersOf,
  relationships,
  rowsOf,
  start,
  stopAll,
  sync,
} from './support.ts';

afterEach(stopAll);

const id = tinyIds.relationship;

function put(client: Client, items: readonly unknown[]) {
  return client.ask(relationships, { method: 'PUT', body: items });
}

function proposal(number: number | null, ...entities: readonly EntityRef[]) {
  return { ...(number === null ? {} : { id: id(number) }), entities };
}

async function startWith(switches: Partial<AutodeskSwitches>) {
  return start({ switches });
}

describe('creating relationships', () => {
  test('takes the ids that the client chose and answers 200 with the objects', async () => {
    const client = await start();
    const reply = await put(client, [proposal(20, asset(4), issue(1)), proposal(21, asset(4), document(1))]);
    expect(reply.status).toBe(200);
    expect(numbersOf(JSON.parse(reply.text))).toEqual([20, 21]);
    expect(await client.get(`${relationships}/${id(20)}`)).toMatchObject({
      isService: false,
      isDeleted: false,
    });
  });

  test('chooses an id when none is given', async () => {
    const client = await start();
    const rows: Body[] = JSON.parse((await put(client, [proposal(null, asset(4), issue(1))])).text);
    expect(rows[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('succeeds in part with 409: what is new is created, and conflicts show what is there', async () => {
    const client = await start();
    const reply = await put(client, [proposal(20, issue(1), asset(1)), proposal(21, issue(1), asset(4))]);
    expect(reply.status).toBe(409);
    const body = reply.json();
    expect(Object.keys(body)).toEqual(['success', 'conflict']);
    expect(numbersOf(rowsOf(body, 'success'))).toEqual([21]);
    expect(body.conflict).toMatchObject([{ id: id(20), actual: { id: id(1), isDeleted: false } }]);
    expect((await client.ask(`${relationships}/${id(21)}`)).status).toBe(200);
    expect((await client.ask(`${relationships}/${id(20)}`)).status).toBe(404);
  });

  test('finds the existing pair in either order', async () => {
    const client = await start();
    const reply = await put(client, [proposal(20, issue(1), asset(1))]);
    expect(reply.json()).toMatchObject({ conflict: [{ actual: { id: id(1) } }] });
  });

  test('refuses an id that another pair has', async () => {
    const client = await start();
    const reply = await put(client, [proposal(1, asset(4), issue(2))]);
    expect(reply.json()).toMatchObject({ success: [], conflict: [{ id: id(1), actual: { id: id(1) } }] });
  });

  test('refuses the id of a deleted relationship and takes a new one for its pair', async () => {
    const client = await start();
    await client.post(`${relationships}:delete`, [id(1)]);
    const again = await put(client, [proposal(1, asset(1), issue(1))]);
    expect(again.json()).toMatchObject({ conflict: [{ actual: { id: id(1), isDeleted: true } }] });
    expect((await put(client, [proposal(20, asset(1), issue(1))])).status).toBe(200);
  });

  test('refuses the second of two ids for one pair in one request', async () => {
    const client = await start();
    const reply = await put(client, [proposal(20, asset(4), issue(1)), proposal(21, asset(4), issue(1))]);
    expect(reply.json()).toMatchObject({
      success: [{ id: id(20) }],
      conflict: [{ id: id(21), actual: { id: id(20) } }],
    });
  });

  test.each([
    ['no list', {}],
    ['an empty list', []],
    ['more than twenty', Array.from({ length: 21 }, (_, n) => proposal(100 + n, asset(4), issue(1)))],
    ['an id that is no UUID', [{ id: 'mine', entities: [asset(4), issue(1)] }]],
    ['one end', [proposal(20, asset(4))]],
    ['three ends', [proposal(20, asset(4), issue(1), issue(2))]],
    ['an id of more than 512 characters', [proposal(20, asset(4), { ...issue(1), id: 'x'.repeat(513) })]],
    ['no common end', [proposal(20, asset(4), issue(1)), proposal(21, asset(2), issue(2))]],
  ])('refuses %s with 400', async (_what, body) => {
    const client = await start();
    const reply = await client.ask(relationships, { method: 'PUT', body });
    expect(reply.status).toBe(400);
    expect(reply.json()).toMatchObject({ type: 'BadInput', errors: [{ type: 'BadInput' }] });
  });

  test('does not take asset to checklist, which the allow list leaves out', async () => {
    const client = await start();
    expect((await put(client, [proposal(20, asset(4), checklist(1))])).status).toBe(403);
    client.server.set({ checklistWritable: true });
    expect((await put(client, [proposal(20, asset(4), checklist(1))])).status).toBe(200);
  });

  test('takes what only ACC allows on ACC alone', async () => {
    const client = await start();
    const acc = relationships.replace(tinyIds.project, tinyIds.accProject);
    const ends = [
      { domain: 'autodesk-bim360-asset', type: 'asset', id: tinyIds.asset(11) },
      { domain: 'autodesk-construction-form', type: 'form', id: tinyIds.form(1) },
    ];
    await client.post(`${acc}:delete`, [id(11)]);
    expect((await client.ask(acc, { method: 'PUT', body: [{ entities: ends }] })).status).toBe(200);
    expect((await put(client, [{ entities: ends }])).status).toBe(403);
  });

  test('needs JSON by name', async () => {
    const client = await start();
    const headers = { 'content-type': 'text/plain' };
    const body = JSON.stringify([proposal(20, asset(4), issue(1))]);
    expect((await client.ask(relationships, { method: 'PUT', body, headers })).status).toBe(415);
    expect((await client.ask(`${relationships}/${id(20)}`)).status).toBe(404);
  });

  test('a relationship of the legacy endpoint is one of a service', async () => {
    const client = await start();
    const body = { entities: [{ id: checklist(1).id, type: 'checklist' }] };
    await client.ask(`${assetsV1}/assets/${asset(2).id}/relationships`, { body });
    const { rows } = await sync(client, { filters: { domains: ['autodesk-bim360-checklist'] } });
    expect(rows).toMatchObject([{ isService: true }, { isService: true }]);
  });
});

describe('deleting relationships', () => {
  test('deletes softly and lists what it deleted', async () => {
    const client = await start();
    expect(await client.post(`${relationships}:delete`, [id(2), id(3)])).toEqual({ deleted: [id(2), id(3)] });
    expect(await client.get(`${relationships}/${id(2)}`)).toMatchObject({
      isDeleted: true,
      deletedOn: expect.any(String),
    });
  });

  test('leaves out what is unknown or deleted already', async () => {
    const client = await start();
    await client.post(`${relationships}:delete`, [id(2)]);
    expect(await client.post(`${relationships}:delete`, [id(1), id(2), id(99)])).toEqual({
      deleted: [id(1)],
    });
  });

  test.each([[[]], [['mine']], [{ ids: [id(1)] }], [Array.from({ length: 51 }, (_, n) => id(n))]])(
    'refuses a body that is not 1 to 50 ids',
    async (body) => {
      const client = await start();
      expect((await client.ask(`${relationships}:delete`, { body })).status).toBe(400);
    },
  );

  test('refuses what the allow list leaves out, and then deletes none of the batch', async () => {
    const client = await start();
    expect((await client.ask(`${relationships}:delete`, { body: [id(1), id(5)] })).status).toBe(403);
    expect((await sync(client)).current).toEqual([1, 2, 3, 4, 5]);
    const legacy = await client.ask(`${assetsV1}/relationships:delete`, { body: [id(5)] });
    expect(legacy.json()).toEqual({ deleted: [id(5)] });
  });
});

describe('switches for writing', () => {
  test.each([
    ['200', 200],
    ['409', 409],
  ] as const)('existingPair %s answers a known pair without an id', async (existingPair, status) => {
    const client = await startWith({ existingPair });
    const reply = await put(client, [proposal(null, asset(1), issue(1))]);
    expect(reply.status).toBe(status);
    expect(reply.text).toContain(id(1));
  });

  test.each([
    ['200', 200],
    ['409', 409],
  ] as const)('sameIdAgain %s answers a request that is sent again', async (sameIdAgain, status) => {
    const client = await startWith({ sameIdAgain });
    const items = [proposal(20, asset(4), issue(1))];
    expect((await put(client, items)).status).toBe(200);
    expect((await put(client, items)).status).toBe(status);
    expect((await sync(client)).current).toContain(20);
  });

  test.each([
    ['always', ['success', 'conflict'], ['success', 'conflict']],
    ['when-some', ['conflict'], ['success', 'conflict']],
    ['never', ['conflict'], ['conflict']],
  ] as const)('successKey %s decides about the key of a 409', async (successKey, none, some) => {
    const client = await startWith({ successKey });
    const taken = proposal(20, issue(1), asset(1));
    expect(Object.keys((await put(client, [taken])).json())).toEqual(none);
    expect(Object.keys((await put(client, [taken, proposal(21, issue(1), asset(4))])).json())).toEqual(some);
  });

  test.each(['400', '403', '404'] as const)(
    'missingEntity %s answers an end that does not exist',
    async (missingEntity) => {
      const client = await startWith({ missingEntity });
      expect((await put(client, [proposal(20, asset(99), issue(1))])).status).toBe(Number(missingEntity));
    },
  );

  test('pivotRequired off takes relationships that share nothing', async () => {
    const client = await startWith({ pivotRequired: false });
    expect(
      (await put(client, [proposal(20, asset(4), issue(1)), proposal(21, asset(2), issue(2))])).status,
    ).toBe(200);
  });

  test.each([
    ['omit', 200, { deleted: [id(1)] }],
    ['list', 200, { deleted: [id(1), id(99)] }],
    ['404', 404, { type: 'NotFound' }],
  ] as const)('deleteUnknown %s answers an id that is not there', async (deleteUnknown, status, body) => {
    const client = await startWith({ deleteUnknown });
    const reply = await client.ask(`${relationships}:delete`, { body: [id(1), id(99)] });
    expect(reply.status).toBe(status);
    expect(reply.json()).toMatchObject(body);
  });

  test('allReadOnly marks relationships and refuses to delete them', async () => {
    const client = await startWith({ allReadOnly: true });
    expect(await client.get(`${relationships}/${id(1)}`)).toMatchObject({ isReadOnly: true });
    expect((await client.ask(`${relationships}:delete`, { body: [id(1)] })).status).toBe(403);
  });

  test('deniedEntities refuses one entity only, and everybody still reads its relationships', async () => {
    const client = await startWith({ deniedEntities: [issue(1).id] });
    expect((await put(client, [proposal(20, asset(4), issue(1))])).status).toBe(403);
    expect((await put(client, [proposal(20, asset(4), issue(2))])).status).toBe(200);
    expect(await client.get(`${relationships}/${id(1)}`)).toMatchObject({ isReadOnly: true });
    expect((await client.ask(`/issues/v2/containers/${tinyIds.project}/issues/${issue(1).id}`)).status).toBe(
      403,
    );
  });

  test.each([
    ['published', 1, true],
    ['both-ends', 2, false],
  ] as const)('legacyAnswer %s gives %i ends', async (legacyAnswer, ends, hasDeletedOn) => {
    const client = await startWith({ legacyAnswer });
    const body = { entities: [{ id: issue(2).id, type: 'issue' }] };
    const reply = await client.ask(`${assetsV1}/assets/${asset(1).id}/relationships`, { body });
    const [row = {}]: Body[] = JSON.parse(reply.text);
    expect(row.entities).toHaveLength(ends);
    expect('deletedOn' in row).toBe(hasDeletedOn);
  });

  test('legacyDelete absent takes the endpoint away', async () => {
    const client = await startWith({ legacyDelete: 'absent' });
    expect((await client.ask(`${assetsV1}/relationships:delete`, { body: [id(5)] })).status).toBe(404);
  });

  test('duplicateApply sends a write twice, and the client sees the second answer', async () => {
    const client = await startWith({ duplicateApply: true });
    expect((await put(client, [proposal(20, asset(4), issue(1))])).status).toBe(409);
    expect((await sync(client)).current).toContain(20);
  });

  test('a reply that is lost after the commit leaves a relationship that a retry finds', async () => {
    const client = await start();
    client.server.addFault({
      on: { method: 'PUT' },
      times: 1,
      when: 'after',
      fault: { kind: 'drop', at: 'headers' },
    });
    const items = [proposal(20, asset(4), issue(1))];
    await expect(put(client, items)).rejects.toThrow();
    expect((await put(client, items)).json()).toMatchObject({
      conflict: [{ id: id(20), actual: { id: id(20) } }],
    });
  });
});

describe('writes that no client of this product may send', () => {
  test('are refused and recorded', async () => {
    const client = await start();
    await client.ask(`${assetsV1.replace('/v1/', '/v2/')}/assets:batch-delete`, { body: [asset(1).id] });
    await client.ask(`/issues/v2/containers/${tinyIds.project}/issues`, { body: { title: 'New' } });
    expect(client.server.forbiddenWrites).toMatchObject([
      { method: 'POST', path: expect.stringContaining('assets:batch-delete') },
      { method: 'POST', path: expect.stringContaining('/issues') },
    ]);
    await put(client, [proposal(20, asset(4), issue(1))]);
    expect(client.server.forbiddenWrites).toHaveLength(2);
  });
});
