// `npm run bench`: speed as ratios beside a peer in the same run. One JSON line a figure on standard output, a table
// for people on standard error. `--only NAME` measures some, `--runs N` how often each.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureArrows, namesOfArrows } from './arrows.ts';
import { measureAppMemory, measureMemoryOf, namesOfAppMemory, namesOfMemory } from './backend-memory.ts';
import { measureBusyApp } from './busy-app.ts';
import { measureCare } from './care.ts';
import { type Electrons, startElectrons } from './electron-apps.ts';
import { measureExports, namesOfExports } from './exports.ts';
import { type Figure, type Measured, toFigure, toTable } from './figure.ts';
import { measureFile, measureTypedFile, nameOfTypedFile } from './file-size.ts';
import { createFixtures, type Fixtures, REACHES, SIZES } from './fixtures.ts';
import { toGrowths } from './growth.ts';
import { measureHubs, namesOfHubs } from './hubs.ts';
import {
  GROWTH_OF_IMPORTS,
  measureImportOf,
  measureImports,
  measurePaste,
  namesOfImport,
} from './imports.ts';
import { measureLimits } from './limits.ts';
import { measureAutodeskLimits } from './limits-autodesk.ts';
import { measureListScroll } from './list-scroll.ts';
import { measureMemory } from './memory.ts';
import { measureOneType, namesOfOneType } from './one-type.ts';
import { measureOpening, namesOfOpening } from './open-workspace.ts';
import { measurePast, namesOfPast } from './past.ts';
import { measurePattern, nameOfPattern } from './patterns.ts';
import { measurePull } from './pull.ts';
import { measureQueries } from './queries.ts';
import { measureRankedSearch, namesOfSearch } from './ranked-search.ts';
import { measureAutodeskRequests, measureRequests } from './requests.ts';
import { measureLargeStart, measureStart } from './start-up.ts';
import { measureDrain, measureIdleMemory, measureIdleSync, measurePage } from './sync-work.ts';
import { measureExplain, measureImpacts, measureNeeded, nameOfNeeded } from './traversals.ts';
import { measureTwoHops, namesOfTwoHops } from './two-hops.ts';

interface Tools {
  readonly folder: string;
  readonly runs: number;
  /** Those that are only read are written once for all benches. */
  readonly fixtures: Fixtures;
  /** Starts them at first use. */
  readonly electrons: () => Promise<Electrons>;
}

interface Bench {
  readonly names: readonly string[];
  measure(tools: Tools): Promise<readonly Measured[]>;
}

/** What is judged by a budget at one size is measured at the others for how it grows. */
const reads = SIZES.flatMap((size): Bench[] => [
  {
    names: namesOfSearch(size),
    measure: ({ fixtures, runs }) => measureRankedSearch(fixtures.get(size), runs, size === 300_000),
  },
  {
    names: [nameOfPattern(size)],
    measure: async ({ fixtures, folder, runs }) => [
      await measurePattern(fixtures.get(size), folder, runs, size === 300_000),
    ],
  },
  {
    names: namesOfTwoHops(size),
    measure: ({ fixtures }) => measureTwoHops(fixtures.get(size), size >= 300_000),
  },
  {
    names: namesOfHubs(size),
    measure: ({ fixtures, runs }) => measureHubs(fixtures.get(size), runs, size >= 300_000),
  },
  {
    names: (size >= 300_000 ? REACHES : REACHES.slice(0, 1)).map((reach) => `impact-${reach}-${size}`),
    measure: ({ fixtures, runs }) => measureImpacts(fixtures.get(size), runs, size >= 300_000),
  },
  {
    names: [nameOfNeeded(size)],
    measure: async ({ fixtures, runs }) => [await measureNeeded(fixtures.get(size), runs, size === 300_000)],
  },
  {
    names: [`explain-10-${size}`],
    measure: ({ fixtures, runs }) => measureExplain(fixtures.get(size), runs, size === 300_000),
  },
  {
    names: namesOfOpening(size),
    measure: ({ fixtures, runs }) => measureOpening(fixtures.get(size), runs, size === 1_000_000),
  },
  {
    names: namesOfMemory(size),
    measure: ({ fixtures, folder }) => measureMemoryOf(fixtures.get(size), folder, size === 1_000_000),
  },
  {
    names: [`file-${size}`],
    measure: async ({ fixtures, folder }) => [measureFile(fixtures.get(size), folder, size === 1_000_000)],
  },
  {
    names: [nameOfTypedFile(size)],
    measure: async ({ folder }) => [measureTypedFile(size, folder, size === 1_000_000)],
  },
]);

/** Each checks and compacts the largest workspace once. */
const MOST_CARE_RUNS = 5;

