import { expect, test } from 'vitest';
import { createTakenPlaces, type Place } from '../../../src-main/backend/transfer/taken-places.ts';
import { LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';

const place = (source: number, target: number, slot: number, type: string | null): Place => ({
  connectionId: LOCAL_CONNECTION_ID,
  source,
  target,
  slot,
  type,
});

test('a place is taken by the rows before, also by those that came since the last question', () => {
  const rows = [place(1, 2, 7, 'feeds')];
  const taken = createTakenPlaces(rows);
  expect(taken.has(place(1, 2, 7, 'feeds'))).toBe(true);
  expect(taken.has(place(3, 2, 7, 'feeds'))).toBe(false);
  rows.push(place(3, 2, 7, 'feeds'));
  expect(taken.has(place(3, 2, 7, 'feeds'))).toBe(true);
});

test('types whose ids are not known yet are told apart by name, and no type is told apart in slot 0', () => {
  const taken = createTakenPlaces([place(1, 2, -1, 'feeds'), place(3, 4, 0, 'feeds')]);
  expect(taken.has(place(1, 2, -1, 'cools'))).toBe(false);
  expect(taken.has(place(1, 2, -1, 'feeds'))).toBe(true);
  expect(taken.has(place(3, 4, 0, 'cools'))).toBe(true);
});

test('entities that the import makes, and ends the other way round, have places of their own', () => {
  const taken = createTakenPlaces([place(-1, 2, 7, 'feeds')]);
  expect(taken.has(place(2, -1, 7, 'feeds'))).toBe(false);
  expect(taken.has(place(-1, -2, 7, 'feeds'))).toBe(false);
  expect(taken.has(place(-1, 2, 7, 'feeds'))).toBe(true);
});
