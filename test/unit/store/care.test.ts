import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Backend, createBackend } from '../../../src-main/backend/index.ts';
import type { Ports } from '../../../src-main/backend/ports.ts';
import {
  listBackups,
  rotateBackups,
  toBackupPath,
  toNextBackup,
} from '../../../src-main/backend/store/backup.ts';
import { checkWorkspace } from '../../../src-main/backend/store/check.ts';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import { transaction } from '../../../src-main/backend/store/sql.ts';
import type { Answer, BackendChannel, Params } from '../../../src-preload/contract/requests.ts';
import { createInstantClock, until } from '../../support/instant-clock.ts';
import { createPlainPorts } from '../../support/plain-ports.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { addEntity, addSynced, createSmallPlant, readSeen, sqliteBinding } from '../../support/workspace.ts';

function createTestBackend({
  automatic = false,
  ...more
}: Partial<Ports> & { automatic?: boolean } = {}): Backend & { readonly logged: string[] } {
  const logged: string[] = [];
  const backend = createBackend(
    createPlainPorts({
      fetch: () => Promise.reject(new Error('Nothing is fetched here.')),
      clock: createInstantClock(),
      log: (line) => logged.push(line),
      ...more,
    }),
    { automatic },
  );
  onTestFinished(() => backend.close());
  return { ...backend, logged };
}

