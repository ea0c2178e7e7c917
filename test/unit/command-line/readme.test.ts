import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { createSmallPlant, toContext } from '../../support/workspace.ts';

/** The commands whose every line in the README is run here; other tests speak of the others. */
const covered = new Set([
  'create',
  'neighbours',
  'entity',
  'history',
  'undo',
  'redo',
  'diff',
  'backup',
  'backups',
  'restore',
  'check',
  'query',
  'impact',
  'explain',
  'findings',
  'types',
  'views',
  'import',
  'rollback',
  'export',
]);

interface Line {
  /** As the first cell says it, without what may be left out. */
  readonly usage: string;
  /** The names on the outside of the JSON; null where it is not written as an object. */
  readonly keys: readonly string[] | null;
  readonly isList: boolean;
  readonly options: readonly string[];
}

function readLines(): Line[] {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  return readme
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/u).map((cell) => cell.trim()))
    .filter(([, usage = '']) => covered.has(/^`(\w+)/u.exec(usage)?.[1] ?? ''))
    .map(([, usage = '', , json = '']) => ({
      usage: withoutOptional(usage.replaceAll('`', '')).trim(),
      keys: json.startsWith('`{') ? readKeys(json) : null,
      isList: json.startsWith('`['),
      options: [...usage.matchAll(/--[a-z-]+/gu)].map(([option]) => option),
    }));
}

/** Brackets may stand in brackets. */
function withoutOptional(usage: string): string {
  const less = usage.replaceAll(/\s*\[[^[\]]*\]…?/gu, '');
  return less === usage ? less : withoutOptional(less);
}

/** The names at the first depth of `{a, b: {…} or null}`. */
function readKeys(json: string): string[] {
  const ofObject = json.slice(json.indexOf('{') + 1, findEnd(json));
  let [depth, flat] = [0, ''];
  for (const letter of ofObject) {
    if ('{['.includes(letter)) depth += 1;
    if (depth === 0) flat += letter;
    if ('}]'.includes(letter)) depth -= 1;
  }
  return flat.split(',').map((part) => part.split(':')[0]?.trim() ?? '');
}

/** Where the first bracket closes. */
function findEnd(json: string): number {
  let depth = 0;
  for (const [index, letter] of Array.from(json).entries()) {
    if (letter === '{') depth += 1;
    if (letter !== '}') continue;
    depth -= 1;
    if (depth === 0) return index;
  }
  throw new Error(`${json} has no end`);
}

/** A workspace where entry 1 relates Boiler to Pump, in a folder with files to import. */
function prepare() {
  const { db, boiler, pump, valve, workspace } = createSmallPlant();
  relate(toContext(db), { sourceId: boiler, targetId: pump, type: 'feeds', local: false });
  relate(toContext(db), { sourceId: pump, targetId: valve, type: 'feeds', local: false });
  workspace.close();
  const at = (name: string) => join(dirname(workspace.path), name);
  writeFileSync(at('links.csv'), 'source,type,target\nBuilding,feeds,Pump\nNobody,feeds,Pump\n');
  const like = {
    symmetric: false,
    sourceKinds: null,
    targetKinds: null,
    maxPerSource: null,
    maxPerTarget: null,
  };
  const more = { acyclic: false, duplicates: false, self: false, impact: 'none', needed: null };
  writeFileSync(
    at('types.json'),
    JSON.stringify([{ name: 'vents', inverse: 'is vented by', ...like, ...more }]),
  );
  const view = {
    format: 'weft-view',
    version: 1,
    id: 'pumps-1',
    name: 'Pumps',
    query: 'pump',
    filter: { text: '', mode: 'dim' },
    hiddenKinds: [],
    viewport: null,
    roots: [],
    entities: ['plant:asset:12', 'plant:asset:99'].map((entity) => ({ entity, x: 1, y: 2, pinned: true })),
  };
  writeFileSync(at('view.json'), JSON.stringify(view));
  writeFileSync(at('by-hand.json'), JSON.stringify({ ...view, id: 'by-hand', name: 'By hand', query: '' }));
  const weft = (...args: string[]) => {
    const elsewhere = args.includes('--workspace');
    return runCommandLine([...args, ...(elsewhere ? [] : ['--workspace', workspace.path]), '--json']);
  };
  return { weft, at };
}

/** Which workspace is meant can be said of every command. */
const isOwnOption = (arg: string) => arg.startsWith('--') && arg !== '--workspace';

type World = ReturnType<typeof prepare>;

