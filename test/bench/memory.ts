import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DEFAULT_KEY as ALGAPSA_KEY, seedLargeFleet } from '../servers/algapsa/seed.ts';
import { startAlgapsaServer } from '../servers/algapsa/server.ts';
import { seedLargeBuilding } from '../servers/autodesk/seed.ts';
import { startAutodeskServer } from '../servers/autodesk/server.ts';
import { mustProject } from '../servers/autodesk/site.ts';
import { DEFAULT_KEY as CLICKIE_KEY, seedLarge } from '../servers/clickie/seed.ts';
import { startClickieServer } from '../servers/clickie/server.ts';
import { mustAccount } from '../servers/clickie/site.ts';
import { type Measured } from './figure.ts';

const BUDGET = 1.3;
const FEW = 200;
const TIMES = 20;
/** Each run pulls thousands of lists: no more than a median needs. */
const RUNS = 5;

const run = promisify(execFile);

/**
 * A heap that must be able to hold what is in use, and little more. V8 collects late where it may grow: with the usual
 * limit a longer pull has the higher peak although nothing more is in use, and the figure tells how long the collector
 * waited. A bound that both sides share takes that away and nothing else: rows that were kept would not fit in it, and
 * the pull would die of it, or pass the budget by what lies outside the heap.
 */
const frugal = ['--max-semi-space-size=1', '--max-old-space-size=48'];

/** The most memory of a process that pulls 20 times the rows, beside one that pulls a few; the server is another process. */
export async function measureMemory(folder: string, runs: number): Promise<Measured[]> {
  const times = Math.min(runs, RUNS);
  return [
    toMeasured('memory-algapsa', 'assets', await measure(folder, times, startAlgapsa)),
    toMeasured('memory-clickie', 'entities', await measure(folder, times, startClickie)),
    toMeasured('memory-autodesk', 'assets', await measure(folder, times, startAutodesk)),
  ];
}

/** A server with so many rows: what a child needs to reach it. */
interface Served {
  readonly access: readonly [remote: string, url: string, scope: string, secret: string];
  stop(): Promise<void>;
}

async function startAlgapsa(rows: number): Promise<Served> {
  const site = seedLargeFleet({ assets: rows, relationships: rows * 3 });
  const server = await startAlgapsaServer({ site });
  return { access: ['algapsa', server.url, '', ALGAPSA_KEY], stop: server.stop };
}

async function startClickie(rows: number): Promise<Served> {
  const site = seedLarge({ entities: rows });
  const server = await startClickieServer({ site });
  const scope = String(mustAccount(site).id);
  return { access: ['clickie', server.url, scope, CLICKIE_KEY], stop: server.stop };
}

async function startAutodesk(rows: number): Promise<Served> {
  const site = seedLargeBuilding({ assets: rows, relationships: rows * 3 });
  // no time goes by on the clock of this pull, so that a limit for each minute would never end
  const limits = { relationships: 1e6, assetReads: 1e6, legacy: 1e6, issues: 1e6, token: 1e6, revoke: 1e6 };
  const server = await startAutodeskServer({ site, switches: { limits } });
  const scope = mustProject(site).id;
  return { access: ['autodesk', server.url, scope, server.signIn().access_token], stop: server.stop };
}

async function measure(folder: string, runs: number, start: (rows: number) => Promise<Served>) {
  const [few, many] = [await start(FEW), await start(FEW * TIMES)];
  try {
    const values: number[] = [];
    const peers: number[] = [];
    for (let n = 0; n < runs; n += 1) {
      values.push(await pullInChild(join(folder, 'many.weft'), many));
      peers.push(await pullInChild(join(folder, 'few.weft'), few));
    }
    return { values, peers };
  } finally {
    await few.stop();
    await many.stop();
  }
}

async function pullInChild(path: string, { access }: Served): Promise<number> {
  const child = join(import.meta.dirname, 'memory-child.ts');
  const args = [...frugal, '--disable-warning=ExperimentalWarning', child, path, ...access];
  const { stdout } = await run(process.execPath, args);
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  return Number(stdout.trim()) / 1024;
}

function toMeasured(name: string, what: string, measured: Pick<Measured, 'values' | 'peers'>): Measured {
  const about = `most memory of a process that pulls ${FEW * TIMES} ${what} with relationships; peer: ${FEW}`;
  return { name, unit: 'MB', about, budget: BUDGET, ...measured };
}
