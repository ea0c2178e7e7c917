import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { ConnectionId, ConnectionLoss } from '../../src-preload/contract/model.ts';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { onServer, type SyncWorld, startSyncWorld } from '../support/sync-world.ts';
import { createTempFolder } from '../support/temp-folder.ts';

/** Two pending changes, one mark, and one relationship of the workspace itself between Warehouse and Boiler. */
async function startUsed() {
  const world = await startSyncWorld();
  const local = await world.ask('relationships:relate', {
    sourceId: (await world.entity('asset:20')).id,
    targetId: (await world.entity('asset:12')).id,
    type: 'backs up',
    local: true,
  });
  await world.relate('asset:20', 'metric:21');
  await world.unrelate('asset:10', 'metric:5');
  const marked = await world.find('asset:11', 'asset:12');
  if (marked === undefined) throw new Error('The tiny site has it');
  await world.ask('relationships:retype', { id: marked.id, type: 'contains' });
  const { id } = await world.connection();
  return { world, id, local };
}

async function remove(world: SyncWorld, id: ConnectionId, exportTo: string | null = null): Promise<void> {
  const confirmed = await world.ask('connections:remove-preview', { id });
  await world.ask('connections:remove', { id, confirmed, exportTo });
}

const loss: ConnectionLoss = {
  pending: 2,
  conflicts: 0,
  held: 0,
  marks: 1,
  relationships: 9,
  entities: 10,
  keptEntities: 2,
  undoable: 3,
};

function readTables(path: string): Map<string, number> {
  const db = new Database(path, { readonly: true });
  try {
    const names = db
      .prepare(
        "SELECT DISTINCT m.name FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
      )
      .pluck()
      .all()
      .map(String);
    return new Map(
      names.map((name) => [name, Number(db.prepare(`SELECT COUNT(*) FROM ${name}`).pluck().get())]),
    );
  } finally {
    db.close();
  }
}