interface Case {
  /** What comes before it. */
  readonly before?: (world: World) => Promise<unknown>;
  readonly runs: readonly { readonly args: (world: World) => readonly string[]; readonly code: number }[];
}

const run = (code: number, ...args: string[]) => ({ args: () => args, code });
const [boiler, pump, valve] = ['plant:asset:11', 'plant:asset:12', 'plant:asset:13'];
const imported = ({ weft, at }: World) => weft('import', at('links.csv'));

const withViews = async ({ weft, at }: World) => {
  await weft('views', 'import', at('view.json'));
  await weft('views', 'import', at('by-hand.json'));
};

const withOwn = ({ weft }: World) => weft('entity', 'add', 'Bo', '--kind', 'person');

const cases: Readonly<Record<string, Case>> = {
  create: {
    runs: [{ args: ({ at }) => ['create', '--workspace', at('new.weft')], code: 0 }, run(1, 'create')],
  },
  'neighbours ENTITY': {
    runs: [
      run(0, 'neighbours', boiler),
      run(0, 'neighbours', pump, '--type', 'feeds', '--direction', 'in', '--limit', '1', '--offset', '1'),
      run(2, 'neighbours', pump, '--direction', 'up'),
      run(1, 'neighbours', 'plant:asset:999'),
    ],
  },
  'neighbours ENTITY --counts': {
    runs: [run(0, 'neighbours', pump, '--counts'), run(1, 'neighbours', 'plant:asset:999', '--counts')],
  },
  'neighbours ENTITY --hops N': {
    runs: [
      run(0, 'neighbours', boiler, '--hops', '2', '--limit', '1'),
      run(2, 'neighbours', pump, '--hops', '6'),
    ],
  },
  'entity ENTITY': { runs: [run(0, 'entity', 'plant:asset:11')] },
  'entity add NAME': {
    runs: [
      run(0, 'entity', 'add', 'Bo', '--kind', 'person', '--id', 'bo', '--attribute', 'floor=2'),
      run(1, 'entity', 'add', 'Bo', '--kind', 'person', '--id', 'bo'),
      run(2, 'entity', 'add', 'Bo', '--attribute', 'floor'),
    ],
  },
  'entity change ENTITY': {
    before: withOwn,
    runs: [
      run(
        0,
        'entity',
        'change',
        'local:person:Bo',
        '--name',
        'Bob',
        '--archived',
        'yes',
        '--attribute',
        'a=1',
      ),
      run(1, 'entity', 'change', boiler, '--name', 'Mine'),
      run(2, 'entity', 'change', 'local:person:Bo'),
    ],
  },
  'entity remove ENTITY': {
    before: withOwn,
    runs: [
      run(0, 'entity', 'remove', 'local:person:Bo'),
      run(1, 'entity', 'remove', boiler),
      run(1, 'entity', 'remove', 'local:person:Nobody'),
    ],
  },
  history: {
    runs: [
      run(0, 'history'),
      run(0, 'history', '--entity', boiler, '--command', 'relate', '--limit', '1'),
      run(0, 'history', '--relationship', '1', '--from', '2026-01-01', '--to', '2027-01-01'),
      run(0, 'history', '--who', 'somebody', '--what', 'relationship'),
      run(0, 'history', '--what', 'view'),
      run(2, 'history', '--what', 'everything'),
      run(2, 'history', '--from', 'soon'),
      run(1, 'history', '--entity', 'plant:asset:999'),
    ],
  },
  'history show ID': {
    runs: [run(0, 'history', 'show', '1', '--limit', '1'), run(2, 'history', 'show', 'x')],
  },
  'undo, redo': {
    runs: [run(0, 'undo'), run(0, 'redo'), run(1, 'redo'), run(0, 'undo'), run(0, 'undo'), run(1, 'undo')],
  },
  'undo ID': { runs: [run(0, 'undo', '1'), run(1, 'undo', '1'), run(1, 'undo', '99'), run(2, 'undo', 'x')] },
  'undo ID --preview': { runs: [run(0, 'undo', '1', '--preview'), run(2, 'undo', '--preview')] },
  'diff FROM': {
    runs: [
      run(0, 'diff', '2026-01-01'),
      run(0, 'diff', '2026-01-01', '2027-01-01', '--limit', '1'),
      run(2, 'diff', 'x'),
    ],
  },
  'diff FROM --entities': {
    runs: [run(0, 'diff', '2026-01-01', '--entities', '--limit', '1'), run(2, 'diff', 'x', '--entities')],
  },
  'diff FROM --types': {
    runs: [run(0, 'diff', '2026-01-01', '--types', '--limit', '1'), run(2, 'diff', 'x', '--types')],
  },
  'diff FROM --views': {
    runs: [run(0, 'diff', '2026-01-01', '--views', '--limit', '1'), run(2, 'diff', 'x', '--views')],
  },
  backup: { runs: [run(0, 'backup'), { args: ({ at }) => ['backup', at('copy.weft')], code: 0 }] },
  backups: {
    runs: [
      run(0, 'backups', '--keep', '3', '--every', '12'),
      run(0, 'backups'),
      run(2, 'backups', '--keep', '101'),
    ],
  },
  check: { runs: [run(0, 'check')] },
  'restore BACKUP': {
    before: ({ weft, at }) => weft('backup', at('copy.weft')),
    runs: [{ args: ({ at }) => ['restore', at('copy.weft')], code: 0 }, run(1, 'restore', '/nowhere/x.weft')],
  },
  'query TEXT': { runs: [run(0, 'query', 'kind:asset pump', '--limit', '1'), run(2, 'query', '(')] },
  'impact ENTITY…': {
    runs: [
      run(0, 'impact', boiler, pump, '--up', '--limit', '5'),
      run(0, 'impact', boiler, '--rule', 'feeds=to-target:2'),
      run(2, 'impact', boiler, '--rule', 'feeds'),
    ],
  },
  'explain A B': {
    runs: [
      run(0, 'explain', boiler, valve, '--paths', '2', '--max-hops', '5'),
      run(0, 'explain', boiler, valve, '--type', 'feeds', '--connection', 'plant', '--direction', 'forward'),
      run(0, 'explain', boiler, valve, '--avoid', pump, '--limit', '5'),
      run(2, 'explain', boiler, valve, '--direction', 'up'),
    ],
  },
  'findings cycles\\|failure-cycles\\|islands\\|orphans\\|hubs': {
    runs: [
      ...['cycles', 'failure-cycles', 'islands', 'orphans'].map((name) => run(0, 'findings', name)),
      run(0, 'findings', 'hubs', '--hub-size', '2', '--limit', '1'),
      run(2, 'findings', 'holes'),
    ],
  },
  types: { runs: [run(0, 'types')] },
  'types --as-of MOMENT': {
    runs: [run(0, 'types', '--as-of', '2026-01-01'), run(2, 'types', '--as-of', 'long ago')],
  },
  'types export': { runs: [run(0, 'types', 'export')] },
  'types import FILE': {
    runs: [
      { args: ({ at }) => ['types', 'import', at('types.json')], code: 0 },
      { args: ({ at }) => ['types', 'import', at('types.json'), '--dry-run'], code: 0 },
      { args: ({ at }) => ['types', 'import', at('types.json'), '--replace'], code: 0 },
      { args: ({ at }) => ['types', 'import', at('links.csv')], code: 1 },
    ],
  },
  'types save NAME': {
    runs: [
      run(0, 'types', 'save', 'vents', '--inverse', 'is vented by', '--acyclic', 'yes', '--self', 'no'),
      run(0, 'types', 'save', 'vents', '--source-kinds', 'asset', 'metric', '--target-kinds', 'any'),
      run(0, 'types', 'save', 'vents', '--max-per-source', '2', '--max-per-target', 'any', '--needed', 'all'),
      run(0, 'types', 'save', 'twins', '--symmetric', 'yes', '--duplicates', 'yes', '--impact', 'none'),
      run(1, 'types', 'save', 'cools', '--inverse', 'feeds'),
      run(1, 'types', 'save', 'twins', '--impact', 'to-target'),
      run(2, 'types', 'save', 'cools'),
    ],
  },
  'types remove NAME': {
    runs: [run(0, 'types', 'remove', 'feeds'), run(1, 'types', 'remove', 'frobnicates')],
  },
  'views, views list': {
    before: withViews,
    runs: [
      run(0, 'views'),
      run(0, 'views', 'list', '--search', 'pump'),
      run(0, 'views', 'list', '--as-of', '2099-01-01'),
    ],
  },
  'views show VIEW': {
    before: withViews,
    runs: [
      run(0, 'views', 'show', 'Pumps'),
      run(0, 'views', 'show', 'pumps-1'),
      run(0, 'views', 'show', 'Pumps', '--as-of', '2099-01-01'),
      run(1, 'views', 'show', 'Pumps', '--as-of', '2020-01-01'),
      run(1, 'views', 'show', 'X'),
    ],
  },
  'views export VIEW': {
    before: withViews,
    runs: [
      run(0, 'views', 'export', 'Pumps'),
      { args: ({ at }) => ['views', 'export', 'Pumps', at('out.json')], code: 0 },
      run(1, 'views', 'export', 'X'),
    ],
  },
  'views import FILE': {
    runs: [
      { args: ({ at }) => ['views', 'import', at('view.json')], code: 0 },
      { args: ({ at }) => ['views', 'import', at('view.json'), '--name', 'Mine'], code: 0 },
      { args: ({ at }) => ['views', 'import', at('links.csv')], code: 1 },
      { args: ({ at }) => ['views', 'import', at('nowhere.json')], code: 1 },
      { args: ({ at }) => ['views', 'import', at('view.json'), '--name', ''], code: 2 },
    ],
  },
  'views rename VIEW NAME': {
    before: withViews,
    runs: [
      run(0, 'views', 'rename', 'Pumps', 'Mine'),
      run(1, 'views', 'rename', 'Mine', 'By hand'),
      run(1, 'views', 'rename', 'Pumps', 'X'),
      run(2, 'views', 'rename', 'Mine', ' '),
    ],
  },
  'views remove VIEW': {
    before: withViews,
    runs: [run(0, 'views', 'remove', 'Pumps'), run(1, 'views', 'remove', 'Pumps')],
  },
  'query --view VIEW': {
    before: withViews,
    runs: [
      run(0, 'query', '--view', 'Pumps'),
      run(1, 'query', '--view', 'By hand'),
      run(1, 'query', '--view', 'X'),
      run(2, 'query', 'pump', '--view', 'Pumps'),
      run(2, 'query'),
    ],
  },
  'export FILE --view VIEW': {
    before: withViews,
    runs: [
      { args: ({ at }) => ['export', at('out.csv'), '--view', 'Pumps'], code: 0 },
      { args: ({ at }) => ['export', at('out.csv'), '--view', 'By hand'], code: 1 },
    ],
  },
  'import FILE…': {
    runs: [
      { args: ({ at }) => ['import', at('links.csv'), '--dry-run', '--errors', at('errors.csv')], code: 3 },
      { args: ({ at }) => ['import', at('links.csv'), '--choose', 'Nobody=other:asset:10'], code: 0 },
      { args: ({ at }) => ['import', at('links.csv'), '--create-missing', '--kind', 'person'], code: 0 },
      {
        args: ({ at }) => [
          'import',
          at('links.csv'),
          '--as',
          'relationships',
          '--map',
          'type=type',
          '--local',
        ],
        code: 3,
      },
      {
        args: ({ at }) => ['import', at('links.csv'), '--create', '--workspace', at('new.weft')],
        code: 3,
      },
      { args: ({ at }) => ['import', at('links.csv'), '--workspace', at('other.weft')], code: 1 },
      { args: ({ at }) => ['import', at('nowhere.csv')], code: 1 },
      { args: ({ at }) => ['import', at('links.csv'), '--as', 'lists'], code: 2 },
    ],
  },
  'rollback ID': {
    before: imported,
    runs: [run(0, 'rollback', '3'), run(1, 'rollback', '3'), run(2, 'rollback', 'x')],
  },
  'export FILE': {
    runs: [
      ...['csv', 'tsv', 'xlsx', 'json', 'graphml'].map((format) => ({
        args: ({ at }: World) => ['export', at('out'), '--format', format, '--query', 'pump'],
        code: 0,
      })),
      { args: ({ at }) => ['export', at('out.doc')], code: 2 },
    ],
  },
};

describe('each line of the table in the README', () => {
  const lines = readLines();

  test('has its case here, and each case its line', () => {
    expect(lines.map(({ usage }) => usage).toSorted()).toEqual(Object.keys(cases).toSorted());
  });

  test.for(lines)('$usage', { timeout: 120_000 }, async ({ usage, keys, isList, options }) => {
    const { before, runs } = cases[usage] ?? { runs: [] };
    const world = prepare();
    await before?.(world);
    const tried = new Set<string>();
    for (const { args, code } of runs) {
      const given = args(world);
      for (const option of given.filter(isOwnOption)) tried.add(option);
      const result = await world.weft(...given);
      expect(result.code, `${given.join(' ')}: ${result.stdout}`).toBe(code);
      const value = result.json();
      if (code === 1 || code === 2) expect(value).toMatchObject({ error: { code: expect.any(String) } });
      else if (isList) expect(value).toEqual(expect.any(Array));
      else if (keys !== null) expect(Object.keys(value as object).toSorted()).toEqual(keys.toSorted());
    }
    expect([...tried].toSorted()).toEqual([...new Set(options)].toSorted());
  });
});
