import { beforeEach, describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { parseQuery } from '../../../src-main/backend/query/parse.ts';
import { saveEntity } from '../../../src-main/backend/store/entities.ts';
import { search as searched } from '../../../src-main/backend/store/search.ts';
import { transaction, type WritableDb } from '../../../src-main/backend/store/sql.ts';
import type { ConnectionId } from '../../../src-preload/contract/model.ts';
import { createRandom, pickNumber, pickOne, type Random } from '../../servers/shared/random.ts';
import { readEntityPage, search } from '../../support/at-once.ts';
import {
  addConnection,
  addEntity,
  addSynced,
  createSmallPlant,
  createTempWorkspace,
  NOW,
  type SmallPlant,
} from '../../support/workspace.ts';

const page = { offset: 0, limit: 10 };
const find = (db: WritableDb, text: string) => search(db, parseQuery(text), page);
const namesOf = (db: WritableDb, text: string) => find(db, text).rows.map(({ name }) => name);

describe('ranking', () => {
  let db: WritableDb;
  let plant: ConnectionId;
  beforeEach(() => {
    ({ db } = createTempWorkspace());
    plant = addConnection(db, 'plant');
  });

  test('whole words come before beginnings, and names before other text', () => {
    addEntity(db, plant, '1', { name: 'Pumphouse' });
    const fields = [{ name: 'note', value: 'beside the pump' }];
    saveEntity(
      db,
      plant,
      { kind: 'asset', remoteId: '2', lookupId: '2', name: 'Fence', archived: false, fields },
      NOW,
    );
    addEntity(db, plant, '3', { name: 'Pump' });
    expect(namesOf(db, 'pump')).toEqual(['Pump', 'Fence', 'Pumphouse']);
  });

  test('what is named as it was written comes before what holds the words more often', () => {
    addEntity(db, plant, '1', { name: 'Air compressor 1 compressor' });
    addEntity(db, plant, '2', { name: 'Air compressor 1' });
    expect(namesOf(db, 'air compressor 1')[0]).toBe('Air compressor 1');
    expect(search(db, parseQuery('air compressor 1'), { offset: 1, limit: 1 }).rows).toMatchObject([
      { name: 'Air compressor 1 compressor' },
    ]);
    expect(search(db, parseQuery('air compressor 1'), { offset: 0, limit: 1 }).rows).toMatchObject([
      { name: 'Air compressor 1' },
    ]);
  });

  test('pages follow one another without gap or repetition', () => {
    for (let n = 0; n < 30; n += 1)
      addEntity(db, plant, `${n}`, { name: n % 3 === 0 ? 'Pump' : `Pumps ${n}` });
    const query = parseQuery('pump');
    const ids = [0, 7, 14, 21, 28].flatMap((offset) =>
      search(db, query, { offset, limit: 7 }).rows.map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(30);
  });

  test('a misspelt word is taken for what is one letter away, and that is said', () => {
    addEntity(db, plant, '1', { name: 'Conveyor north' });
    addEntity(db, plant, '2', { name: 'Boiler' });
    expect(find(db, 'convejor nor')).toMatchObject({
      total: 1,
      rows: [{ name: 'Conveyor north' }],
      corrections: [{ word: 'convejor', takenFor: ['conveyor'] }],
    });
    expect(find(db, 'boielr').rows).toMatchObject([{ name: 'Boiler' }]);
    expect(find(db, 'quite other')).toEqual({ total: 0, rows: [], order: 'best', corrections: [] });
  });

  test('what a misspelt word is taken for finds all that it finds itself, in the same order', () => {
    addEntity(db, plant, '1', { name: 'Boilerhouse' });
    addEntity(db, plant, '2', { name: 'Boiler' });
    const { total, rows, corrections } = find(db, 'boielr');
    expect(corrections).toEqual([{ word: 'boielr', takenFor: ['boiler'] }]);
    expect(rows.map(({ name }) => name)).toEqual(namesOf(db, 'boiler'));
    expect(total).toBe(2);
  });

  test('a misspelt word in brackets and at the end of an arrow is forgiven too, one that is not wanted is not', () => {
    const pump = addEntity(db, plant, '1', { name: 'Pump' });
    const valve = addEntity(db, plant, '2', { name: 'Valve' });
    addSynced({ db, plant }, pump, valve);
    expect(find(db, '(vavle or boxx)')).toMatchObject({
      rows: [{ name: 'Valve' }],
      corrections: [{ word: 'vavle', takenFor: ['valve'] }],
    });
    expect(find(db, 'pump -[]-> vavle')).toMatchObject({
      rows: [{ name: 'Pump' }],
      corrections: [{ word: 'vavle', takenFor: ['valve'] }],
    });
    expect(find(db, 'pump -vavle').corrections).toEqual([]);
  });

  test('words joined by or are ranked like words', () => {
    addEntity(db, plant, '1', { name: 'Aisle with a pumphouse' });
    addEntity(db, plant, '2', { name: 'Valve' });
    expect(find(db, 'pump or valve')).toMatchObject({
      order: 'best',
      rows: [{ name: 'Valve' }, { name: 'Aisle with a pumphouse' }],
    });
  });

  test('by name and narrowed to a kind and a connection it finds the same, and forgives only where it is asked to', () => {
    const other = addConnection(db, 'other');
    for (const name of ['Pump b', 'Pump a', 'Pumphouse']) addEntity(db, plant, name, { name });
    addEntity(db, plant, 'm', { name: 'Pump', kind: 'metric' });
    addEntity(db, other, 'o', { name: 'Pump' });
    const asked = { kinds: ['asset'], connectionId: plant, forgiving: true };
    const list = (text: string, order: 'name' | 'best', forgiving = true) =>
      search(db, parseQuery(text), page, { ...asked, order, forgiving });
    const names = (text: string, order: 'name' | 'best') => list(text, order).rows.map(({ name }) => name);
    expect(names('pump', 'best')).toEqual(['Pump b', 'Pump a', 'Pumphouse']);
    expect(names('pump', 'name')).toEqual(['Pump a', 'Pump b', 'Pumphouse']);
    expect(names('pmup', 'best')).toEqual(names('pump', 'best'));
    expect(names('pmup', 'name')).toEqual(names('pump', 'name'));
    expect(list('pmup', 'name').total).toBe(3);
    expect(list('pmup', 'name', false)).toMatchObject({ total: 0, corrections: [] });
    expect(list('kind:asset', 'best').order).toBe('name');
  });

  test('more matches than are ranked in one go leave others a turn, and come in the same order', () => {
    const count = 20_500;
    transaction(db, () => {
      for (let n = 0; n < count; n += 1) {
        addEntity(db, plant, `${n}`, { name: n % 1000 === 7 ? 'Pump' : `Pumps in hall ${n % 13}` });
      }
    });
    const query = parseQuery('pump');
    const course = searched(db, query, { offset: 0, limit: 50 });
    expect(course.next().done).toBe(false);
    course.return({ total: 0, rows: [], order: 'best', corrections: [] });
    const { total, rows } = search(db, query, { offset: 0, limit: 50 });
    expect(total).toBe(count);
    expect(rows.slice(0, 21).map(({ name }) => name)).toEqual(Array.from({ length: 21 }, () => 'Pump'));
    const ids = [0, 20, 40].flatMap((offset) =>
      search(db, query, { offset, limit: 20 }).rows.map(({ id }) => id),
    );
    expect(ids.slice(0, 50)).toEqual(rows.map(({ id }) => id));
    expect(new Set(ids).size).toBe(60);
  });
});

describe('fields', () => {
  let small: SmallPlant;
  beforeEach(() => {
    small = createSmallPlant();
    const { db, plant, context, boiler, pump, valve, elsewhere } = small;
    addSynced(small, boiler, pump);
    const doomed = addSynced(small, pump, valve);
    unrelate(context, doomed);
    relate(context, { sourceId: boiler, targetId: elsewhere, type: 'Feeds', local: false });
    const fields = [
      { name: 'Serial', value: 'X-100' },
      { name: 'tags', value: 'old, leaking' },
    ];
    const entity = { kind: 'metric', remoteId: '77', lookupId: '77', name: 'web 01', archived: true, fields };
    saveEntity(db, plant, entity, '2026-05-05T05:05:05.000Z');
  });

  test.each<[string, string[]]>([
    ['kind:metric', ['web 01']],
    ['kind:METRIC,dashboard', ['web 01']],
    ['-kind:asset', ['web 01']],
    ['name:"web 01"', ['web 01']],
    ['name:"01 web"', []],
    ['id:77', ['web 01']],
    ['connection:other', ['Elsewhere']],
    ['connection:plant -name:web', ['Boiler', 'Building', 'Pump', 'Valve']],
    ['archived:true', ['web 01']],
    ['@serial:x-100', ['web 01']],
    ['@serial:leaking', []],
    ['tag:leaking', ['web 01']],
    ['type:feeds', ['Boiler', 'Elsewhere']],
    ['state:delete', ['Pump', 'Valve']],
    ['state:pending', ['Pump', 'Valve']],
    ['state:synced', ['Boiler', 'Pump']],
    ['state:local', ['Boiler', 'Elsewhere']],
    ['state:conflict', []],
    ['changed>2026-05-04', ['web 01']],
    ['changed>2026-05-05', []],
    ['changed<=2026-05-05 kind:metric', ['web 01']],
    ['changed<2026-05-05T05:05:05Z kind:metric', []],
    ['changed>=2026-05-05T05:05 kind:metric', ['web 01']],
    ['boil or valv', ['Boiler', 'Valve']],
    ['kind:asset (boil or valv) -valve', ['Boiler']],
    ['pump state:pending', ['Pump']],
    ['"web 01"', ['web 01']],
    ['"01 web"', []],
    ['-"', []],
  ])('%s', (text, names) => {
    const { db } = small;
    if (text !== '-"') expect(namesOf(db, text).toSorted()).toEqual(names);
    const filter = { search: text, kinds: [], connectionId: null };
    const listed = readEntityPage(db, filter, page);
    expect(listed.rows.map(({ name }) => name).toSorted()).toEqual(names);
    expect(listed.total).toBe(names.length);
  });

  test('an age counts from now', () => {
    expect(namesOf(small.db, 'changed:1h')).toEqual([]);
    expect(namesOf(small.db, 'changed:9999w')).toHaveLength(6);
  });
});

describe('1,000 misspelt words of five letters or more', () => {
  const SYLLABLES = [
    'ba',
    'cor',
    'den',
    'fil',
    'gra',
    'hum',
    'jet',
    'kol',
    'lim',
    'mar',
    'nov',
    'pul',
    'rin',
    'sta',
    'tur',
    'vex',
  ];
  const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

  const invent = (random: Random) =>
    Array.from({ length: pickNumber(random, 2, 5) }, () => pickOne(random, SYLLABLES)).join('');

  /** One letter changed, left out, added or swapped with the next. */
  function misspell(random: Random, word: string): string {
    const place = pickNumber(random, 0, word.length - 1);
    const letter = LETTERS[pickNumber(random, 0, 25)] ?? 'x';
    const [before, here, after] = [word.slice(0, place), word[place] ?? '', word.slice(place + 1)];
    const kinds = [
      `${before}${letter}${after}`,
      `${before}${after}`,
      `${before}${letter}${here}${after}`,
      `${before}${after.slice(0, 1)}${here}${after.slice(1)}`,
    ];
    return pickOne(random, kinds);
  }

  test('find the wanted entity among the first ten in 95 of 100', () => {
    const { db } = createTempWorkspace();
    const plant = addConnection(db, 'plant');
    const random = createRandom(17);
    const names = transaction(db, () =>
      Array.from({ length: 20_000 }, (_, index) => {
        const name = invent(random);
        addEntity(db, plant, String(index), { name });
        return name;
      }),
    );
    let found = 0;
    let asked = 0;
    while (asked < 1000) {
      const name = pickOne(random, names);
      const misspelt = misspell(random, name);
      if (name.length < 5 || misspelt === name) continue;
      asked += 1;
      if (namesOf(db, misspelt).includes(name)) found += 1;
    }
    process.stdout.write(`${found} of ${asked} misspelt words found the wanted entity\n`);
    expect(found).toBeGreaterThanOrEqual(950);
  });
});
