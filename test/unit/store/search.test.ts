import { beforeEach, describe, expect, test } from 'vitest';
import {
  findEntityByAddress,
  markRemoved,
  saveEntity,
  saveUnlistedEntity,
} from '../../../src-main/backend/store/entities.ts';
import type { EntityFilter } from '../../../src-main/backend/store/entity-list.ts';
import type { WritableDb } from '../../../src-main/backend/store/sql.ts';
import type { ConnectionId } from '../../../src-preload/contract/model.ts';
import { readEntityPage } from '../../support/at-once.ts';
import { addConnection, addEntity, createTempWorkspace, NOW } from '../../support/workspace.ts';

let db: WritableDb;
let plant: ConnectionId;
beforeEach(() => {
  ({ db } = createTempWorkspace());
  plant = addConnection(db, 'plant');
});

function find(search: string, more: Partial<EntityFilter> = {}): string[] {
  const filter = { search, kinds: [], connectionId: null, ...more };
  const { rows, total } = readEntityPage(db, filter, { offset: 0, limit: 100 });
  expect(total).toBe(rows.length);
  return rows.map(({ name }) => name);
}

const addNamed = (...names: string[]) => {
  for (const name of names) addEntity(db, plant, `id-${name}`, { name });
};

describe('words', () => {
  test('the beginning of a word finds it, in any case', () => {
    addNamed('Boiler room', 'Pump');
    expect(find('boi')).toEqual(['Boiler room']);
    expect(find('BOILER')).toEqual(['Boiler room']);
    expect(find('oiler')).toEqual([]);
  });

  test('all words must match, in any order', () => {
    addNamed('Boiler room north', 'Boiler hall');
    expect(find('nor boi')).toEqual(['Boiler room north']);
  });

  test('accents count neither in the name nor in the question', () => {
    addNamed('Kühlung', 'Cafe\u0301');
    expect(find('kuhl')).toEqual(['Kühlung']);
    expect(find('KÜHL')).toEqual(['Kühlung']);
    expect(find('café')).toEqual(['Cafe\u0301']);
    expect(find('cafe')).toEqual(['Cafe\u0301']);
  });

  test('kind, id and field values are searched, names of fields are not', () => {
    const fields = [{ name: 'vendor', value: 'Siemens' }];
    saveEntity(
      db,
      plant,
      { kind: 'metric', remoteId: '4711', lookupId: '1', name: 'T1', archived: false, fields },
      NOW,
    );
    for (const search of ['siem', 'metric', '4711']) expect(find(search)).toEqual(['T1']);
    expect(find('vendor')).toEqual([]);
  });

  test('an empty question finds everything, by name', () => {
    addNamed('b', 'A', 'c');
    expect(find('')).toEqual(['A', 'b', 'c']);
    expect(find('   ')).toEqual(['A', 'b', 'c']);
  });
});

describe('characters that mean something to the search engine mean nothing here', () => {
  test.each([
    '"',
    '""',
    '*',
    '(',
    ')',
    '^boiler',
    'boiler"',
    '"boiler',
    'boiler*',
    'boiler OR pump',
    'NOT',
    'AND',
    'NEAR(boiler pump)',
    'name:boiler',
    '{name kind}:boiler',
    'boiler + pump',
    '-boiler',
    "'; DROP TABLE entity; --",
    'boiler\u0000pump',
    '%_',
    '\\',
    '🏭',
    '\ud800',
    '(((((',
  ])('%j is harmless', (search) => {
    addNamed('Boiler', 'Pump', 'name');
    expect(() => find(search)).not.toThrow();
    expect(find('')).toHaveLength(3);
  });

  test('operators are words', () => {
    addNamed('Boiler', 'Near the gate', 'Not in use');
    expect(find('NEAR')).toEqual(['Near the gate']);
    expect(find('not')).toEqual(['Not in use']);
    expect(find('boiler OR near')).toEqual([]);
  });

  test('punctuation alone finds nothing rather than everything', () => {
    addNamed('Boiler');
    expect(find('***')).toEqual([]);
  });
});

