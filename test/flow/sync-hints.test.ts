import { describe, expect, it } from 'vitest';
import { putOnServer } from '../support/clickie-remote.ts';
import { onServer, type SyncWorld, startSyncWorld } from '../support/sync-world.ts';

/** The entities whose relationships were read, in the order in which they were. */
function readOrder({ server }: SyncWorld): string[] {
  const paths = server.requests
    .map(({ path }) => path)
    .filter((path) => /^\/relationships\/\w+\/\d+$/.test(path));
  return [...new Set(paths)];
}

function historiesAsked({ server }: SyncWorld): number {
  return server.requests.filter(({ path }) => path.endsWith('/history')).length;
}

describe('a history', () => {
  it('says where to look first, and everything is looked at all the same', async () => {
    const world = await startSyncWorld({ switches: { historyOf: 2 } });
    putOnServer(world.server, 'collaborator:3', 'asset:20');
    await world.sync();
    const order = readOrder(world);
    expect(order[0]).toBe('/relationships/collaborators/3');
    expect(order).toHaveLength(12);
    expect(await world.shown()).toEqual(onServer(world.server));
  });

  it('is not asked for by a first pull', async () => {
    const world = await startSyncWorld({ pulled: false });
    await world.sync();
    expect(historiesAsked(world)).toBe(0);
  });

  it('that tells of nothing leaves nothing out', async () => {
    const world = await startSyncWorld();
    putOnServer(world.server, 'collaborator:3', 'asset:20');
    expect(await world.sync()).toMatchObject({ pulled: { relationships: { added: 1 } } });
    expect(historiesAsked(world)).toBe(3);
  });

  for (const [what, fault] of [
    ['is not for these eyes', { kind: 'status', status: 403 }],
    ['does not exist', { kind: 'status', status: 404 }],
    ['fails', { kind: 'status', status: 500 }],
    ['cannot be read', { kind: 'missing-key', key: 'id_resource' }],
    ['is no list', { kind: 'wrong-types', as: 'object' }],
  ] as const) {
    it(`that ${what} changes nothing`, async () => {
      const world = await startSyncWorld({ switches: { historyOf: 2 } });
      world.server.addFault({ on: { path: /history$/ }, fault });
      putOnServer(world.server, 'collaborator:3', 'asset:20');
      expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
      expect(await world.shown()).toEqual(onServer(world.server));
    });
  }
});