const benches: readonly Bench[] = [
  {
    names: ['list-scroll-gap'],
    measure: async ({ folder, runs, electrons }) => [
      await measureListScroll(await electrons(), folder, runs),
    ],
  },
  {
    names: ['start-to-interactive'],
    measure: async ({ folder, runs, electrons }) => [await measureStart(await electrons(), folder, runs)],
  },
  {
    names: ['start-to-large-workspace'],
    measure: async ({ folder, runs, electrons }) => [
      await measureLargeStart(await electrons(), folder, runs),
    ],
  },
  { names: ['pull-demo'], measure: async ({ folder, runs }) => [await measurePull(folder, runs)] },
  {
    names: ['requests-algapsa', 'requests-clickie'],
    measure: async ({ folder }) => await measureRequests(folder),
  },
  {
    names: ['requests-autodesk'],
    measure: async ({ folder }) => [await measureAutodeskRequests(folder)],
  },
  {
    names: ['limit-algapsa-pull', 'limit-algapsa-push'],
    measure: async ({ folder }) => await measureLimits(folder),
  },
  {
    names: ['limit-autodesk-pull', 'limit-autodesk-push'],
    measure: async ({ folder }) => await measureAutodeskLimits(folder),
  },
  {
    names: ['memory-algapsa', 'memory-clickie', 'memory-autodesk'],
    measure: async ({ folder, runs }) => await measureMemory(folder, runs),
  },
  {
    names: ['neighbourhood', 'search'],
    measure: async ({ fixtures, runs }) => await measureQueries(fixtures.get(300_000), runs),
  },
  {
    names: namesOfArrows,
    measure: async ({ fixtures, folder, runs }) => await measureArrows(fixtures.get(300_000), folder, runs),
  },
  ...reads,
  {
    names: namesOfAppMemory,
    measure: async ({ fixtures, folder, electrons }) =>
      await measureAppMemory(fixtures.get(1_000_000), folder, await electrons()),
  },
  {
    names: ['import', 'import-pouchdb', 'import-csv'],
    measure: async ({ folder, runs }) => await measureImports(folder, runs),
  },
  ...([10_000, 300_000] as const).map((size) => ({
    names: namesOfExports(size),
    measure: async ({ folder, fixtures }: Tools) =>
      await measureExports(fixtures.get(size), folder, size === 300_000),
  })),
  ...GROWTH_OF_IMPORTS.map((size) => ({
    names: namesOfImport(size),
    measure: async ({ folder }: Tools) => await measureImportOf(folder, size),
  })),
  {
    names: ['paste-verdicts', 'paste-commit'],
    measure: async ({ folder, runs }) => await measurePaste(folder, runs),
  },
  { names: namesOfOneType, measure: async ({ folder, runs }) => await measureOneType(folder, runs) },
  { names: namesOfPast, measure: async ({ folder, runs }) => await measurePast(folder, runs) },
  ...(['import', 'pull'] as const).map((work) => ({
    names: ['meanwhile', 'cancel', 'main-gap', 'page-gap'].map((what) => `${work}-${what}`),
    measure: async ({ folder, runs, electrons }: Tools) =>
      await measureBusyApp(await electrons(), folder, runs, work),
  })),
  {
    names: ['check-meanwhile', 'compact-meanwhile'],
    measure: async ({ folder, fixtures, runs }) =>
      await measureCare(folder, fixtures.get(1_000_000), Math.min(runs, MOST_CARE_RUNS)),
  },
  { names: ['apply-page'], measure: async ({ folder, runs }) => [await measurePage(folder, runs)] },
  ...[10_000, 1_000_000].map((relationships) => ({
    names: [`idle-sync-${relationships}`],
    measure: async ({ folder, runs }: Tools) => [await measureIdleSync(folder, runs, relationships)],
  })),
  {
    names: ['idle-sync-memory-1000000'],
    measure: async ({ folder, runs }) => [await measureIdleMemory(folder, runs, 1_000_000)],
  },
  ...[10_000, 100_000].map((changes) => ({
    names: [`drain-${changes}`],
    measure: async ({ folder, runs }: Tools) => [await measureDrain(folder, runs, changes)],
  })),
];

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readOptions(): { only: readonly string[]; runs: number } {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, runs: { type: 'string', default: '7' } },
  });
  const runs = Number(values.runs);
  const names = benches.flatMap((bench) => bench.names);
  const only = values.only ?? names;
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no figure ${unknown.join(', ')}: there are ${names.join(', ')}`);
  if (!Number.isInteger(runs) || runs < 5) throw new Error('A median needs 5 runs or more');
  return { only, runs };
}

/** Electron and its display, prepared when the first bench asks for them. */
function startOnce(): { get(): Promise<Electrons>; stop(): Promise<void> } {
  let started: Promise<Electrons> | null = null;
  return {
    get: () => {
      started ??= startElectrons(say);
      return started;
    },
    stop: async () => await (await started)?.stop(),
  };
}

/** Every bench has a folder of its own, removed after it. */
async function runBench(bench: Bench, tools: Omit<Tools, 'folder'>): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  try {
    return (await bench.measure({ ...tools, folder })).map(toFigure);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(): Promise<number> {
  const { only, runs } = readOptions();
  const electrons = startOnce();
  const shared = mkdtempSync(join(tmpdir(), 'weft-bench-fixtures-'));
  const tools = { runs, fixtures: createFixtures(shared), electrons: electrons.get };
  const figures: Figure[] = [];
  const print = (figure: Figure) => {
    figures.push(figure);
    process.stdout.write(`${JSON.stringify(figure)}\n`);
  };
  try {
    for (const bench of benches.filter(({ names }) => names.some((name) => only.includes(name)))) {
      say(`Measuring ${bench.names.join(' and ')}`);
      const measured = await runBench(bench, tools);
      for (const figure of measured.filter(({ name }) => only.includes(name))) print(figure);
    }
    for (const growth of toGrowths(figures)) print(growth);
  } finally {
    rmSync(shared, { recursive: true, force: true });
    await electrons.stop();
  }
  say(`\n${toTable(figures)}`);
  return figures.some(({ within }) => within === false) ? 1 : 0;
}

process.exitCode = await run();
