import { describe, expect, onTestFinished, test } from 'vitest';
import { checkWorkspace } from '../../../src-main/backend/store/check.ts';
import { compactWorkspace } from '../../../src-main/backend/store/compact.ts';
import { openBeside, openReading } from '../../../src-main/backend/store/database.ts';
import { removeFile } from '../../../src-main/backend/store/restore.ts';
import { count, transaction } from '../../../src-main/backend/store/sql.ts';
import { addEntity, createSmallPlant, sqliteBinding } from '../../support/workspace.ts';

const SENSORS = 12_000;

/** A plant that once had many sensors more, and what compacts it; `before` runs between the copy and the writing. */
function createShrunkPlant(before: () => void = () => undefined) {
  const plant = createSmallPlant();
  const { path } = plant.workspace;
  transaction(plant.db, () => {
    for (let index = 0; index < SENSORS; index += 1) {
      addEntity(plant.db, plant.plant, `sensor-${index}`, { name: `Sensor ${'x'.repeat(200)}` });
    }
  });
  plant.db.exec("DELETE FROM entity WHERE name LIKE 'Sensor%' AND id % 3 > 0");
  const copy = `${path}-compacted`;
  const beside = openBeside({ path, nativeBinding: sqliteBinding });
  onTestFinished(() => {
    beside.close();
    removeFile(copy);
  });
  const openCopy = () => {
    before();
    return openReading({ path: copy, nativeBinding: sqliteBinding });
  };
  const compact = (onProgress: (done: number, total: number) => void = () => undefined) =>
    compactWorkspace(beside, { path, copy, openCopy }, onProgress);
  return { ...plant, path, copy, compact };
}

const countEntities = ({ db }: Pick<ReturnType<typeof createShrunkPlant>, 'db'>) =>
  count(db, 'SELECT count(*) FROM entity');

describe('compaction', () => {
  test('is seen by the handle that was open before it, with the statements that it had prepared', async () => {
    const plant = createShrunkPlant();
    const entities = countEntities(plant);
    const { before, after } = await plant.compact();
    expect(after).toBeLessThan(before / 2);
    expect(countEntities(plant)).toBe(entities);
    const added = addEntity(plant.db, plant.plant, 'late', { name: 'Late' });
    expect(countEntities(plant)).toBe(entities + 1);
    expect(added).toBeGreaterThan(0);
    expect(checkWorkspace(plant.db)).toEqual([]);
    expect(plant.db.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  test('is given up where something was written meanwhile, which is kept', async () => {
    const plant = createShrunkPlant(() => addEntity(plant.db, plant.plant, 'late', { name: 'Late' }));
    const entities = countEntities(plant);
    await expect(plant.compact()).rejects.toMatchObject({ kind: 'workspace-busy' });
    expect(countEntities(plant)).toBe(entities + 1);
    expect(checkWorkspace(plant.db)).toEqual([]);
  });

  test('is given up where somebody else has the file locked, and says so', async () => {
    const plant = createShrunkPlant(() => plant.db.exec('BEGIN IMMEDIATE'));
    await expect(plant.compact()).rejects.toMatchObject({ kind: 'workspace-busy' });
    addEntity(plant.db, plant.plant, 'late', { name: 'Late' });
    plant.db.exec('COMMIT');
    expect(checkWorkspace(plant.db)).toEqual([]);
  });

  test.each([1, 2, 3])('that fails at its report %i leaves everything as it was', async (failing) => {
    const plant = createShrunkPlant();
    const entities = countEntities(plant);
    let reports = 0;
    const compacted = plant.compact(() => {
      reports += 1;
      if (reports === failing) throw new Error('The disk went away.');
    });
    await expect(compacted).rejects.toThrow('The disk went away.');
    expect(countEntities(plant)).toBe(entities);
    addEntity(plant.db, plant.plant, 'late', { name: 'Late' });
    expect(countEntities(plant)).toBe(entities + 1);
    expect(checkWorkspace(plant.db)).toEqual([]);
  });
});
