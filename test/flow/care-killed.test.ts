import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listBackups } from '../../src-main/backend/store/backup.ts';
import { checkWorkspace } from '../../src-main/backend/store/check.ts';
import { openWorkspace } from '../../src-main/backend/store/database.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { repository, startNode } from '../support/node-child.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { sqliteBinding } from '../support/workspace.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-test-'));
const before = join(folder, 'before.weft');
const backup = join(folder, 'backup.weft');
const names = { before: 0, backup: 0 };

beforeAll(() => {
  writeLargeWorkspace({ path: before, entities: 120, relationships: 300 });
  writeLargeWorkspace({ path: backup, entities: 80, relationships: 100 });
  names.before = countEntities(before);
  names.backup = countEntities(backup);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens it as a person does afterwards: it is sound, and here is how many entities it has. */
function countEntities(path: string): number {
  const { db, close } = openWorkspace({ path, nativeBinding: sqliteBinding });
  try {
    expect(checkWorkspace(db)).toEqual([]);
    return db.prepare('SELECT count(*) FROM entity').pluck().get() as number; // SQLite counts in integers
  } finally {
    close();
  }
}

/** Does the work in a process that is killed before a step; answers with how many steps it came to. */
async function doUntil(work: string, path: string, other: string, killAt: number): Promise<number> {
  const steps = join(createTempFolder(), 'steps');
  const child = startNode('test/support/care-child.ts', [work, path, other], {
    NODE_OPTIONS: `--import ${join(repository, 'test/support/kill-at-step.ts')}`,
    WEFT_TEST_STEPS: steps,
    WEFT_TEST_KILL_AT: String(killAt),
  });
  const [code, signal] = await once(child, 'close');
  if (killAt === 0) expect(code).toBe(0);
  else expect(signal).toBe('SIGKILL');
  return existsSync(steps) ? statSync(steps).size : 0;
}

/** The work from the start, each time killed one step later, until it has come to its end. */
async function killEverywhere(
  work: string,
  other: () => string,
  look: (path: string) => void,
): Promise<number> {
  const fresh = () => {
    const path = join(createTempFolder(), 'plant.weft');
    copyFileSync(before, path);
    return path;
  };
  const steps = await doUntil(work, fresh(), other(), 0);
  for (let killAt = 1; killAt <= steps; killAt += 1) {
    const path = fresh();
    expect(await doUntil(work, path, other(), killAt)).toBe(killAt - 1);
    look(path);
  }
  return steps;
}

const nothing = () => '';

describe('killed between any two steps, a workspace opens afterwards and holds what it did', () => {
  test('a restore: what was there, or the backup', { timeout: 120_000 }, async () => {
    const steps = await killEverywhere(
      'restore',
      () => backup,
      (path) => {
        expect([names.before, names.backup]).toContain(countEntities(path));
      },
    );
    expect(steps).toBeGreaterThan(10);
  });

  test('a recovery: the file it read', { timeout: 120_000 }, async () => {
    const into = () => join(createTempFolder(), 'into.weft');
    const steps = await killEverywhere('recover', into, (path) =>
      expect(countEntities(path)).toBe(names.before),
    );
    expect(steps).toBeGreaterThan(5);
  });

  test('a compaction', { timeout: 120_000 }, async () => {
    const steps = await killEverywhere('compact', nothing, (path) =>
      expect(countEntities(path)).toBe(names.before),
    );
    expect(steps).toBeGreaterThan(5);
  });

  test('a rotating backup, and each backup as well', { timeout: 120_000 }, async () => {
    const steps = await killEverywhere('backup', nothing, (path) => {
      expect(countEntities(path)).toBe(names.before);
      for (const made of listBackups(path)) expect(countEntities(made.path)).toBe(names.before);
    });
    expect(steps).toBeGreaterThan(3);
  });
});
