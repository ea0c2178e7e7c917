import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SyncTask } from '../../../src-main/backend/sync/run.ts';
import { type Hooks, openLife } from '../../deep/crash/life.ts';
import { type FakeWorld, startFakeWorld, syncOnce, toEnd, whole } from '../../support/fake-world.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { sqliteBinding } from '../../support/workspace.ts';

/** Someone who reads the file from outside at any instant: what is committed, and nothing else. */
function openBystander(path: string): (sql: string) => number {
  const db = new Database(path, {
    readonly: true,
    ...(sqliteBinding === null ? {} : { nativeBinding: sqliteBinding }),
  });
  onTestFinished(() => void db.close());
  return (sql) => Number(db.prepare(sql).pluck().get());
}

/** Runs a sync, and looks at the file before every call of the database and at every boundary. */
async function watch(
  world: FakeWorld,
  look: (read: (sql: string) => number) => void,
  task: SyncTask = whole,
) {
  const path = join(createTempFolder(), 'watched.weft');
  world.db().prepare('VACUUM INTO ?').run(path);
  const read = openBystander(path);
  let looks = 0;
  const see = () => {
    looks += 1;
    look(read);
  };
  const hooks: Hooks = { call: see, boundary: see };
  const life = openLife(path, world.remote, hooks);
  onTestFinished(() => life.close());
  const report = await syncOnce(life, task);
  see();
  expect(report).toMatchObject({ complete: true, failed: [] });
  expect(looks).toBeGreaterThan(20);
  return read;
}

const present = 'SELECT COUNT(*) FROM relationship WHERE base_present = 1';

describe('at each instant [I2]', () => {
  it('a listing is applied whole or not at all, and is remembered as read only with what it told', async () => {
    const world = startFakeWorld({ assets: 4 });
    for (const n of [2, 3, 4]) world.remote.put(toEnd('asset:1'), toEnd(`asset:${n}`));
    const seen = new Set<string>();
    await watch(world, (read) => {
      const told = read(present);
      const first = read(
        "SELECT COUNT(*) FROM listing l JOIN entity e ON e.id = l.entity_id WHERE e.remote_id = '1'",
      );
      seen.add(`${told} related, ${first} remembered`);
    });
    expect([...seen]).toEqual(['0 related, 0 remembered', '3 related, 1 remembered']);
  });

  it('a page of entities is applied whole or not at all, and its kind is remembered as read only after its last page', async () => {
    const world = startFakeWorld({ assets: 3, metrics: 2 });
    const seen = new Set<string>();
    await watch(world, (read) => {
      const [assets, metrics] = ['asset', 'metric'].map((kind) =>
        read(`SELECT COUNT(*) FROM entity WHERE kind = '${kind}'`),
      );
      const isRead = (kind: string) =>
        read(`SELECT COUNT(*) FROM sweep, json_each(read_kinds) WHERE value = '${kind}'`) > 0;
      if (isRead('asset')) expect(assets).toBe(3);
      if (isRead('metric')) expect(metrics).toBe(2);
      seen.add(`${assets} and ${metrics}`);
    });
    expect([...seen]).toEqual(['0 and 0', '3 and 0', '3 and 2']);
  });

  it('the cursor of a feed stands where its page was applied, never before or after it', async () => {
    const world = startFakeWorld({ assets: 4, feed: true });
    await world.sync();
    for (const n of [2, 3, 4]) world.remote.put(toEnd('asset:1'), toEnd(`asset:${n}`));
    const before = world.db().prepare('SELECT cursor FROM feed').pluck().get();
    const seen = new Map<string, Set<number>>();
    await watch(world, (read) => {
      const isMoved = read(`SELECT COUNT(*) FROM feed WHERE cursor IS NOT '${String(before)}'`);
      const told = seen.get(`moved ${isMoved}`) ?? new Set();
      seen.set(`moved ${isMoved}`, told.add(read(present)));
    });
    expect([...(seen.get('moved 0') ?? [])]).toEqual([0]);
    expect([...(seen.get('moved 1') ?? [])].every((told) => told > 0)).toBe(true);
    expect([...(seen.get('moved 1') ?? [])].at(-1)).toBe(3);
  });

  it('a create is a wish or agreed on, never both or neither; so is a delete', async () => {
    const world = startFakeWorld({ assets: 3 });
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'));
    await world.sync();
    const created = world.relate('asset:2', 'asset:3');
    const deleted = world.unrelate('asset:1', 'asset:2');
    const seen = new Set<string>();
    const read = await watch(
      world,
      (now) => {
        const state = (id: number) => {
          const wish = now(`SELECT COUNT(*) FROM intent WHERE relationship_id = ${id}`);
          return `${wish} ${now(`SELECT COUNT(*) FROM relationship WHERE id = ${id} AND base_present = 1`)}`;
        };
        seen.add(`create ${state(created)}`);
        seen.add(`delete ${state(deleted)}`);
      },
      { kind: 'sync', mode: 'push', only: null },
    );
    expect([...seen].toSorted()).toEqual(['create 0 1', 'create 1 0', 'delete 0 0', 'delete 1 1']);
    expect(read('SELECT COUNT(*) FROM intent')).toBe(0);
  });

  it('a sweep is remembered as finished only once all that it reads is there', async () => {
    const world = startFakeWorld({ assets: 3 });
    world.remote.put(toEnd('asset:1'), toEnd('asset:2'));
    const seen = new Set<string>();
    const read = await watch(world, (now) => {
      const finished = now('SELECT COUNT(*) FROM sweep WHERE finished_at IS NOT NULL');
      if (finished > 0) seen.add(`${now('SELECT COUNT(*) FROM listing')} listings, ${now(present)} related`);
    });
    expect([...seen]).toEqual(['3 listings, 1 related']);
    expect(read('SELECT COUNT(*) FROM sweep WHERE finished_at IS NULL')).toBe(0);
  });
});
