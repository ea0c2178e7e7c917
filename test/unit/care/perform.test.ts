import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { performCare } from '../../../src-main/backend/care/perform.ts';
import type { CareTask } from '../../../src-main/backend/care/tasks.ts';
import { toUnfinished } from '../../../src-main/backend/store/backup.ts';
import { checkWorkspace } from '../../../src-main/backend/store/check.ts';
import { openBeside, openWorkspace } from '../../../src-main/backend/store/database.ts';
import { count, transaction, type WritableDb } from '../../../src-main/backend/store/sql.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { addEntity, createSmallPlant, sqliteBinding } from '../../support/workspace.ts';

const SENSORS = 6000;

function createLargePlant() {
  const plant = createSmallPlant();
  transaction(plant.db, () => {
    for (let index = 0; index < SENSORS; index += 1) {
      addEntity(plant.db, plant.plant, `sensor-${index}`, { name: `Sensor ${index} ${'x'.repeat(300)}` });
    }
  });
  return plant;
}

type Given<T> = T extends CareTask ? Omit<T, 'nativeBinding'> : never;

/** Does it in this thread; answers with every report of how far it was. */
async function perform(task: Given<CareTask>, onReport: (reports: number) => void = () => undefined) {
  const reports: { readonly done: number; readonly total: number }[] = [];
  const answer = await performCare({ ...task, nativeBinding: sqliteBinding }, (done, total) => {
    reports.push({ done, total });
    onReport(reports.length);
  });
  return { answer, reports };
}

/** What a bar shows never goes back and never goes over its end. */
function expectForward(reports: readonly { readonly done: number; readonly total: number }[]): void {
  const shares = reports.map(({ done, total }) => done / total);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
  expect(reports.length).toBeGreaterThan(2);
}

describe('a backup', () => {
  test('is of the moment at which it began, and is not begun anew by what is edited meanwhile', async () => {
    const { db, plant, workspace } = createLargePlant();
    const entities = count(db, 'SELECT count(*) FROM entity');
    const target = join(createTempFolder(), 'copy.weft');
    const given = { path: workspace.path, target };
    const { reports } = await perform({ work: 'backup', given }, (nth) =>
      addEntity(db, plant, `late-${nth}`, { name: 'Late' }),
    );
    expectForward(reports);
    expect(count(db, 'SELECT count(*) FROM entity')).toBe(entities + reports.length);
    const copy = openWorkspace({ path: toUnfinished(target), nativeBinding: sqliteBinding });
    onTestFinished(() => copy.close());
    expect(count(copy.db, 'SELECT count(*) FROM entity')).toBe(entities);
    expect(checkWorkspace(copy.db)).toEqual([]);
  });
});

describe('a check', () => {
  test('goes on from table to table and finds nothing wrong', async () => {
    const { workspace } = createLargePlant();
    const { answer, reports } = await perform({ work: 'check', given: { path: workspace.path } });
    expect(answer).toEqual([]);
    expectForward(reports);
  });

  test('finds a row that an index lost', async () => {
    const { plant, workspace } = createLargePlant();
    const { path } = workspace;
    workspace.close();
    const index =
      "SELECT * FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'entity' AND sql IS NOT NULL";
    const row = withSchemaOpen(path, (db) => {
      const found = db.prepare(index).get() as { readonly name: string }; // a column of that table
      db.prepare('DELETE FROM sqlite_schema WHERE name = :name').run(found);
      return found;
    });
    withSchemaOpen(path, (db) => addEntity(db, plant, 'unindexed', { name: 'Unindexed' }));
    withSchemaOpen(path, (db) =>
      db.prepare('INSERT INTO sqlite_schema VALUES (:type, :name, :tbl_name, :rootpage, :sql)').run(row),
    );
    const { answer } = await perform({ work: 'check', given: { path } });
    expect(answer).toContainEqual({ code: 'file', message: expect.stringContaining(row.name) });
  });
});

/** A handle that may do what damages a file. */
function withSchemaOpen<T>(path: string, body: (db: WritableDb) => T): T {
  const db = openBeside({ path, nativeBinding: sqliteBinding });
  try {
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    return body(db);
  } finally {
    db.close();
  }
}

describe('a recovery', () => {
  test('tells how far it is, to the end of what search holds', async () => {
    const { workspace } = createLargePlant();
    workspace.close();
    const into = join(createTempFolder(), 'recovered.weft');
    const { reports } = await perform({ work: 'recover', given: { path: workspace.path, into } });
    expectForward(reports);
    expect(reports.at(-1)?.done).toBe(reports.at(-1)?.total);
  });

  test.each(['sound', 'damaged'])('of a %s file leaves a file of a like name as it was', async (state) => {
    const { workspace } = createSmallPlant();
    workspace.close();
    const path = join(createTempFolder(), 'plant.weft');
    writeFileSync(path, readFileSync(workspace.path).fill(0xff, 0, state === 'sound' ? 0 : 4096));
    const into = join(createTempFolder(), 'recovered');
    writeFileSync(`${into}-pages`, 'of somebody else');
    await perform({ work: 'recover', given: { path, into } });
    expect(readFileSync(`${into}-pages`, 'utf8')).toBe('of somebody else');
    expect(readdirSync(dirname(into))).toEqual(['recovered-pages', basename(toUnfinished(into))]);
  });
});