async function ask<C extends BackendChannel>(
  backend: Backend,
  channel: C,
  params: Params<C>,
): Promise<Answer<C>> {
  const result = await backend.request(channel, params);
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** A closed workspace with four entities and one relationship. */
function makeWorkspace(more = 0): string {
  const plant = createSmallPlant();
  addSynced(plant, plant.boiler, plant.pump);
  transaction(plant.db, () => {
    for (let index = 0; index < more; index += 1) {
      addEntity(plant.db, plant.plant, `more-${index}`, { name: `Sensor ${index} ${'x'.repeat(200)}` });
    }
  });
  plant.workspace.close();
  return plant.workspace.path;
}

function readAgain(path: string) {
  const workspace = openWorkspace({ path, nativeBinding: sqliteBinding });
  onTestFinished(() => workspace.close());
  return { seen: readSeen(workspace.db), findings: checkWorkspace(workspace.db), db: workspace.db };
}

describe('a backup', () => {
  test('made while the workspace is open holds everything and can be opened', async () => {
    const path = makeWorkspace();
    const backend = createTestBackend();
    await ask(backend, 'workspace:open', { path });
    const target = join(createTempFolder(), 'copy.weft');
    const made = await ask(backend, 'workspace:backup', { path: target });
    expect(made).toMatchObject({ path: target, bytes: statSync(target).size });
    const copy = readAgain(target);
    expect(copy.seen.relationships).toEqual(['1 plant Boiler → Pump - synced']);
    expect(copy.findings).toEqual([]);
  });

  test('never replaces a file that is there', async () => {
    const path = makeWorkspace();
    const backend = createTestBackend();
    await ask(backend, 'workspace:open', { path });
    await expect(ask(backend, 'workspace:backup', { path })).rejects.toThrow('workspace-exists');
  });

  test('is made by itself after opening where one is due, and only then', async () => {
    const path = makeWorkspace();
    const first = createTestBackend({ automatic: true });
    await ask(first, 'workspace:open', { path });
    await until(() => listBackups(path).length === 1);
    await first.close();
    expect(first.logged).toEqual([]);

    const second = createTestBackend({ automatic: true });
    await ask(second, 'workspace:open', { path });
    await second.close();
    expect(listBackups(path)).toHaveLength(1);
  });

  test('rotates: the oldest go, what someone else put there stays', async () => {
    const path = makeWorkspace();
    let now = Date.parse('2026-03-01T10:00:00.000Z');
    const backend = createTestBackend({ clock: { ...createInstantClock(), now: () => new Date(now) } });
    await ask(backend, 'workspace:open', { path });
    await ask(backend, 'workspace:set-backups', { keep: 2, everyHours: 1 });
    for (let day = 0; day < 4; day += 1) {
      now += 24 * 3_600_000;
      await ask(backend, 'workspace:backup', { path: null });
    }
    const { files, keep, folder } = await ask(backend, 'workspace:backups', {});
    expect(keep).toBe(2);
    expect(files.map((file) => file.path)).toEqual(
      readdirSync(folder)
        .toSorted()
        .toReversed()
        .map((name) => join(folder, name)),
    );
    expect(files).toHaveLength(2);
    expect(files[0]?.madeAt).toBe('2026-03-05T10:00:00.000Z');
  });

  test('is due so many hours after the newest; without one at once, or so long after a workspace was made', () => {
    const madeAt = '2026-03-01T10:00:00.000Z';
    const nextDay = Date.parse('2026-03-02T10:00:00.000Z');
    expect(toNextBackup({ path: '', madeAt, bytes: 1 }, 24, '2026-01-01T00:00:00.000Z')).toBe(nextDay);
    expect(toNextBackup(undefined, 24, madeAt)).toBe(nextDay);
    expect(toNextBackup(undefined, 24, null)).toBe(0);
  });

  test('carries its moment in its name', () => {
    const path = makeWorkspace();
    expect(toBackupPath(path, '2026-03-01T10:11:12.345Z')).toMatch(/2026-03-01T10-11-12\.345Z\.weft$/);
    rotateBackups(path, 1);
    expect(listBackups(path)).toEqual([]);
  });
});

describe('restoring', () => {
  test('puts a backup in place, keeps what was there, and lets the next push wait until it is adopted', async () => {
    const path = makeWorkspace();
    const backend = createTestBackend();
    await ask(backend, 'workspace:open', { path });
    await ask(backend, 'workspace:adopt', {});
    const copy = await ask(backend, 'workspace:backup', { path: null });
    await ask(backend, 'relationships:unrelate', { id: await firstRelationship(backend) });

    const { status, keptAt } = await ask(backend, 'workspace:restore', { path, from: copy.path });
    expect(status).toMatchObject({ path, pendingCount: 0, relationshipCount: 1, place: 'moved-or-copied' });
    expect(keptAt).not.toBeNull();
    expect(existsSync(copy.path)).toBe(true);
    expect((await ask(backend, 'workspace:adopt', {})).place).toBe('home');
    await backend.close();
    expect(readAgain(keptAt ?? '').seen.outbox).toEqual(['1 delete Boiler → Pump - delete']);
  });

  test('from something that is no sound workspace changes nothing', async () => {
    const path = makeWorkspace();
    const backend = createTestBackend();
    const before = readFileSync(path);
    const broken = join(createTempFolder(), 'broken.weft');
    const damagedBytes = Buffer.from(before);
    damagedBytes.fill(0xff, 8192);
    const file = openSync(broken, 'w');
    writeSync(file, damagedBytes);
    closeSync(file);
    await expect(ask(backend, 'workspace:restore', { path, from: broken })).rejects.toThrow(
      'workspace-damaged',
    );
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(join(path, '..')).filter((name) => name.includes('incoming'))).toEqual([]);
  });

  test('waits while another Weft has the workspace open', async () => {
    const path = makeWorkspace();
    const holder = createTestBackend();
    await ask(holder, 'workspace:open', { path });
    const copy = await ask(holder, 'workspace:backup', { path: null });
    const backend = createTestBackend();
    await expect(ask(backend, 'workspace:restore', { path, from: copy.path })).rejects.toThrow(
      'workspace-in-use',
    );
  });
});

async function firstRelationship(backend: Backend) {
  const { rows } = await ask(backend, 'relationships:page', { entityId: null, offset: 0, limit: 1 });
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('There is no relationship.');
  return id;
}

describe('a check', () => {
  test('finds nothing in a sound workspace', async () => {
    const backend = createTestBackend();
    await ask(backend, 'workspace:open', { path: makeWorkspace() });
    expect(await ask(backend, 'workspace:check', {})).toEqual({ ok: true, findings: [] });
  });

  test.each([
    { what: 'a dangling reference', sql: 'DELETE FROM entity WHERE id = 2', code: 'reference' },
    {
      what: 'an entity that search cannot find',
      sql: 'DELETE FROM entity_search WHERE rowid = 1',
      code: 'search',
    },
    {
      what: 'a relationship of another connection',
      sql: 'UPDATE relationship SET connection_id = 2',
      code: 'mirror',
    },
    {
      what: 'a counter that would give out the id of a relationship again',
      sql: "UPDATE counter SET next = 1 WHERE name = 'relationship'",
      code: 'counter',
    },
    {
      what: 'a counter that is gone',
      sql: "DELETE FROM counter WHERE name = 'relationship'",
      code: 'counter',
    },
    {
      what: 'a counter that would give out the number of a reading of a change feed again',
      sql: 'UPDATE relationship SET told_sweep = 1',
      code: 'counter',
    },
  ])('finds $what', ({ sql, code }) => {
    const { db, ...plant } = createSmallPlant();
    addSynced({ db, ...plant }, plant.boiler, plant.pump);
    db.pragma('foreign_keys = OFF');
    db.exec(sql);
    expect(checkWorkspace(db).map((finding) => finding.code)).toContain(code);
  });
});

