import { describe, expect, it } from 'vitest';
import { DEFAULT_KEY, OTHER_TENANT_KEY, TINY_TENANTS, tinyId } from '../servers/algapsa/seed.ts';
import { writesTo } from '../support/algapsa-remote.ts';
import { startAlgapsaWorld as start } from '../support/algapsa-world.ts';

describe('a workspace on a repaired AlgaPSA', () => {
  it('shows assets and typed relationships, and pushes creates, changes and deletes', async () => {
    const { ask, sync, find, relate, typeThere } = await start({ profile: 'intended' });
    expect(await ask('workspace:status', {})).toMatchObject({ entityCount: 7, relationshipCount: 6 });
    expect((await find(6, 3)).type).toBe('Depends on');
    await relate(7, 1, 'connected to');
    await ask('relationships:retype', { id: (await find(3, 4)).id, type: 'archived by' });
    await ask('relationships:unrelate', { id: (await find(2, 1)).id });
    const report = await sync();
    expect(report).toMatchObject({ complete: true, pushed: { created: 1, updated: 1, deleted: 1 } });
    expect([typeThere(7, 1), typeThere(3, 4), typeThere(2, 1)]).toEqual([
      'connected to',
      'archived by',
      undefined,
    ]);
    expect(await sync()).toMatchObject({ pulled: { relationships: { added: 0, updated: 0, removed: 0 } } });
  });

  it('asks for a type, refuses a self and a second type for one ordered pair, and sends nothing for it', async () => {
    const { relate, server } = await start({ profile: 'intended' });
    await expect(relate(7, 1, null)).rejects.toMatchObject({ code: 'type-missing' });
    await expect(relate(7, 7, 'feeds')).rejects.toMatchObject({ code: 'self-relationship' });
    await expect(relate(3, 4, 'feeds')).rejects.toMatchObject({ code: 'already-related' });
    expect(server.requests).toEqual([]);
  });

  it('takes what others created, changed and deleted', async () => {
    const { sync, find, server } = await start({ profile: 'intended' });
    server.createRelationship(tinyId(7), tinyId(1), 'feeds');
    server.deleteRelationship(tinyId(3), tinyId(4));
    server.createRelationship(tinyId(3), tinyId(4), 'mirrors');
    server.deleteRelationship(tinyId(2), tinyId(1));
    expect(await sync()).toMatchObject({
      complete: true,
      pulled: { relationships: { added: 1, updated: 1, removed: 1 } },
    });
    expect((await find(3, 4)).type).toBe('mirrors');
  });

  it('is not moved to another tenant by another key, nor by answers of another tenant', async () => {
    const { ask, connect, sync, server } = await start({ profile: 'intended' });
    expect((await ask('workspace:status', {}))?.connections).toMatchObject([{ scope: TINY_TENANTS.first }]);
    await expect(connect('', OTHER_TENANT_KEY)).rejects.toMatchObject({ code: 'name-taken' });
    server.set({ tenantSwap: TINY_TENANTS.second });
    const report = await sync();
    expect(report).toMatchObject({ complete: false, failed: [{ code: 'identity-changed' }] });
    expect(await ask('workspace:status', {})).toMatchObject({ entityCount: 7, relationshipCount: 6 });
  });
});

describe('a workspace on an AlgaPSA that cannot write', () => {
  it('keeps every edit, blocked with the reason, and asks again when it is connected anew', async () => {
    const { ask, connect, sync, find, relate, typeThere, server } = await start({});
    await relate(7, 1, 'connected to');
    await ask('relationships:retype', { id: (await find(3, 4)).id, type: 'archived by' });
    expect(await sync()).toMatchObject({ blocked: 2, failed: [{ code: 'read-only' }] });
    expect((await find(7, 1)).cause).toContain('1.4.7');
    expect(writesTo(server)).toHaveLength(1);
    server.clearRequests();
    expect(await sync()).toMatchObject({ complete: true, blocked: 2 });
    expect(writesTo(server)).toEqual([]);
    expect(await ask('sync:dry-run', { connectionId: null, only: null })).toMatchObject({
      total: 0,
      rows: [{ requests: [] }],
    });
    expect(typeThere(3, 4)).toBe('backed up by');
    server.set({ profile: 'intended' });
    await connect('', DEFAULT_KEY);
    expect(await sync()).toMatchObject({ complete: true, pushed: { created: 1, updated: 1 } });
    expect([typeThere(7, 1), typeThere(3, 4)]).toEqual(['connected to', 'archived by']);
  });

  it('finds out by two attempts that a server without a better word than “internal error” cannot write', async () => {
    const { sync, find, relate, server } = await start({ profile: 'v1.4.0' });
    for (const child of [1, 2, 3, 4]) await relate(7, child, 'feeds');
    for (let n = 0; n < 3; n += 1) await sync();
    expect(writesTo(server)).toHaveLength(2);
    expect(await sync()).toMatchObject({ complete: true, blocked: 4 });
    expect(await find(7, 4)).toMatchObject({
      state: 'blocked',
      cause: expect.stringContaining('internal error'),
    });
  });

  it('removes nothing where all lists are empty of a sudden, although every asset is still there', async () => {
    const { ask, sync, server } = await start({ profile: 'intended' });
    server.set({ emptyLists: true });
    const report = await sync();
    expect(report).toMatchObject({ complete: false, pulled: { relationships: { removed: 0 } } });
    expect(report?.failed.map(({ code }) => code)).toContain('listing-incomplete');
    expect(await ask('workspace:status', {})).toMatchObject({ entityCount: 7, relationshipCount: 6 });
    server.set({ emptyLists: false });
    expect(await sync()).toMatchObject({
      complete: true,
      pulled: { relationships: { added: 0, removed: 0 } },
    });
    server.deleteRelationship(tinyId(3), tinyId(4));
    expect(await sync()).toMatchObject({ complete: true, pulled: { relationships: { removed: 1 } } });
  });

  it('parks a delete whose id it was never told', async () => {
    const { ask, sync, find } = await start({});
    await ask('relationships:unrelate', { id: (await find(3, 4)).id });
    expect(await sync()).toMatchObject({ parked: 1 });
    expect((await find(3, 4)).cause).toContain('does not tell the id');
  });
});
