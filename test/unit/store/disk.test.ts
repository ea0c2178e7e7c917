import { chmodSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { toWireError } from '../../../src-main/backend/errors.ts';
import { checkWorkspace } from '../../../src-main/backend/store/check.ts';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import type { WritableDb } from '../../../src-main/backend/store/sql.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import {
  addEntity,
  createSmallPlant,
  readSeen,
  reopen,
  type SmallPlant,
  sqliteBinding,
  toContext,
} from '../../support/workspace.ts';

/** From now on the file cannot grow, as if the disk were full. */
function fillDisk(db: WritableDb): void {
  db.pragma(`max_page_count = ${String(db.pragma('page_count', { simple: true }))}`);
}

/** Relates one entity to ever more others until the disk is full; answers with how many were acknowledged. */
function relateUntilFull({ db, plant, context, building }: SmallPlant, others: readonly EntityId[]) {
  expect(plant).toBeGreaterThan(0);
  let acknowledged = 0;
  for (const targetId of others) {
    const before = readSeen(db);
    try {
      relate(context, { sourceId: building, targetId, type: 'a type that takes some space', local: false });
      acknowledged += 1;
    } catch (error) {
      expect(readSeen(db)).toEqual(before);
      return { acknowledged, error };
    }
  }
  throw new Error('The disk never was full');
}

describe('a full disk', () => {
  const fill = () => {
    const small = createSmallPlant();
    small.db.pragma('synchronous = OFF'); // nothing here is about power cuts
    const others = Array.from({ length: 400 }, (_, index) =>
      addEntity(small.db, small.plant, `other ${index}`),
    );
    fillDisk(small.db);
    return { small, ...relateUntilFull(small, others) };
  };

  test('is told as such, and the command that met it has done nothing', () => {
    const { error } = fill();
    expect(toWireError(error, 'relationships:relate', () => undefined)).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('Free some space'),
    });
  });

  test('loses nothing that was acknowledged, and work goes on once there is space', () => {
    const { small, acknowledged } = fill();
    const seen = readSeen(small.db);
    expect(seen.outbox).toHaveLength(acknowledged);
    const { db } = reopen(small.workspace);
    expect(readSeen(db)).toEqual(seen);
    expect(checkWorkspace(db)).toEqual([]);
    expect(readHistoryPage(db, { offset: 0, limit: 1 }).total).toBe(acknowledged);
    undoOrRedo(toContext(db), 'undo');
    expect(readSeen(db).outbox).toHaveLength(acknowledged - 1);
  });
});

describe('a disk that takes nothing', () => {
  test('refuses a read-only file with what to do, and leaves it as it was', () => {
    const { workspace } = createSmallPlant();
    const { path } = workspace;
    workspace.close();
    const files = readdirSync(dirname(path));
    chmodSync(path, 0o444);
    expect(() => openWorkspace({ path, nativeBinding: sqliteBinding })).toThrow(
      /is read-only\. Make it writable/,
    );
    expect(readdirSync(dirname(path))).toEqual(files);
  });

  test('refuses a folder in which nothing can be written', () => {
    const { workspace } = createSmallPlant();
    const folder = dirname(workspace.path);
    workspace.close();
    chmodSync(folder, 0o555);
    onTestFinished(() => chmodSync(folder, 0o755));
    expect(() => openWorkspace({ path: workspace.path, nativeBinding: sqliteBinding })).toThrow(
      /cannot write/,
    );
  });

  test('keeps what was acknowledged when it turns read-only at work', () => {
    const small = createSmallPlant();
    const { db, context, building, boiler, pump } = small;
    relate(context, { sourceId: building, targetId: boiler, type: null, local: false });
    const seen = readSeen(db);
    db.pragma('query_only = ON'); // every write is refused, as on a disk that went read-only
    expect(() => relate(context, { sourceId: building, targetId: pump, type: null, local: false })).toThrow(
      /readonly/,
    );
    expect(readSeen(db)).toEqual(seen);
    expect(readSeen(reopen(small.workspace).db)).toEqual(seen);
  });
});
