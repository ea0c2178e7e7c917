import { expect, test } from 'vitest';
import { importRows } from '../../../src-main/backend/commands/import-rows.ts';
import { rollbackImport } from '../../../src-main/backend/commands/rollback-import.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import { readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import { removeCopies } from '../../../src-main/backend/store/removed-connections.ts';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { transaction } from '../../../src-main/backend/store/sql.ts';
import { LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import { readRelationshipsAsOf } from '../../support/at-once.ts';
import { addEntity, createSmallPlant, toContext } from '../../support/workspace.ts';

const page = { offset: 0, limit: 500 };
const at = (minute: number) => `2026-03-01T11:0${minute}:00.000Z`;

test('the past is the same after a connection is removed, also between an import and what took it back', () => {
  const { db, plant, building, boiler } = createSmallPlant();
  const [one, two, three] = ['1', '2', '3'].map((id) => addEntity(db, LOCAL_CONNECTION_ID, id));
  if (one === undefined || two === undefined || three === undefined) throw new Error('Three were made');
  const context = (minute: number) => ({ ...toContext(db), now: at(minute) });
  const local = (source: number, target: number) =>
    ({ connectionId: LOCAL_CONNECTION_ID, source, target, slot: 0, type: null }) as const;
  const wish = { connectionId: plant, source: building, target: boiler, slot: 0, type: null };
  const rows = [local(one, two), local(one, three), wish];
  const imported = { label: 'Import three', entities: [], relationships: rows };
  const entry = transaction(db, () => runToEnd(importRows(context(1), imported)));
  const own = readRelationshipPage(db, one, page).rows[0];
  if (own === undefined) throw new Error('It was just imported');
  unrelate(context(2), own.id);
  rollbackImport(context(4), entry);
  const idsAt = (minute: number) => readRelationshipsAsOf(db, at(minute), one, page).rows.map(({ id }) => id);
  const before = [1, 3, 5].map(idsAt);
  expect(before[1]).toHaveLength(1);
  const counts = () => readHistoryPage(db, page).rows.map(({ label, changes }) => [label, changes]);
  const told = counts();
  removeCopies(db, plant, at(6));
  expect([1, 3, 5].map(idsAt)).toEqual(before);
  expect(counts().slice(-told.length)).toEqual(told);
});