describe('names of every kind', () => {
  test.each(['a\u0000b', '🏭 works', 'مضخة الماء', 'משאבה', '水泵', 'ポンプ', '\u202eevil\u202c', ' '])(
    '%j is kept as it is',
    (name) => {
      addNamed(name);
      expect(find('')).toEqual([name]);
    },
  );

  test.each([
    ['🏭 works', 'works'],
    ['مضخة الماء', 'مضخ'],
    ['משאבה', 'משא'],
    ['水泵', '水'],
    ['a\u0000b', 'b'],
  ])('%j is found by %j', (name, search) => {
    addNamed(name, 'something else');
    expect(find(search)).toEqual([name]);
  });
});

describe('the index follows the entities', () => {
  test('a new name is found, the old one no more', () => {
    addEntity(db, plant, '1', { name: 'Old' });
    addEntity(db, plant, '1', { name: 'New' });
    expect(find('old')).toEqual([]);
    expect(find('new')).toEqual(['New']);
  });

  test('what the remote removed is found no more, and again once it is back', () => {
    const id = addEntity(db, plant, '1', { name: 'Boiler' });
    markRemoved(db, id, NOW);
    expect(find('boiler')).toEqual([]);
    expect(find('')).toEqual([]);
    addEntity(db, plant, '1', { name: 'Boiler' });
    expect(find('boiler')).toEqual(['Boiler']);
  });

  test('what is only named by a relationship is neither listed nor found', () => {
    saveUnlistedEntity(db, plant, { kind: 'asset', remoteId: '9' }, NOW, null);
    expect(find('')).toEqual([]);
    expect(find('asset')).toEqual([]);
  });

  test('of a kind that no list holds it is both, until a list tells its name', () => {
    const named = { kind: 'issue', remoteId: '3f2a9c10-0000-4000-8000-000000000001' };
    saveUnlistedEntity(db, plant, named, NOW, ['asset']);
    expect(find('')).toEqual(['Issue 3f2a9c10…']);
    expect(find('3f2a9c10')).toEqual(['Issue 3f2a9c10…']);
    expect(find('', { kinds: ['issue'] })).toEqual(['Issue 3f2a9c10…']);
    addEntity(db, plant, named.remoteId, { kind: 'issue', name: 'Leak' });
    expect(find('')).toEqual(['Leak']);
  });
});

describe('filters', () => {
  beforeEach(() => {
    const other = addConnection(db, 'other');
    addEntity(db, plant, '1', { name: 'Boiler A', kind: 'asset' });
    addEntity(db, plant, '2', { name: 'Boiler B', kind: 'metric' });
    addEntity(db, plant, '3', { name: 'Boiler C', kind: 'dashboard' });
    addEntity(db, other, '1', { name: 'Boiler D', kind: 'asset' });
  });

  test('one kind, several kinds, a kind that is not there', () => {
    expect(find('', { kinds: ['asset'] })).toEqual(['Boiler A', 'Boiler D']);
    expect(find('', { kinds: ['metric', 'dashboard'] })).toEqual(['Boiler B', 'Boiler C']);
    expect(find('', { kinds: ['nothing'] })).toEqual([]);
  });

  test('a connection, with and without words and kinds', () => {
    expect(find('', { connectionId: plant })).toHaveLength(3);
    expect(find('boiler', { connectionId: plant, kinds: ['asset'] })).toEqual(['Boiler A']);
    expect(find('boiler', { kinds: ['asset', 'metric'] })).toEqual(['Boiler A', 'Boiler B', 'Boiler D']);
  });

  test('pages follow one another without gap or repetition', () => {
    for (let n = 0; n < 30; n += 1) addEntity(db, plant, `same-${n}`, { name: 'Same' });
    const ids = [0, 7, 14, 21, 28].flatMap((offset) =>
      readEntityPage(db, { search: 'same', kinds: [], connectionId: null }, { offset, limit: 7 }).rows.map(
        ({ id }) => id,
      ),
    );
    expect(new Set(ids).size).toBe(30);
  });
});

test('an id may hold colons; it is everything after the second one', () => {
  addEntity(db, plant, 'a:b::c', { name: 'Odd' });
  expect(findEntityByAddress(db, 'plant:asset:a:b::c').name).toBe('Odd');
  expect(() => findEntityByAddress(db, 'plant:asset')).toThrow(/plant:asset/);
});
