import { beforeEach, describe, expect, test } from 'vitest';
import { judgeTargets, relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import {
  exportTypes,
  importTypes,
  listTypes,
  removeType,
  saveType,
} from '../../../src-main/backend/commands/vocabulary.ts';
import { markRemoved, readEntitySummaries } from '../../../src-main/backend/store/entities.ts';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { saveVocabularyType } from '../../../src-main/backend/store/vocabulary.ts';
import { guessMapping } from '../../../src-main/backend/transfer/mapping.ts';
import { planImport } from '../../../src-main/backend/transfer/plan-import.ts';
import { readText } from '../../../src-main/backend/transfer/read-file.ts';
import { localCapabilities } from '../../../src-preload/contract/capabilities.ts';
import { EntityId } from '../../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { freeType } from '../../support/free-type.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { addEntity, createSmallPlant, NOW, type SmallPlant } from '../../support/workspace.ts';

const plain = freeType('powers', 'is powered by');

type End = 'building' | 'boiler' | 'pump' | 'valve' | 'meter' | 'elsewhere' | 'gone';
type Link = readonly [source: End, type: string | null, target: End];

let small: SmallPlant;
let meter: EntityId;
let gone: EntityId;
beforeEach(() => {
  small = createSmallPlant();
  meter = addEntity(small.db, small.plant, '14', { name: 'Meter', kind: 'metric' });
  gone = addEntity(small.db, small.plant, '15', { name: 'Gone' });
  markRemoved(small.db, gone, NOW);
});

const idOf = (end: End): EntityId => ({ ...small, meter, gone })[end];

function add([source, type, target]: Link) {
  return relate(small.context, { sourceId: idOf(source), targetId: idOf(target), type, local: true });
}

const judge = (...asked: Parameters<typeof judgeTargets>) => runToEnd(judgeTargets(...asked));

/** What every way of relating says: they are all to say the same. */
function askAll(link: Link): Record<'judged' | 'pasted' | 'json' | 'related' | 'retyped' | 'marked', string> {
  const [source, type, target] = link;
  const [sourceId, targetId] = [idOf(source), idOf(target)];
  const [verdict] = judge(small.context, { sourceId, type, local: true, targetIds: [targetId] });
  const judged = verdict?.code ?? (verdict?.ok === true ? 'yes' : 'nothing');
  const isGone = source === 'gone' || target === 'gone'; // no import finds what is gone
  const pasted = isGone ? judged : askImport('tsv', `source\ttype\ttarget\n${toCells(link).join('\t')}\n`);
  const [from, by, to] = toCells(link);
  const json = isGone
    ? judged
    : askImport('json', JSON.stringify({ relationships: [{ source: from, type: by, target: to }] }));
  const isPair = source !== target && !isGone;
  const marked = isPair && target !== 'elsewhere' ? askMark(source, type, target) : judged;
  const retyped = isPair ? askRetype(source, type, target) : judged;
  return { judged, pasted, json, marked, retyped, related: verdictOf(() => add(link)) };
}

function toCells([source, type, target]: Link): [string, string, string] {
  const named = readEntitySummaries(small.db, [idOf(source), idOf(target)]);
  const addressOf = (end: End) => named.get(idOf(end))?.address ?? '';
  return [addressOf(source), type ?? '', addressOf(target)];
}

/** The verdict on the one row of an import. */
function askImport(format: 'tsv' | 'json', text: string): string {
  const sheets = runToEnd(readText('rows', text, format));
  const mappings = sheets.map((sheet) => guessMapping(sheet, () => false));
  const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: true };
  const { verdicts } = runToEnd(planImport(small.context, sheets, settings, 'Import rows'));
  expect(verdicts).toHaveLength(1);
  return verdicts[0]?.code ?? 'yes';
}

/** The type as the user's own mark on a relationship of a remote that has no types. */
function askMark(source: End, type: string | null, target: End): string {
  const ends = { sourceId: idOf(source), targetId: idOf(target), local: false };
  const { id } = relate(small.context, { ...ends, type: 'something else' });
  const code = verdictOf(() => retype(small.context, id, type));
  unrelate(small.context, id);
  return code;
}

