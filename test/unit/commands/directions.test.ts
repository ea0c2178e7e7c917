import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src-main/backend/commands/context.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { saveType } from '../../../src-main/backend/commands/vocabulary.ts';
import { parseQuery } from '../../../src-main/backend/query/parse.ts';
import { algapsaCapabilities } from '../../../src-main/backend/remote/algapsa/remote.ts';
import { autodeskCapabilities } from '../../../src-main/backend/remote/autodesk/remote.ts';
import { RuleError } from '../../../src-main/backend/rules/errors.ts';
import { readRelationship } from '../../../src-main/backend/store/relationships.ts';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { run } from '../../../src-main/backend/store/sql.ts';
import { settle } from '../../../src-main/backend/sync/settle.ts';
import { guessMapping } from '../../../src-main/backend/transfer/mapping.ts';
import { planImport } from '../../../src-main/backend/transfer/plan-import.ts';
import { readText } from '../../../src-main/backend/transfer/read-file.ts';
import { type EntityId, LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import { search } from '../../support/at-once.ts';
import { freeType } from '../../support/free-type.ts';
import { addSynced, createSmallPlant, NOW, type SmallPlant } from '../../support/workspace.ts';

/** What a remote that keeps neither types nor directions makes of “A feeds B”: its ends are kept by age. */

const fills = freeType('fills', 'is filled by');

let small: SmallPlant;
let context: CommandContext;
beforeEach(() => {
  small = createSmallPlant();
  const { plant, context: usual } = small;
  const of = (id: number) => (id === plant ? { ...autodeskCapabilities, allowedPairs: null } : null);
  context = { ...usual, capabilitiesOf: (id) => of(id) ?? usual.capabilitiesOf(id) };
  run(small.db, `UPDATE connection SET capabilities = '{"directed":false}' WHERE id = :plant`, { plant });
});

const add = (sourceId: EntityId, type: string | null, targetId: EntityId) =>
  relate(context, { sourceId, targetId, type, local: false });
const say = ({ source, type, target }: ReturnType<typeof add>) =>
  `${source.name} ${type ?? '-'} ${target.name}`;
const find = (text: string) =>
  search(small.db, parseQuery(text), { offset: 0, limit: 50 }).rows.map(({ name }) => name);
const codeOf = (body: () => unknown) => {
  try {
    body();
    return 'yes';
  } catch (error) {
    if (error instanceof RuleError) return error.code;
    throw error;
  }
};

describe('a relationship on a remote without directions', () => {
  test.each([
    ['in the order of the ends', 'feeds', 'Building feeds Boiler', 'Building is fed by Boiler'],
    ['by its inverse', 'is fed by', 'Building is fed by Boiler', 'Building feeds Boiler'],
    ['by a symmetric type', 'connected to', 'Building connected to Boiler', 'Building connected to Boiler'],
    [
      'by one written otherwise',
      'Connected_To',
      'Building Connected_To Boiler',
      'Building Connected_To Boiler',
    ],
    ['by a type that nobody knows', 'cools', 'Building cools Boiler', 'Building ← cools Boiler'],
    ['by one said from the other end', '← cools', 'Building ← cools Boiler', 'Building cools Boiler'],
  ])('keeps what was said, %s', (_, type, forth, back) => {
    const { building, boiler } = small;
    const first = add(building, type, boiler);
    expect(say(first)).toBe(forth);
    unrelate(context, first.id);
    expect(say(add(boiler, type, building))).toBe(back);
  });

  test('is found by the arrow that says the same, whichever end it is kept from', () => {
    const { building, boiler, pump, valve } = small;
    add(boiler, 'feeds', building);
    add(valve, 'cools', pump);
    expect(find('-[feeds]->')).toEqual(['Boiler']);
    expect(find('-[is fed by]-> boiler')).toEqual(['Building']);
    expect(find('-[]-> building')).toEqual(['Boiler']);
    expect(find('building -[]->')).toEqual([]);
    expect(find('-[cools]-> pump')).toEqual(['Valve']);
    expect(find('pump <-[]- valve')).toEqual(['Pump']);
    expect(find('valve <-[]-')).toEqual([]);
    expect(find('type:cools').toSorted()).toEqual(['Pump', 'Valve']);
  });

  test('is judged as it was said', () => {
    const { building, boiler, pump, valve } = small;
    saveType(context, { ...fills, maxPerSource: 1, acyclic: true });
    add(pump, 'fills', boiler);
    expect(codeOf(() => add(pump, 'fills', building))).toBe('too-many-of-source');
    add(boiler, 'fills', building);
    expect(codeOf(() => add(building, 'fills', pump))).toBe('would-make-cycle');
    expect(codeOf(() => add(valve, 'fills', boiler))).toBe('yes');
  });

  test('keeps what was said through undo and redo, and when the remote has it and drops it and has it again', () => {
    const { building, boiler, plant, db } = small;
    const { id } = add(boiler, 'feeds', building);
    undoOrRedo(context, 'undo');
    undoOrRedo(context, 'redo');
    const shown = () => readRelationship(db, id);
    expect(say(shown())).toBe('Building is fed by Boiler');
    const key = { connectionId: plant, sourceId: building, targetId: boiler, slot: 0 };
    const there = { type: null, remoteId: '1' };
    for (const seen of [there, 'absent', there] as const) settle(db, key, seen, NOW);
    expect(shown()).toMatchObject({ type: 'is fed by', state: 'synced' });
  });

  test('is imported as the row says it', () => {
    const plan = (text: string) => {
      const sheets = runToEnd(readText('rows', text, 'tsv'));
      const mappings = sheets.map((sheet) => guessMapping(sheet, () => false));
      const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: false };
      return runToEnd(planImport(context, sheets, settings, 'Import rows')).wanted.relationships;
    };
    const { building, boiler } = small;
    const kept = { source: building, target: boiler };
    const head = 'source\ttype\ttarget\n';
    expect(plan(`${head}Boiler\tfeeds\tBuilding\n`)).toMatchObject([{ ...kept, type: 'is fed by' }]);
    expect(plan(`${head}Building\tis fed by\tBoiler\n`)).toMatchObject([{ ...kept, type: 'is fed by' }]);
    expect(plan(`${head}Boiler\tcools\tBuilding\n`)).toMatchObject([{ ...kept, type: '← cools' }]);
    expect(plan(`${head}Boiler\t\tBuilding\n`)).toMatchObject([{ ...kept, type: null }]);
  });

  test('takes no type that is too long to be said from the other end', () => {
    const { building, boiler } = small;
    const type = 'x'.repeat(255);
    expect(codeOf(() => add(boiler, type, building))).toBe('type-too-long');
    expect(codeOf(() => add(building, type, boiler))).toBe('yes');
  });
});