describe('recovery', () => {
  test('of a damaged file brings every row that can still be read into a new one', async () => {
    const path = makeWorkspace(3000);
    const size = statSync(path).size;
    const file = openSync(path, 'r+');
    for (let page = 150; page < 170; page += 1)
      writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, page * 4096);
    closeSync(file);
    expect(size).toBeGreaterThan(170 * 4096);
    const into = join(createTempFolder(), 'recovered.weft');
    const { tables } = await ask(createTestBackend(), 'workspace:recover', { path, into });

    const entities = tables.find(({ table }) => table === 'entity');
    expect(entities?.rows).toBeGreaterThan(1500);
    expect(entities?.rows).toBeLessThan(3005);
    expect(entities?.unreadable).not.toEqual([]);
    const again = readAgain(into);
    expect(again.findings).toEqual([]);
    expect(again.seen.relationships).toEqual(['1 plant Boiler → Pump - synced']);
  });

  test('does not try millions of ids in vain where the upper pages of tables are gone', async () => {
    const path = makeWorkspace(300);
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4 * 4096, 0xff), 0, 4 * 4096, 4096);
    closeSync(file);
    const into = join(createTempFolder(), 'recovered.weft');
    const { tables } = await ask(createTestBackend(), 'workspace:recover', { path, into });
    expect(tables.some(({ unreadable }) => unreadable.length > 0)).toBe(true);
    expect(readAgain(into).findings).toEqual([]);
  });

  test('of a file of which no page can be read says so and makes nothing', async () => {
    const path = makeWorkspace();
    writeFileSync(path, readFileSync(path).fill(0xff));
    const into = join(createTempFolder(), 'recovered.weft');
    await expect(ask(createTestBackend(), 'workspace:recover', { path, into })).rejects.toThrow(
      /list of tables nor any page/,
    );
    expect(readdirSync(dirname(into))).toEqual([]);
  });

  test('of a sound file loses nothing', async () => {
    const path = makeWorkspace(20);
    const into = join(createTempFolder(), 'recovered.weft');
    const { tables } = await ask(createTestBackend(), 'workspace:recover', { path, into });
    expect(tables.filter(({ unreadable }) => unreadable.length > 0)).toEqual([]);
    expect(readAgain(into).seen).toEqual(readAgain(path).seen);
  });
});

test('compaction gives the space of removed rows back and keeps the rest', async () => {
  const path = makeWorkspace(5000);
  const { db, ...open } = readAgainOpen(path);
  db.exec("DELETE FROM entity WHERE name LIKE 'Sensor%'");
  open.close();
  const backend = createTestBackend();
  await ask(backend, 'workspace:open', { path });
  const { before, after } = await ask(backend, 'workspace:compact', {});
  expect(after).toBeLessThan(before / 2);
  expect((await ask(backend, 'workspace:status', {}))?.relationshipCount).toBe(1);
});

function readAgainOpen(path: string) {
  return openWorkspace({ path, nativeBinding: sqliteBinding });
}

describe('a workspace that was moved or copied', () => {
  test('is at home as long as it never pushed', async () => {
    const backend = createTestBackend();
    const status = await ask(backend, 'workspace:open', { path: makeWorkspace() });
    expect(status.place).toBe('home');
  });

  test.each([
    { what: 'another machine', machine: 'another machine', place: 'moved-or-copied' },
    { what: 'the same machine', machine: 'this machine', place: 'home' },
  ])('on $what: $place', async ({ machine, place }) => {
    const path = makeWorkspace();
    const first = createTestBackend();
    await ask(first, 'workspace:open', { path });
    await ask(first, 'workspace:adopt', {});
    await first.close();
    const status = await ask(createTestBackend({ machine }), 'workspace:open', { path });
    expect(status.place).toBe(place);
  });
});
