import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src-main/backend/commands/context.ts';
import { judgeTargets, relate } from '../../../src-main/backend/commands/relate.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { saveType } from '../../../src-main/backend/commands/vocabulary.ts';
import { algapsaCapabilities } from '../../../src-main/backend/remote/algapsa/remote.ts';
import { autodeskCapabilities } from '../../../src-main/backend/remote/autodesk/remote.ts';
import { clickieCapabilities } from '../../../src-main/backend/remote/clickie/remote.ts';
import { readEntitySummaries } from '../../../src-main/backend/store/entities.ts';
import { readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { settle } from '../../../src-main/backend/sync/settle.ts';
import { guessMapping } from '../../../src-main/backend/transfer/mapping.ts';
import { planImport } from '../../../src-main/backend/transfer/plan-import.ts';
import { readText } from '../../../src-main/backend/transfer/read-file.ts';
import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import {
  type EntityId,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { addEntity, createSmallPlant, NOW, type SmallPlant } from '../../support/workspace.ts';

/** What a remote can do is a rule like those of the vocabulary: every way of relating says the same of it. */

type End = 'building' | 'boiler' | 'pump' | 'metric';
type Link = readonly [source: End, type: string | null, target: End];

const untyped: Capabilities = { ...clickieCapabilities, allowedPairs: null };
const undirected: Capabilities = { ...autodeskCapabilities, allowedPairs: null };
const typed: Capabilities = { ...algapsaCapabilities, allowedPairs: null };
const onlyMetrics = { allowedPairs: [{ source: 'asset', target: 'metric' }] };
const readOnly = { readOnlyReason: 'The server lets nobody write.' };

const cases: readonly (readonly [
  about: string,
  capabilities: Capabilities,
  there: readonly Link[],
  wanted: Link,
  code: string,
])[] = [
  ['no type, and none is kept', untyped, [], ['building', null, 'boiler'], 'yes'],
  [
    'no type where one is needed',
    { ...typed, typeRequired: true },
    [],
    ['building', null, 'boiler'],
    'type-missing',
  ],
  ['a type where one is needed', { ...typed, typeRequired: true }, [], ['building', 'a', 'boiler'], 'yes'],
  ['a type that it has room for', { ...typed, typeMaxLength: 3 }, [], ['building', 'äöü', 'boiler'], 'yes'],
  [
    'a type that is too long',
    { ...typed, typeMaxLength: 3 },
    [],
    ['building', 'four', 'boiler'],
    'type-too-long',
  ],
  ['a long type that is a mark', { ...untyped, typeMaxLength: 3 }, [], ['building', 'four', 'boiler'], 'yes'],
  ['a type too long to be turned', undirected, [], ['boiler', 'x'.repeat(255), 'building'], 'type-too-long'],
  ['a type as long as can be', undirected, [], ['building', 'x'.repeat(255), 'boiler'], 'yes'],
  ['a pair that it takes', { ...untyped, ...onlyMetrics }, [], ['building', null, 'metric'], 'yes'],
  [
    'that pair turned round',
    { ...untyped, ...onlyMetrics },
    [],
    ['metric', null, 'building'],
    'pair-not-allowed',
  ],
  [
    'that pair turned round without direction',
    { ...undirected, ...onlyMetrics },
    [],
    ['metric', null, 'building'],
    'yes',
  ],
  [
    'a pair that it does not take',
    { ...untyped, ...onlyMetrics },
    [],
    ['building', null, 'boiler'],
    'pair-not-allowed',
  ],
  ['no pair at all', { ...untyped, allowedPairs: [] }, [], ['building', null, 'boiler'], 'pair-not-allowed'],
  [
    'a server that cannot be written to',
    { ...untyped, ...readOnly },
    [],
    ['building', null, 'boiler'],
    'read-only',
  ],
  ['itself', untyped, [], ['building', null, 'building'], 'self-relationship'],
  ['itself where that is taken', { ...untyped, self: true }, [], ['building', null, 'building'], 'yes'],
  ['what is there', untyped, [['building', null, 'boiler']], ['building', null, 'boiler'], 'already-related'],
  [
    'what is there by another type',
    typed,
    [['building', 'a', 'boiler']],
    ['building', 'b', 'boiler'],
    'already-related',
  ],
  ['the other way round', untyped, [['building', null, 'boiler']], ['boiler', null, 'building'], 'yes'],
  [
    'the other way round without direction',
    undirected,
    [['building', null, 'boiler']],
    ['boiler', null, 'building'],
    'already-related',
  ],
  ['itself before read-only', { ...untyped, ...readOnly }, [], ['pump', null, 'pump'], 'self-relationship'],
  [
    'read-only before a pair',
    { ...untyped, ...readOnly, allowedPairs: [] },
    [],
    ['building', null, 'boiler'],
    'read-only',
  ],
  [
    'a pair before a type',
    { ...typed, ...onlyMetrics, typeRequired: true },
    [],
    ['building', null, 'boiler'],
    'pair-not-allowed',
  ],
];

let small: SmallPlant;
let metric: EntityId;
beforeEach(() => {
  small = createSmallPlant();
  metric = addEntity(small.db, small.plant, '21', { name: 'Metric', kind: 'metric' });
});
const idOf = (end: End): EntityId => ({ ...small, metric })[end];

function toContext(capabilities: Capabilities): CommandContext {
  const { context } = small;
  return {
    ...context,
    capabilitiesOf: (id) => (id === LOCAL_CONNECTION_ID ? context.capabilitiesOf(id) : capabilities),
  };
}

function askImport(context: CommandContext, format: 'tsv' | 'json', text: string): string {
  const sheets = runToEnd(readText('rows', text, format));
  const mappings = sheets.map((sheet) => guessMapping(sheet, () => false));
  const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: false };
  const { verdicts } = runToEnd(planImport(context, sheets, settings, 'Import rows'));
  return verdicts[0]?.code ?? 'yes';
}

describe('every way of relating says the same of what a remote can do', () => {
  test.each(cases)('%s', (_, capabilities, there, [source, type, target], code) => {
    const able = { ...capabilities, readOnlyReason: null };
    for (const [from, by, to] of there) {
      relate(toContext(able), { sourceId: idOf(from), targetId: idOf(to), type: by, local: false });
    }
    const context = toContext(capabilities);
    const ends = { sourceId: idOf(source), type, local: false };
    const [judged] = runToEnd(judgeTargets(context, { ...ends, targetIds: [idOf(target)] }));
    const named = readEntitySummaries(small.db, [idOf(source), idOf(target)]);
    const [from, to] = [source, target].map((end) => named.get(idOf(end))?.address ?? '');
    const row = { source: from, type: type ?? '', target: to };
    expect({
      dimmed: judged?.code ?? 'yes',
      pasted: askImport(context, 'tsv', `source\ttype\ttarget\n${Object.values(row).join('\t')}\n`),
      imported: askImport(context, 'json', JSON.stringify({ relationships: [row] })),
      related: verdictOf(() => relate(context, { ...ends, targetId: idOf(target) })),
    }).toEqual({ dimmed: code, pasted: code, imported: code, related: code });
  });

  test.each([
    ['a type that is too long', { ...typed, typeMaxLength: 3 }, 'four', 'type-too-long'],
    ['no type where one is needed', { ...typed, typeRequired: true }, null, 'type-missing'],
    ['a server that cannot be written to', { ...typed, ...readOnly }, 'b', 'read-only'],
    ['a mark where the server cannot be written to', { ...untyped, ...readOnly }, 'b', 'yes'],
  ])('and so does a change of type: %s', (_, capabilities, type, code) => {
    const ends = { sourceId: small.building, targetId: small.boiler };
    const able = { ...capabilities, typeMaxLength: null, readOnlyReason: null };
    const { id } = relate(toContext(able), { ...ends, type: 'a', local: false });
    expect(verdictOf(() => retype(toContext(capabilities), id, type))).toBe(code);
  });
});

describe('what a sync brings is never refused', () => {
  const powers: RelationshipType = {
    name: 'powers',
    inverse: 'is powered by',
    symmetric: false,
    sourceKinds: ['metric'],
    targetKinds: null,
    maxPerSource: 1,
    maxPerTarget: null,
    acyclic: true,
    duplicates: false,
    self: false,
    impact: 'to-target',
    needed: null,
  };

  test('though it breaks rules: it is shown as the remote has it, and counts for whatever is related next', () => {
    const { plant, building, boiler, pump, db } = small;
    const context = toContext(typed);
    saveType(context, { ...powers, sourceKinds: null });
    const bring = (sourceId: EntityId, targetId: EntityId) => {
      const key = { connectionId: plant, sourceId, targetId, slot: 0 };
      return settle(db, key, { type: 'powers', remoteId: null }, NOW);
    };
    expect([bring(building, boiler), bring(building, pump), bring(boiler, building)]).toEqual(
      Array.from({ length: 3 }, () => 'added'),
    );
    const { rows } = readRelationshipPage(db, null, { offset: 0, limit: 10 });
    expect(rows.map(({ type, state, cause }) => ({ type, state, cause }))).toEqual(
      Array.from({ length: 3 }, () => ({ type: 'powers', state: 'synced', cause: null })),
    );
    const ends = { type: 'powers', local: false };
    const relateBy = (sourceId: EntityId, targetId: EntityId) =>
      verdictOf(() => relate(context, { ...ends, sourceId, targetId }));
    expect(relateBy(building, metric)).toBe('too-many-of-source');
    expect(relateBy(pump, building)).toBe('would-make-cycle');
  });

  test('nor is a wish that was there before the rule taken away: it is sent as it is', () => {
    const { building, boiler, db } = small;
    const context = toContext(typed);
    const ends = { sourceId: building, targetId: boiler };
    const { id } = relate(context, { ...ends, type: 'powers', local: false });
    saveType(context, powers);
    const find = (wanted: RelationshipId) =>
      readRelationshipPage(db, null, { offset: 0, limit: 10 }).rows.find((row) => row.id === wanted);
    expect(find(id)).toMatchObject({ type: 'powers', state: 'create', cause: null });
    const key = { connectionId: small.plant, ...ends, slot: 0 };
    expect(settle(db, key, { type: 'powers', remoteId: null }, NOW)).toBe('added');
    expect(find(id)).toMatchObject({ type: 'powers', state: 'synced' });
  });
});
