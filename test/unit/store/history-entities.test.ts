import { expect, test } from 'vitest';
import { markRemoved, saveEntity } from '../../../src-main/backend/store/entities.ts';
import { readEntitiesAsOf, readEntityDifference } from '../../support/at-once.ts';
import { createSmallPlant, NOW } from '../../support/workspace.ts';

const page = { offset: 0, limit: 10 };
const toMoment = (minute: number) => `2026-03-01T10:0${minute}:00.000Z`;

test('what a sync renamed, removed and brought is told of both moments, in either direction', () => {
  const { db, plant, pump } = createSmallPlant();
  const toObserved = (remoteId: string, name: string) => {
    const fields = [{ name: 'serial', value: 'S-1' }];
    return { kind: 'asset', remoteId, lookupId: remoteId, name, archived: false, fields };
  };
  saveEntity(db, plant, toObserved('11', 'Old boiler'), toMoment(1));
  markRemoved(db, pump, toMoment(2));
  saveEntity(db, plant, toObserved('20', 'Tank'), toMoment(3));
  const asOf = (at: string) =>
    readEntitiesAsOf(db, at, page).rows.map(({ name, removed }) => `${name}${removed ? ' gone' : ''}`);
  expect(asOf(NOW)).toEqual(['Building', 'Boiler', 'Pump', 'Valve', 'Elsewhere']);
  expect(asOf(toMoment(1))).toEqual(['Building', 'Old boiler', 'Pump', 'Valve', 'Elsewhere']);
  expect(asOf(toMoment(4))).toEqual(['Building', 'Old boiler', 'Valve', 'Elsewhere', 'Tank']);
  const changes = (from: string, to: string) => {
    const { total, rows } = readEntityDifference(db, { from, to }, page);
    expect(total).toBe(rows.length);
    return rows.map(({ change, entity, before, after }) => [change, entity.name, before, after]);
  };
  expect(changes(NOW, toMoment(4))).toEqual([
    ['changed', 'Old boiler', 'name: Boiler; serial: –', 'name: Old boiler; serial: S-1'],
    ['removed', 'Pump', expect.stringContaining('name: Pump'), null],
    ['added', 'Tank', null, expect.stringContaining('name: Tank')],
  ]);
  expect(changes(toMoment(4), NOW).map(([change]) => change)).toEqual(['changed', 'added', 'removed']);
  expect(changes(toMoment(1), toMoment(2)).map(([change]) => change)).toEqual(['removed']);
  expect(changes(toMoment(3), toMoment(4))).toEqual([]);
});