function askRetype(source: End, type: string | null, target: End): string {
  const { id } = add([source, 'something else', target]);
  const code = verdictOf(() => retype(small.context, id, type));
  unrelate(small.context, id);
  return code;
}

type Case = readonly [
  about: string,
  type: Partial<RelationshipType>,
  there: readonly Link[],
  wanted: Link,
  code: string,
];

const A = 'building';
const B = 'boiler';
const C = 'pump';
const D = 'valve';
const cases: readonly Case[] = [
  ['nothing is in the way', {}, [], [A, 'powers', B], 'yes'],
  ['a type that nobody knows', {}, [], [A, 'whatever', B], 'yes'],
  ['another connection', {}, [], [A, 'powers', 'elsewhere'], 'yes'],
  ['itself', {}, [], [A, 'powers', A], 'self-relationship'],
  ['itself, where the type takes it', { self: true }, [], [A, 'powers', A], 'yes'],
  [
    'itself without a type, though another type takes it',
    { self: true },
    [],
    [A, null, A],
    'self-relationship',
  ],
  ['itself by an inverse that takes it', { self: true }, [], [A, 'is powered by', A], 'yes'],
  [
    'itself, where no circle may close',
    { self: true, acyclic: true },
    [],
    [A, 'powers', A],
    'would-make-cycle',
  ],
  [
    'room beside itself, which counts once by a symmetric type',
    { symmetric: true, inverse: 'powers', impact: 'both', self: true, maxPerSource: 2, maxPerTarget: 2 },
    [[A, 'powers', A]],
    [A, 'powers', B],
    'yes',
  ],
  ['an entity that is gone as target', {}, [], [A, 'powers', 'gone'], 'entity-removed'],
  ['an entity that is gone as source', {}, [], ['gone', 'powers', A], 'entity-removed'],
  ['the right kinds', { sourceKinds: ['asset'], targetKinds: ['metric'] }, [], [A, 'powers', 'meter'], 'yes'],
  ['a wrong source', { sourceKinds: ['metric'] }, [], [A, 'powers', B], 'kind-not-allowed'],
  ['a wrong target', { targetKinds: ['metric', 'issue'] }, [], [A, 'powers', B], 'kind-not-allowed'],
  [
    'the right kinds by the inverse',
    { sourceKinds: ['asset'], targetKinds: ['metric'] },
    [],
    ['meter', 'is powered by', A],
    'yes',
  ],
  [
    'wrong kinds by the inverse',
    { sourceKinds: ['metric'] },
    [],
    [A, 'is powered by', B],
    'kind-not-allowed',
  ],
  ['kinds of a type written otherwise', { sourceKinds: ['metric'] }, [], [A, 'Powers', B], 'yes'],
  ['the same by the inverse', {}, [[A, 'powers', B]], [B, 'is powered by', A], 'duplicate-type'],
  [
    'the same by the inverse, taken',
    { duplicates: true },
    [[A, 'powers', B]],
    [B, 'is powered by', A],
    'yes',
  ],
  ['the other way round', {}, [[A, 'powers', B]], [B, 'powers', A], 'yes'],
  ['the other way round by the inverse', {}, [[A, 'powers', B]], [A, 'is powered by', B], 'yes'],
  [
    'a symmetric one the other way round',
    { symmetric: true, inverse: 'powers', impact: 'both' },
    [[A, 'powers', B]],
    [B, 'powers', A],
    'duplicate-type',
  ],
  ['another type between the two', {}, [[A, 'feeds', B]], [A, 'powers', B], 'yes'],
  ['room at the source', { maxPerSource: 2 }, [[A, 'powers', B]], [A, 'powers', C], 'yes'],
  ['no room at the source', { maxPerSource: 1 }, [[A, 'powers', B]], [A, 'powers', C], 'too-many-of-source'],
  ['room at another source', { maxPerSource: 1 }, [[A, 'powers', B]], [C, 'powers', B], 'yes'],
  ['no room at the target', { maxPerTarget: 1 }, [[A, 'powers', B]], [C, 'powers', B], 'too-many-of-target'],
  ['room at another target', { maxPerTarget: 1 }, [[A, 'powers', B]], [A, 'powers', C], 'yes'],
  [
    'no room, counted by the inverse',
    { maxPerSource: 1 },
    [[B, 'is powered by', A]],
    [A, 'powers', C],
    'too-many-of-source',
  ],
  [
    'no room at the source of the inverse',
    { maxPerTarget: 1 },
    [[A, 'powers', B]],
    [B, 'is powered by', C],
    'too-many-of-source',
  ],
  [
    'no room at the target of the inverse',
    { maxPerSource: 1 },
    [[A, 'powers', B]],
    [C, 'is powered by', A],
    'too-many-of-target',
  ],
  [
    'no room for a symmetric one at either end',
    { symmetric: true, inverse: 'powers', impact: 'both', maxPerSource: 1, maxPerTarget: 1 },
    [[A, 'powers', B]],
    [B, 'powers', C],
    'too-many-of-source',
  ],
  [
    'no room for a symmetric one, asked from the other end',
    { symmetric: true, inverse: 'powers', impact: 'both', maxPerSource: 1, maxPerTarget: 1 },
    [[A, 'powers', B]],
    [C, 'powers', B],
    'too-many-of-target',
  ],
  ['other types leave room', { maxPerSource: 1 }, [[A, 'feeds', B]], [A, 'powers', C], 'yes'],
  [
    'no circle yet',
    { acyclic: true },
    [
      [A, 'powers', B],
      [B, 'powers', C],
    ],
    [A, 'powers', C],
    'yes',
  ],
  ['a circle of two', { acyclic: true }, [[A, 'powers', B]], [B, 'powers', A], 'would-make-cycle'],
  [
    'a circle of three',
    { acyclic: true },
    [
      [A, 'powers', B],
      [B, 'powers', C],
    ],
    [C, 'powers', A],
    'would-make-cycle',
  ],
  [
    'a circle of four',
    { acyclic: true },
    [
      [A, 'powers', B],
      [B, 'powers', C],
      [C, 'powers', D],
    ],
    [D, 'powers', A],
    'would-make-cycle',
  ],
  [
    'a circle in part by the inverse',
    { acyclic: true },
    [
      [A, 'powers', B],
      [C, 'is powered by', B],
    ],
    [C, 'powers', A],
    'would-make-cycle',
  ],
  [
    'a circle closed by the inverse',
    { acyclic: true },
    [
      [A, 'powers', B],
      [B, 'powers', C],
    ],
    [A, 'is powered by', C],
    'would-make-cycle',
  ],
  [
    'no circle by the inverse',
    { acyclic: true },
    [
      [A, 'powers', B],
      [B, 'powers', C],
    ],
    [C, 'is powered by', A],
    'yes',
  ],
  [
    'a circle of several types',
    { acyclic: true },
    [
      [A, 'powers', B],
      [B, 'feeds', C],
    ],
    [C, 'powers', A],
    'yes',
  ],
  [
    'kinds of both ends, the target wrong',
    { sourceKinds: ['asset'], targetKinds: ['issue'] },
    [],
    [A, 'powers', 'meter'],
    'kind-not-allowed',
  ],
  [
    'kinds of both ends, the source wrong',
    { sourceKinds: ['issue'], targetKinds: ['metric'] },
    [],
    [A, 'powers', 'meter'],
    'kind-not-allowed',
  ],
  ['one of several kinds', { sourceKinds: ['issue', 'asset'] }, [], [A, 'powers', B], 'yes'],
  [
    'a kind that the inverse has as its source',
    { targetKinds: ['metric'] },
    [],
    ['meter', 'is powered by', B],
    'yes',
  ],
  [
    'a wrong kind as the source of the inverse',
    { targetKinds: ['metric'] },
    [],
    [B, 'is powered by', A],
    'kind-not-allowed',
  ],
  [
    'a wrong kind before no room',
    { sourceKinds: ['metric'], maxPerSource: 1 },
    [],
    [A, 'powers', B],
    'kind-not-allowed',
  ],
  [
    'the same with another connection',
    {},
    [[A, 'powers', 'elsewhere']],
    [A, 'is powered by', 'elsewhere'],
    'yes',
  ],
  [
    'the same by the inverse with another connection',
    {},
    [[A, 'powers', 'elsewhere']],
    ['elsewhere', 'is powered by', A],
    'duplicate-type',
  ],
  [
    'no room at the source because of another connection',
    { maxPerSource: 1 },
    [[A, 'powers', 'elsewhere']],
    [A, 'powers', B],
    'too-many-of-source',
  ],
  [
    'no room at the target for another connection',
    { maxPerTarget: 1 },
    [[A, 'powers', 'elsewhere']],
    [B, 'powers', 'elsewhere'],
    'too-many-of-target',
  ],
  [
    'the last room at the source',
    { maxPerSource: 3 },
    [
      [A, 'powers', B],
      [A, 'powers', C],
    ],
    [A, 'powers', D],
    'yes',
  ],
  [
    'no room at the source any more',
    { maxPerSource: 2 },
    [
      [A, 'powers', B],
      [A, 'powers', C],
    ],
    [A, 'powers', D],
    'too-many-of-source',
  ],
  [
    'no room at the target any more',
    { maxPerTarget: 2 },
    [
      [A, 'powers', D],
      [B, 'powers', D],
    ],
    [C, 'powers', D],
    'too-many-of-target',
  ],
  [
    'no room at either end: the source is told',
    { maxPerSource: 1, maxPerTarget: 1 },
    [
      [A, 'powers', B],
      [C, 'powers', D],
    ],
    [A, 'powers', D],
    'too-many-of-source',
  ],
  [
    'a duplicate before no room',
    { maxPerSource: 1 },
    [[A, 'powers', B]],
    [B, 'is powered by', A],
    'duplicate-type',
  ],
  [
    'no room before a circle',
    { maxPerSource: 1, acyclic: true },
    [
      [A, 'powers', B],
      [B, 'powers', C],
    ],
    [B, 'powers', A],
    'too-many-of-source',
  ],
  [
    'a circle through another connection',
    { acyclic: true },
    [
      [A, 'powers', 'elsewhere'],
      ['elsewhere', 'powers', B],
    ],
    [B, 'powers', A],
    'would-make-cycle',
  ],
  [
    'a way round that is no circle',
    { acyclic: true },
    [
      [A, 'powers', B],
      [A, 'powers', C],
      [B, 'powers', D],
    ],
    [C, 'powers', D],
    'yes',
  ],
  [
    'a symmetric one between others',
    { symmetric: true, inverse: 'powers', impact: 'both' },
    [[A, 'powers', B]],
    [B, 'powers', C],
    'yes',
  ],
  [
    'a symmetric one that may be doubled',
    { symmetric: true, inverse: 'powers', impact: 'both', duplicates: true },
    [[A, 'powers', B]],
    [B, 'powers', A],
    'yes',
  ],
  ['no type at all', {}, [], [A, null, B], 'yes'],
  ['itself by an unknown type', {}, [], [B, 'whatever', B], 'self-relationship'],
  ['itself by the inverse', {}, [], [A, 'is powered by', A], 'self-relationship'],
  [
    'circles where they are welcome',
    {},
    [
      [A, 'powers', B],
      [B, 'powers', C],
    ],
    [C, 'powers', A],
    'yes',
  ],
];

