import { expect, test } from 'vitest';
import { heldKinds, readHeldPage, saveHeldRemoval } from '../../../src-main/backend/store/held-removals.ts';
import { createSmallPlant, NOW } from '../../support/workspace.ts';

const page = { offset: 0, limit: 10 };

test('what a later sync finds held in the same way keeps its number and its time [I6]', () => {
  const { db, plant } = createSmallPlant();
  const held = { connectionId: plant, kind: heldKinds.relationships, total: 12, reason: 'all are gone' };
  saveHeldRemoval(db, { ...held, ids: [3, 1, 2], now: NOW });
  const before = readHeldPage(db, page);

  saveHeldRemoval(db, { ...held, ids: [2, 3, 1], now: '2026-04-01T10:00:00.000Z' });

  expect(readHeldPage(db, page)).toEqual(before);
  expect(before.total).toBe(1);
});

test('what a later sync finds held otherwise takes its place [I9]', () => {
  const { db, plant } = createSmallPlant();
  const held = { connectionId: plant, kind: heldKinds.relationships, total: 12, reason: 'all are gone' };
  saveHeldRemoval(db, { ...held, ids: [1, 2], now: NOW });

  saveHeldRemoval(db, { ...held, ids: [1, 2, 3], now: NOW });

  expect(readHeldPage(db, page).rows).toMatchObject([{ count: 3 }]);
});
