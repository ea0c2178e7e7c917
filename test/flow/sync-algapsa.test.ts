import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBackend } from '../../src-main/backend/index.ts';
import type { Relationship } from '../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { DEFAULT_KEY, OTHER_TENANT_KEY, TINY_TENANTS, tinyId } from '../servers/algapsa/seed.ts';
import { findLink, mustTenant } from '../servers/algapsa/site.ts';
import type { AlgapsaSwitches } from '../servers/algapsa/switches.ts';
import { startCheckedAlgapsa, writesTo } from '../support/algapsa-remote.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { AnswerError } from '../support/sync-world.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { sqliteBinding } from '../support/workspace.ts';

/** A whole backend, connected to an AlgaPSA server with the tiny fleet, that has pulled once. */
async function start(switches: Partial<AlgapsaSwitches>) {
  const server = await startCheckedAlgapsa({ switches });
  const secrets = new Map<string, string>();
  const backend = createBackend({
    fetch: (url, init) => fetch(url, init),
    secrets: {
      read: async (reference) => secrets.get(reference) ?? null,
      write: async (_reference, secret) => {
        secrets.set('key', secret);
        return { reference: 'key', persisted: true, reason: null };
      },
    },
    clock: createInstantClock(),
    newId: randomUUID,
    sqliteBinding,
    log: (line) => {
      throw new Error(line);
    },
  });
  onTestFinished(() => backend.close());
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new AnswerError(result.error.code, result.error.message);
    return result.value;
  };
  const connect = (scope: string, secret: string) =>
    ask('connections:add', { draft: { name: 'psa', remote: 'algapsa', url: server.url, scope }, secret });
  const sync = async (only: Relationship['id'][] | null = null) => {
    const [report] = await ask('sync:start', { connectionId: null, mode: 'both', only });
    return report;
  };
  const find = async (parent: number, child: number) => {
    const { rows } = await ask('relationships:page', { entityId: null, offset: 0, limit: 500 });
    const at = (n: number) => `psa:asset:${tinyId(n)}`;
    const row = rows.find(
      ({ source, target }) => source.address === at(parent) && target.address === at(child),
    );
    if (row === undefined) throw new Error(`${parent} and ${child} are not related`);
    return row;
  };
  const relate = async (parent: number, child: number, type: string | null) => {
    const toEntity = (n: number) => ask('entities:find', { address: `psa:asset:${tinyId(n)}` });
    const [source, target] = [await toEntity(parent), await toEntity(child)];
    return await ask('relationships:relate', {
      sourceId: source.id,
      targetId: target.id,
      type,
      local: false,
    });
  };
  const typeThere = (parent: number, child: number) =>
    findLink(mustTenant(server.site), tinyId(parent), tinyId(child))?.relationshipType;
  await ask('workspace:create', { path: join(createTempFolder(), 'test.weft') });
  await connect('', DEFAULT_KEY);
  expect(await sync()).toMatchObject({ complete: true, failed: [] });
  server.clearRequests();
  return { server, ask, connect, sync, find, relate, typeThere };
}

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
    expect(await ask('sync:dry-run', { connectionId: null, only: null })).toMatchObject([{ requests: [] }]);
    expect(typeThere(3, 4)).toBe('backed up by');
    server.set({ profile: 'intended' });
    await connect('', DEFAULT_KEY);
    expect(await sync()).toMatchObject({ complete: true, pushed: { created: 1, updated: 1 } });
    expect([typeThere(7, 1), typeThere(3, 4)]).toEqual(['connected to', 'archived by']);
  });

  it('parks a delete whose id it was never told', async () => {
    const { ask, sync, find } = await start({});
    await ask('relationships:unrelate', { id: (await find(3, 4)).id });
    expect(await sync()).toMatchObject({ parked: 1 });
    expect((await find(3, 4)).cause).toContain('does not tell the id');
  });
});