describe('every way of relating gives the same verdict', () => {
  test('in sixty cases and more', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
    expect(new Set(cases.map(([about]) => about)).size).toBe(cases.length);
  });

  test.each(cases)('%s', (_, type, there, wanted, code) => {
    saveType(small.context, { ...plain, ...type });
    for (const link of there) add(link);
    const all = { judged: code, pasted: code, json: code, marked: code, retyped: code, related: code };
    expect(askAll(wanted)).toEqual(all);
  });

  test('what is related to itself gets no type that does not take that', () => {
    saveType(small.context, { ...plain, self: true });
    const { id } = add([A, 'powers', A]);
    for (const type of ['feeds', 'whatever', null]) {
      expect(verdictOf(() => retype(small.context, id, type))).toBe('self-relationship');
    }
  });

  test('what is to be deleted is in nobody’s way', () => {
    saveType(small.context, { ...plain, maxPerSource: 1, acyclic: true });
    const { id } = add([A, 'powers', B]);
    unrelate(small.context, id);
    expect(askAll([B, 'powers', A])).toMatchObject({ judged: 'yes', related: 'yes' });
  });

  test('what is there already is told as such, and a target that does not exist is left out', () => {
    add([A, 'powers', B]);
    const targetIds = [idOf(B), EntityId.parse(999), idOf(C)];
    const judged = judge(small.context, { sourceId: idOf(A), type: 'powers', local: true, targetIds });
    expect(judged).toMatchObject([
      { id: idOf(B), code: 'already-related' },
      { id: idOf(C), ok: true },
    ]);
  });

  test('pairs that a remote does not take, which relates nothing of another pair', () => {
    const allowedPairs = [{ source: 'asset', target: 'metric' }];
    const context = { ...small.context, capabilitiesOf: () => ({ ...localCapabilities, allowedPairs }) };
    const sourceId = idOf(A);
    const params = { sourceId, type: null, local: false };
    const judged = judge(context, { ...params, targetIds: [idOf(B), meter] });
    expect(judged.map(({ code }) => code)).toEqual(['pair-not-allowed', null]);
    expect(verdictOf(() => relate(context, { ...params, targetId: idOf(B) }))).toBe('pair-not-allowed');
    expect(verdictOf(() => relate(context, { ...params, targetId: meter }))).toBe('yes');
  });
});