describe('removing a connection', () => {
  it('says first what would be lost, and asking changes nothing', async () => {
    const { world, id } = await startUsed();
    const before = await world.shown();
    expect(await world.ask('connections:remove-preview', { id })).toEqual(loss);
    expect(await world.shown()).toEqual(before);
  });

  it('removes nothing where the loss is another by now than what was shown', async () => {
    const { world, id } = await startUsed();
    const confirmed = await world.ask('connections:remove-preview', { id });
    await world.relate('asset:20', 'metric:5');
    const removing = world.ask('connections:remove', { id, confirmed, exportTo: null });
    await expect(removing).rejects.toMatchObject({ code: 'loss-changed' });
    expect((await world.status()).pendingCount).toBe(3);
  });

  it('takes its copies, what is pending and its key away, and leaves the server as it is', async () => {
    const { world, id } = await startUsed();
    const before = onServer(world.server);
    world.server.clearRequests();
    await remove(world, id);
    expect(await world.status()).toMatchObject({ connections: [], pendingCount: 0, entityCount: 2 });
    expect(world.secrets()).toEqual([]);
    expect(world.server.requests).toEqual([]);
    expect(onServer(world.server)).toEqual(before);
  });

  it('keeps what the workspace itself relates: archived copies under a name that says so', async () => {
    const { world, id, local } = await startUsed();
    await remove(world, id);
    await world.reopen();
    const { rows } = await world.ask('relationships:page', { entityId: null, offset: 0, limit: 9 });
    expect(rows).toMatchObject([
      {
        id: local.id,
        type: 'backs up',
        state: 'local',
        source: { name: 'Warehouse', address: 'clickie (removed):asset:20', archived: true },
        target: { name: 'Boiler', connection: 'clickie (removed)', archived: true },
      },
    ]);
    const found = await world.ask('entities:page', {
      search: 'warehouse',
      kinds: [],
      connectionId: null,
      offset: 0,
      limit: 9,
    });
    expect(found.total).toBe(1);
  });

  it('lets the workspace’s own relationships be undone, but no longer what went with it', async () => {
    const { world, id } = await startUsed();
    await remove(world, id);
    const { undo } = await world.status();
    expect(undo).toBe('Relate Warehouse → Boiler');
    await world.ask('history:undo', {});
    expect((await world.status()).relationshipCount).toBe(0);
    await world.ask('history:redo', {});
    expect((await world.status()).relationshipCount).toBe(1);
    const { rows } = await world.ask('history:page', { offset: 0, limit: 20 });
    expect(rows.find(({ label }) => label.startsWith('Remove'))).toMatchObject({
      label: 'Remove the connection clickie; 2 pending changes dropped',
      state: 'recorded',
    });
    expect(rows.map(({ label }) => label)).toContain('Relate Warehouse → Steam pressure');
    expect(await world.ask('sync:reports', { limit: 9 })).toMatchObject({
      rows: [{ connection: 'clickie' }],
    });
  });

  it('writes what is pending and the marks to a file first, and no key', async () => {
    const { world, id } = await startUsed();
    const path = join(createTempFolder(), 'pending.json');
    await remove(world, id, path);
    const text = readFileSync(path, 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      format: 'weft-pending',
      connection: { name: 'clickie', scope: '1' },
      pending: [
        { want: 'related', source: { entity: 'clickie:asset:20' }, target: { name: 'Steam pressure' } },
        { want: 'not related', source: { name: 'Building' }, target: { entity: 'clickie:metric:5' } },
      ],
      marks: [{ type: 'contains', source: { name: 'Boiler room' }, target: { name: 'Boiler' } }],
    });
    expect(text).not.toContain(DEFAULT_KEY);
  });

  it('removes nothing where the file cannot be written', async () => {
    const { world, id } = await startUsed();
    const path = join(createTempFolder(), 'no such folder', 'pending.json');
    await expect(remove(world, id, path)).rejects.toMatchObject({ code: 'export-failed' });
    expect(existsSync(path)).toBe(false);
    expect(await world.status()).toMatchObject({ pendingCount: 2, entityCount: 12 });
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 1, deleted: 1 } });
  });

  it('ends a sync of it that runs', async () => {
    const { world, id } = await startUsed();
    world.server.set({ delayMs: 20 });
    const running = world.ask('sync:start', { connectionId: id, mode: 'pull', only: null });
    await world.next('sync:progressed');
    await remove(world, id);
    expect(await running).toMatchObject([{ cancelled: true }]);
    expect((await world.status()).connections).toEqual([]);
  });

  it('refuses to relate its archived copies as if the remote were there, but takes a local relationship', async () => {
    const { world, id } = await startUsed();
    const sourceId = (await world.entity('asset:12')).id;
    const targetId = (await world.entity('asset:20')).id;
    await remove(world, id);
    const ends = { sourceId, targetId, type: null };
    const relating = world.ask('relationships:relate', { ...ends, local: false });
    await expect(relating).rejects.toMatchObject({ code: 'not-found' });
    await expect(world.ask('entities:refresh', { id: sourceId })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(await world.ask('relationships:relate', { ...ends, local: true })).toMatchObject({
      state: 'local',
    });
  });

  it('frees its name; connecting the same account again brings the archived copies back to life', async () => {
    const { world, id, local } = await startUsed();
    const draft = { name: 'clickie', remote: 'clickie', url: world.server.url, scope: '1' } as const;
    await remove(world, id);
    await world.ask('connections:add', { draft, secret: DEFAULT_KEY });
    expect(await world.sync()).toMatchObject({ complete: true, pushed: { created: 0, deleted: 0 } });
    expect(await world.ask('relationships:read', { id: local.id })).toMatchObject({
      source: { address: 'clickie:asset:20', archived: false },
    });
    expect(await world.status()).toMatchObject({ entityCount: 12 });
    expect(await world.shown()).toEqual(
      [...onServer(world.server), 'asset:20 → asset:12 (local)'].toSorted(),
    );
  });

  it('leaves the copies of another connection alone', async () => {
    const { world, id } = await startUsed();
    const draft = { name: 'second', remote: 'clickie', url: world.server.url, scope: '2' } as const;
    const added = await world.ask('connections:add', { draft, secret: DEFAULT_KEY });
    await world.ask('sync:start', { connectionId: added.connection.id, mode: 'both', only: null });
    await remove(world, id);
    expect(await world.ask('entities:find', { address: 'second:asset:10' })).toMatchObject({
      archived: false,
    });
    expect(world.secrets()).toEqual([DEFAULT_KEY]);
    expect(await world.sync()).toMatchObject({ connection: 'second', complete: true });
  });
});

describe('what a removal leaves in the file', () => {
  it('is known for every table that points at something: none was forgotten', async () => {
    const { world, id } = await startUsed();
    await remove(world, id);
    await world.backend().close();
    // A table that is new here needs a line in removed-connections.ts, and what it may keep is said here.
    expect(Object.fromEntries(readTables(world.path))).toEqual({
      conflict: 0,
      entity: 2,
      entity_alias: 0,
      feed: 0,
      feed_missing: 0,
      held_removal: 0,
      history: 6,
      history_added: expect.any(Number), // one for each answer that brought some
      history_change: 4,
      history_pack: 0,
      history_entity: 0,
      history_type: 0,
      history_view: 0,
      intent: 0,
      listing: 0,
      local_relationship: 1,
      provenance: 0,
      relationship: 0,
      report: 1,
      sweep: 0,
      sync_run: 0,
      type_mark: 0,
      view_missing: 0,
      view_position: 0,
    });
  });
});
