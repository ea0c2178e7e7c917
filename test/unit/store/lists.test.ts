import { describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import {
  heldKinds,
  readHeldPage,
  readHeldRows,
  saveHeldRemoval,
} from '../../../src-main/backend/store/held-removals.ts';
import { stopIntent } from '../../../src-main/backend/store/intents.ts';
import { readOutboxPage } from '../../../src-main/backend/store/outbox.ts';
import { readFailurePage, readReportPage, saveReport } from '../../../src-main/backend/store/reports.ts';
import { saveFailure } from '../../../src-main/backend/store/retries.ts';
import { readSyncSettings, saveSyncSettings } from '../../../src-main/backend/store/settings.ts';
import type { EntityId, SyncReport } from '../../../src-preload/contract/model.ts';
import {
  addEntity,
  addSynced,
  createSmallPlant,
  NOW,
  reopen,
  type SmallPlant,
} from '../../support/workspace.ts';

const page = { offset: 0, limit: 500 };

describe('the outbox', () => {
  function fill(): SmallPlant & { ids: number[] } {
    const small = createSmallPlant();
    const { building, boiler, pump, valve, elsewhere, context, db, other } = small;
    const add = (sourceId: EntityId, targetId: EntityId) =>
      relate(context, { sourceId, targetId, type: null, local: false }).id;
    const removed = addSynced(small, building, valve);
    unrelate(context, removed);
    const made = add(elsewhere, addEntity(db, other, '11'));
    const first = add(building, boiler);
    const second = add(building, pump);
    return { ...small, ids: [first, second, removed, made] };
  }

  test('comes by connection and in the order of pushing, page after page', () => {
    const { db, ids } = fill();
    const whole = readOutboxPage(db, page);
    expect(whole.rows.map(({ id }) => id)).toEqual(ids);
    const pages = [0, 1, 2, 3].flatMap((offset) => readOutboxPage(db, { offset, limit: 1 }).rows);
    expect(pages).toEqual(whole.rows);
  });

  test('says how much of it is in which state, whatever part is asked for', () => {
    const { db, plant, other, ids } = fill();
    const groups = [
      {
        connectionId: plant,
        connection: 'plant',
        total: 3,
        unanswered: 0,
        states: [
          { state: 'create', count: 2 },
          { state: 'delete', count: 1 },
        ],
      },
      {
        connectionId: other,
        connection: 'other',
        total: 1,
        unanswered: 0,
        states: [{ state: 'create', count: 1 }],
      },
    ];
    const deletes = readOutboxPage(db, page, { connectionId: null, states: ['delete'], unanswered: false });
    expect(deletes).toMatchObject({ total: 1, rows: [{ id: ids[2] }], groups });
    const ofOther = readOutboxPage(db, page, { connectionId: other, states: [], unanswered: false });
    expect(ofOther).toMatchObject({ total: 1, rows: [{ id: ids[3] }], groups });
  });

  test('says how the last attempt failed, when the next is due and what waits for it', () => {
    const { db, context, building, boiler, pump } = createSmallPlant();
    const add = (sourceId: EntityId, targetId: EntityId) =>
      relate(context, { sourceId, targetId, type: null, local: false }).id;
    const failing = add(building, boiler);
    const blocked = add(building, pump);
    saveFailure(db, failing, { code: 'timeout', message: 'No answer.' }, NOW);
    stopIntent(db, blocked, 'blocked', 'It waits.');
    expect(readOutboxPage(db, page).rows).toMatchObject([
      {
        id: failing,
        state: 'create',
        cause: 'No answer.',
        failures: 1,
        lastFailure: { code: 'timeout', message: 'No answer.' },
        nextAttemptAt: NOW,
        dependants: 1,
      },
      { id: blocked, state: 'blocked', cause: 'It waits.', failures: 0, dependants: 0 },
    ]);
  });
});

describe('what is held', () => {
  test('is listed with everything that it would take away', () => {
    const small = createSmallPlant();
    const { db, plant, building, boiler, pump, valve } = small;
    const ids = [addSynced(small, building, boiler), addSynced(small, building, pump)];
    const held = { connectionId: plant, total: 2, reason: 'Too many.', now: NOW };
    saveHeldRemoval(db, { ...held, kind: heldKinds.relationships, ids });
    saveHeldRemoval(db, { ...held, kind: heldKinds.entities, ids: [pump, valve] });
    expect(readHeldPage(db, { offset: 1, limit: 1 })).toMatchObject({
      total: 2,
      rows: [{ what: 'entities', connectionId: plant, count: 2 }],
    });
    const [relationships, entities] = readHeldPage(db, page).rows;
    expect(readHeldRows(db, relationships?.id ?? 0, { offset: 1, limit: 1 })).toMatchObject({
      total: 2,
      rows: [
        {
          what: 'relationship',
          id: ids[1],
          source: { name: 'Building' },
          target: { name: 'Pump' },
          type: null,
        },
      ],
    });
    expect(readHeldRows(db, entities?.id ?? 0, page).rows).toMatchObject([
      { what: 'entity', entity: { name: 'Pump' } },
      { what: 'entity', entity: { name: 'Valve' } },
    ]);
    expect(() => readHeldRows(db, 99, page)).toThrow('Nothing is held under the number 99.');
  });
});

describe('reports', () => {
  const noChanges = { added: 0, updated: 0, removed: 0 };
  const toReport = (connection: string, failures: number): SyncReport => ({
    connection,
    complete: false,
    cancelled: false,
    startedAt: NOW,
    finishedAt: NOW,
    pulled: { entities: noChanges, relationships: noChanges },
    pushed: { created: 0, updated: 0, deleted: 0 },
    conflicts: 0,
    blocked: 0,
    parked: 0,
    held: 0,
    withheld: null,
    notes: [],
    failed: Array.from({ length: failures }, (_, n) => ({ code: 'timeout', message: `Failure ${n}` })),
    moreFailed: 3,
    outlook: 'It goes on.',
    requests: [],
  });

  test('stay, by connection and in pages, with few failures and the count of all', () => {
    const { db, plant, other } = createSmallPlant();
    for (let n = 0; n < 3; n += 1) saveReport(db, plant, toReport('plant', 25));
    saveReport(db, other, toReport('other', 0));
    expect(readReportPage(db, null, page)).toMatchObject({ total: 4 });
    expect(readReportPage(db, null, page).rows.map(({ id }) => id)).toEqual([4, 3, 2, 1]);
    const { total, rows } = readReportPage(db, plant, { offset: 1, limit: 1 });
    expect({ total, ids: rows.map(({ id }) => id) }).toEqual({ total: 3, ids: [2] });
    expect(rows[0]).toMatchObject({ connectionId: plant, failedCount: 28, outlook: 'It goes on.' });
    expect(rows[0]?.failed).toHaveLength(20);
    const failures = readFailurePage(db, 2, { offset: 20, limit: 100 });
    expect(failures.total).toBe(25);
    expect(failures.rows.map(({ message }) => message)).toEqual(
      [20, 21, 22, 23, 24].map((n) => `Failure ${n}`),
    );
    expect(() => readFailurePage(db, 99, page)).toThrow('There is no report 99.');
  });

  test('of an older version are read as well', () => {
    const { db, plant } = createSmallPlant();
    const { moreFailed: _more, outlook: _outlook, ...older } = toReport('plant', 1);
    db.prepare('INSERT INTO report (connection_id, body) VALUES (?, ?)').run(plant, JSON.stringify(older));
    expect(readReportPage(db, null, page).rows).toMatchObject([
      { moreFailed: 0, failedCount: 1, outlook: null },
    ]);
  });
});

test('the settings of syncing by itself are those of the start until the user says otherwise, and stay', () => {
  const { db, workspace } = createSmallPlant();
  expect(readSyncSettings(db)).toEqual({ everyMinutes: 15, afterEditsSeconds: 10, onReconnect: true });
  const quiet = { everyMinutes: null, afterEditsSeconds: 60, onReconnect: false };
  saveSyncSettings(db, quiet);
  expect(readSyncSettings(reopen(workspace).db)).toEqual(quiet);
});