describe('the vocabulary', () => {
  const namesOf = () => listTypes(small.db).map(({ type }) => type.name);

  test('ships with types that read both ways, and counts their uses whatever way they are written', () => {
    add([A, 'depends on', B]);
    add([A, 'is_depended_on_by', C]);
    const listed = listTypes(small.db).find(({ type }) => type.name === 'depends on');
    expect(listed).toMatchObject({ origin: 'shipped', uses: 2, type: { inverse: 'is depended on by' } });
    expect(namesOf()).toEqual(expect.arrayContaining(['contains', 'connected to', 'feeds', 'installed in']));
  });

  test('a shipped type is changed, changed back, and taken out', () => {
    const feeds = listTypes(small.db).find(({ type }) => type.name === 'feeds')?.type ?? plain;
    const originOf = () => listTypes(small.db).find(({ type }) => type.name === 'feeds')?.origin;
    saveType(small.context, { ...feeds, maxPerSource: 3 });
    expect(originOf()).toBe('workspace');
    saveType(small.context, feeds);
    expect(originOf()).toBe('shipped');
    removeType(small.context, 'feeds');
    expect(originOf()).toBeUndefined();
    expect(verdictOf(() => removeType(small.context, 'feeds'))).toBe('type-unknown');
  });

  test('what is exported is imported as the same, into the place of everything else', () => {
    saveType(small.context, plain);
    removeType(small.context, 'documents');
    const before = exportTypes(small.db);
    const other = createSmallPlant();
    saveType(other.context, { ...plain, name: 'likes', inverse: 'is liked by' });
    importTypes(other.context, before.text, true);
    expect(exportTypes(other.db)).toEqual(before);
  });

  test.each([
    ['no JSON', 'hello', /not JSON/],
    ['no list', '{}', /array/],
    ['a faulty type', JSON.stringify([plain, { ...plain, name: '' }]), /type 2 \(line 1\), name/],
    [
      'a faulty type further down',
      JSON.stringify(
        [
          { ...plain, name: 'odd "]},\n{[" name' },
          { ...plain, name: '' },
        ],
        null,
        2,
      ),
      /type 2 \(line 16\), name/,
    ],
    ['a symmetric type with an inverse', JSON.stringify([{ ...plain, symmetric: true }]), /reads the same/],
  ])('%s is refused whole', (_, text, message) => {
    const before = exportTypes(small.db);
    expect(() => importTypes(small.context, text, true)).toThrow(message);
    expect(exportTypes(small.db)).toEqual(before);
  });

  describe('a symmetric type whose failure goes on to one end only', () => {
    const both: RelationshipType = { ...plain, inverse: 'powers', symmetric: true, impact: 'both' };

    test.each(['to-target', 'to-source'] as const)('is neither saved nor imported: %s', (impact) => {
      saveType(small.context, both);
      const before = exportTypes(small.db);
      const oneWay = { ...both, impact };
      const told = /“powers” was not saved: .* no source and no target.*Give it the impact both or none/;
      expect(() => saveType(small.context, oneWay)).toThrow(told);
      expect(verdictOf(() => saveType(small.context, oneWay))).toBe('type-one-way');
      const text = JSON.stringify([{ ...plain, name: 'likes', inverse: 'is liked by' }, oneWay]);
      expect(() => importTypes(small.context, text, false)).toThrow(
        /^Nothing was taken over: type 2 \(line 1\): .*both or none/,
      );
      expect(exportTypes(small.db)).toEqual(before);
    });

    test.each(['both', 'none'] as const)(
      'is saved and imported where it goes both ways or none: %s',
      (impact) => {
        saveType(small.context, { ...both, impact });
        importTypes(small.context, exportTypes(small.db).text, true);
        const found = listTypes(small.db).find(({ type }) => type.name === 'powers');
        expect(found?.type.impact).toBe(impact);
      },
    );

    test('that was saved before is still read', () => {
      const oneWay = { ...both, impact: 'to-target' } as const;
      saveVocabularyType(small.db, oneWay);
      expect(listTypes(small.db).map(({ type }) => type)).toContainEqual(oneWay);
    });
  });

  test.each([
    ['a number', { maxPerSource: 1 }],
    ['numbers', { maxPerSource: 1, maxPerTarget: 2 }],
    ['kinds', { sourceKinds: ['asset'], targetKinds: ['metric'] }],
    ['kinds at one end', { targetKinds: ['metric'] }],
  ])('a symmetric type with %s of its own at an end is neither saved nor imported', (_, rules) => {
    const both = { ...plain, inverse: 'powers', symmetric: true, impact: 'both' } as const;
    const before = exportTypes(small.db);
    const told = /no source and no target.*Give both ends the same kinds and the same number/;
    expect(() => saveType(small.context, { ...both, ...rules })).toThrow(told);
    const text = JSON.stringify([{ ...both, ...rules }]);
    expect(() => importTypes(small.context, text, false)).toThrow(told);
    expect(exportTypes(small.db)).toEqual(before);
    saveType(small.context, { ...both, sourceKinds: ['asset', 'metric'], targetKinds: ['metric', 'asset'] });
  });

  test('the types that ship with Weft can be imported as they are', () => {
    const before = exportTypes(small.db);
    importTypes(small.context, before.text, true);
    expect(exportTypes(small.db)).toEqual(before);
    expect(listTypes(small.db).every(({ origin }) => origin === 'shipped')).toBe(true);
  });

  test('two types that read the same are refused, and nothing is taken over', () => {
    const before = exportTypes(small.db);
    const text = JSON.stringify([{ ...plain, inverse: 'Is_Fed by' }]);
    expect(() => importTypes(small.context, text, false)).toThrow(/already belongs to/);
    expect(exportTypes(small.db)).toEqual(before);
  });
});