describe('a type that is said from one of the ends', () => {
  test('turns a mark round and back, never pending, and undo turns it back', () => {
    const { building, boiler, db } = small;
    const id = addSynced(small, building, boiler);
    expect(say(retype(context, id, 'feeds', building))).toBe('Building feeds Boiler');
    expect(retype(context, id, 'feeds', boiler)).toMatchObject({ type: 'is fed by', state: 'synced' });
    expect(say(retype(context, id, 'is fed by', boiler))).toBe('Building feeds Boiler');
    expect(say(retype(context, id, 'cools', boiler))).toBe('Building ← cools Boiler');
    undoOrRedo(context, 'undo');
    expect(readRelationship(db, id).type).toBe('feeds');
    expect(retype(context, id, null, boiler).type).toBeNull();
  });

  test('is judged as it is said', () => {
    const { building, boiler, pump } = small;
    saveType(context, { ...fills, maxPerSource: 1 });
    add(boiler, 'fills', pump);
    const id = addSynced(small, building, boiler);
    expect(codeOf(() => retype(context, id, 'fills', boiler))).toBe('too-many-of-source');
    expect(codeOf(() => retype(context, id, 'fills', building))).toBe('yes');
  });

  test('is refused from an entity that is no end', () => {
    const { building, boiler, pump } = small;
    const id = addSynced(small, building, boiler);
    expect(() => retype(context, id, 'feeds', pump)).toThrow(/Building and Boiler/);
    expect(codeOf(() => retype(context, id, 'feeds', pump))).toBe('not-an-end');
  });

  test('of a remote that keeps types is turned by the vocabulary only', () => {
    const { building, boiler, context: usual } = small;
    const typed: CommandContext = {
      ...usual,
      capabilitiesOf: (id) => (id === LOCAL_CONNECTION_ID ? usual.capabilitiesOf(id) : algapsaCapabilities),
    };
    const { id } = relate(typed, { sourceId: building, targetId: boiler, type: 'feeds', local: false });
    expect(retype(typed, id, 'feeds', boiler).type).toBe('is fed by');
    expect(codeOf(() => retype(typed, id, 'cools', boiler))).toBe('type-unknown');
    expect(readRelationship(small.db, id).type).toBe('is fed by');
  });
});
