import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ImportTable } from '../../src-preload/contract/transfer-requests.ts';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { type ClickieServer, startClickieServer } from '../servers/clickie/server.ts';
import { mustAccount } from '../servers/clickie/site.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { seedDense } from './bench-sites.ts';
import {
  askInPage,
  type Cancelling,
  startTicking,
  startWatching,
  stopTicking,
  stopWatching,
  type Timed,
  timeCancel,
} from './busy-page.ts';
import type { App, Electrons } from './electron-apps.ts';
import { type Measured, quantile } from './figure.ts';
import { drawRows, toCsv } from './import-rows.ts';

const ENTITIES = 20_000;
const BASE = 60_000;
const ROWS = 100_000;
const IDLE_MS = 5000;
const LONGEST_CANCEL_MS = 100;
const LONGEST_GAP_MS = 50;

/** Long work in the real app: what it does, and what is put away after. */
interface LongWork extends Cancelling {
  readonly name: 'import' | 'pull';
  stop(): Promise<void>;
}

/**
 * While 100,000 relationships are imported, or pulled, in the real app: what the page feels of it. One long work is cut
 * into as many parts as there are runs.
 */
export async function measureBusyApp(
  electrons: Electrons,
  folder: string,
  runs: number,
  name: LongWork['name'],
): Promise<readonly Measured[]> {
  const path = join(folder, 'busy.weft');
  writeLargeWorkspace({ path, entities: ENTITIES, relationships: BASE });
  const weft = await electrons.launchWeft(join(folder, 'weft'), [path]);
  const work = name === 'import' ? await prepareImport(weft, folder) : await preparePull(weft);
  try {
    await watch(weft, () => wait(1000)); // the first reads are for the compiler
    const idle = await watch(weft, () => wait(IDLE_MS));
    const cancels: number[] = [];
    for (let run = 0; run < runs; run += 1)
      cancels.push(await weft.page.evaluate(timeCancel, toCancelling(work)));
    const busy = await watch(weft, () => weft.page.evaluate(askInPage, work.work));
    return toMeasured(name, runs, { idle, busy, cancels });
  } finally {
    await weft.app.close();
    await work.stop();
  }
}

/** What can be sent to the page. */
function toCancelling({ work, event, phase, cancel }: LongWork): Cancelling {
  return { work, event, phase, cancel };
}

async function prepareImport({ page }: App, folder: string): Promise<LongWork> {
  const file = join(folder, 'rows.csv');
  writeFileSync(file, toCsv(drawRows(ROWS, ENTITIES)));
  const read = (await page.evaluate(askInPage, [
    'import:inspect',
    { source: { paths: [file] } },
  ] as const)) as {
    handle: string;
    tables: ImportTable[];
  }; // as the contract says
  const mappings = read.tables.map(({ mapping }) => mapping);
  const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: false };
  return {
    name: 'import',
    work: ['import:commit', { handle: read.handle, settings }],
    event: 'import:progressed',
    phase: 'writing',
    cancel: ['import:cancel', { handle: read.handle }],
    stop: async () => undefined,
  };
}

async function preparePull({ page }: App): Promise<LongWork> {
  const server: ClickieServer = await startClickieServer({ site: seedDense(ROWS) });
  const scope = String(mustAccount(server.site).id);
  const draft = { name: 'dense', remote: 'clickie', url: server.url, scope };
  const added = (await page.evaluate(askInPage, [
    'connections:add',
    { draft, secret: DEFAULT_KEY },
  ] as const)) as {
    connection: { id: number };
  }; // as the contract says
  const connectionId = added.connection.id;
  return {
    name: 'pull',
    work: ['sync:start', { connectionId, mode: 'pull', only: null }],
    event: 'sync:progressed',
    phase: 'relationships',
    cancel: ['sync:cancel', { connectionId }],
    stop: () => server.stop(),
  };
}

interface Felt {
  readonly reads: readonly Timed[];
  readonly page: readonly Timed[];
  readonly main: readonly Timed[];
}

async function watch({ app, page }: App, body: () => Promise<unknown>): Promise<Felt> {
  await app.evaluate(startTicking);
  await page.evaluate(startWatching, ENTITIES);
  await body();
  const { reads, gaps } = await page.evaluate(stopWatching);
  return { reads, page: gaps, main: await app.evaluate(stopTicking) };
}

function toMeasured(
  name: LongWork['name'],
  runs: number,
  { idle, busy, cancels }: { idle: Felt; busy: Felt; cancels: readonly number[] },
): Measured[] {
  const doing = name === 'import' ? `${ROWS} relationships are imported` : `${ROWS} relationships are pulled`;
  const p95 = (reads: readonly Timed[]) => inParts(reads, runs).map((part) => quantile(part, 0.95));
  const gap = (gaps: readonly Timed[]) => inParts(gaps, runs).map((part) => Math.max(...part));
  /** What may never take longer, judged by the longest. */
  const atMost = (most: number, what: string, about: string, values: readonly number[]): Measured => {
    const peers = values.map(() => most);
    return { name: `${name}-${what}`, unit: 'ms', about, budget: 1, judged: 'worst', values, peers };
  };
  const gapFigure = (of: 'main' | 'page', whose: string) => {
    const atRest = Math.round(Math.max(...gap(idle[of])));
    const about = `longest gap of ${whose} while ${doing}, ${atRest} ms when idle; peer: what is not seen`;
    return atMost(LONGEST_GAP_MS, `${of}-gap`, about, gap(busy[of]));
  };
  const meanwhile = `neighbourhood asked by the page while ${doing}, p95 of ${busy.reads.length}; peer: the same when idle`;
  const cancelled = `how soon a cancel at the latest takes effect while ${doing}; peer: what a person takes for at once`;
  return [
    {
      name: `${name}-meanwhile`,
      unit: 'ms',
      about: meanwhile,
      budget: 3,
      values: p95(busy.reads),
      peers: p95(idle.reads),
    },
    atMost(LONGEST_CANCEL_MS, 'cancel', cancelled, cancels),
    gapFigure('main', 'the main process'),
    gapFigure('page', 'the page’s thread'),
  ];
}

/** How long each took, in so many parts of the time that all took. */
function inParts(all: readonly Timed[], parts: number): number[][] {
  const [from, to] = [all[0]?.[0] ?? 0, all.at(-1)?.[0] ?? 0];
  const length = (to - from) / parts;
  return Array.from({ length: parts }, (_, part) =>
    all
      .filter(([at]) => Math.min(parts - 1, Math.floor((at - from) / length)) === part)
      .map(([, took]) => took),
  );
}
