import { execFile } from 'node:child_process';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { askInPage } from './busy-page.ts';
import type { App, Electrons } from './electron-apps.ts';
import { type Ask, askEverything, importFile } from './every-question.ts';
import { type Measured, toRatio } from './figure.ts';
import type { Fixture } from './fixtures.ts';
import { drawRows, toCsv } from './import-rows.ts';

const run = promisify(execFile);
const MOST_MEGABYTES = 500;
const RUNS = 5;

/** The names of what is measured of one size. */
export function namesOfMemory(size: number): string[] {
  return [`memory-${size}`, `memory-import-${size}`];
}

/** The names of what is measured in the real app. */
export const namesOfAppMemory = ['memory-app-1000000', 'memory-app-import-1000000'];

/** Rows that are imported; small workspaces have no room for so many. */
const IMPORTED = 100_000;

/**
 * A young generation that grows as far as that of Electron's processes, whose pointers are half as wide; a plain Node
 * lets it grow to several times as much, most of it garbage.
 */
const AS_ELECTRON = '--max-semi-space-size=8';

const ASKED = 'after every kind of question and an export to CSV and XLSX';

/** The memory of a backend that was asked everything, and then given rows to import. */
export async function measureMemoryOf(
  fixture: Fixture,
  folder: string,
  judged: boolean,
): Promise<Measured[]> {
  const file = writeRows(fixture, folder);
  const told: Told[] = [];
  const peers: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    told.push(await readMemory('weft', copyInto(folder, fixture), file));
    peers.push((await readMemory('bare', fixture.path, file))[0]);
  }
  return toMemory({ name: 'memory', of: 'a process with the backend', fixture, judged, told, peers });
}

/** The same of the process that has the backend in the real app. */
export async function measureAppMemory(
  fixture: Fixture,
  folder: string,
  electrons: Electrons,
): Promise<Measured[]> {
  const file = writeRows(fixture, folder);
  const told: Told[] = [];
  const peers: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    told.push(await readAppMemory(electrons, folder, copyInto(folder, fixture), file));
    peers.push((await readMemory('bare', fixture.path, file))[0]);
  }
  const of = 'the process of the real app that has the backend';
  return toMemory({ name: 'memory-app', of, fixture, judged: true, told, peers });
}

/** Megabytes: before the import and after. */
type Told = readonly [asked: number, imported: number];

interface ToldOf {
  readonly name: string;
  readonly of: string;
  readonly fixture: Fixture;
  readonly judged: boolean;
  readonly told: readonly Told[];
  readonly peers: readonly number[];
}

function toMemory({ name, of, fixture: { size, shape }, judged, told, peers }: ToldOf): Measured[] {
  const asked = `most memory ever of ${of} ${ASKED}`;
  const peer = `${shape}; peer: a bare process with the relationships in plain arrays; at most ${MOST_MEGABYTES} MB`;
  const figure = { unit: 'MB', budget: judged ? toRatio(MOST_MEGABYTES, peers) : null, peers };
  return [
    { ...figure, name: `${name}-${size}`, about: `${asked}, ${peer}`, values: told.map(([first]) => first) },
    {
      ...figure,
      name: `${name}-import-${size}`,
      about: `${asked}, and an import of up to ${IMPORTED} rows, ${peer}`,
      values: told.map(([, last]) => last),
    },
  ];
}

function writeRows({ size }: Fixture, folder: string): string {
  const file = join(folder, 'rows.csv');
  writeFileSync(file, toCsv(drawRows(Math.min(IMPORTED, size), Math.round(size / 3))));
  return file;
}

/** The fixture is for others too: what is imported goes into a copy. */
function copyInto(folder: string, { path }: Fixture): string {
  const copy = join(folder, 'copy.weft');
  for (const end of ['', '-wal', '-shm']) rmSync(`${copy}${end}`, { force: true });
  copyFileSync(path, copy);
  return copy;
}

async function readMemory(who: 'weft' | 'bare', path: string, file: string): Promise<Told> {
  const child = join(import.meta.dirname, 'backend-memory-child.ts');
  const args = [AS_ELECTRON, '--disable-warning=ExperimentalWarning', child, who, path, file];
  const { stdout } = await run(process.execPath, args);
  const told = stdout.trim().split('\n').map(Number);
  return [(told.at(0) ?? 0) / 1024, (told.at(-1) ?? 0) / 1024];
}

async function readAppMemory(
  electrons: Electrons,
  folder: string,
  path: string,
  file: string,
): Promise<Told> {
  const weft = await electrons.launchWeft(folder, [path]);
  try {
    const ask: Ask = async (channel, params) => {
      const answer = await weft.page.evaluate(askInPage, [channel, params] as const);
      return answer as Awaited<ReturnType<typeof ask<typeof channel>>>; // as the contract says
    };
    await askEverything(ask, folder);
    const asked = await readPeak(weft);
    await importFile(ask, file);
    return [asked, await readPeak(weft)];
  } finally {
    await weft.app.close();
  }
}

/** The most memory that the process with the backend ever had, in megabytes. */
async function readPeak({ app }: App): Promise<number> {
  const peak = await app.evaluate(
    ({ app: electron }) =>
      electron.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes('Weft backend'))
        ?.memory.peakWorkingSetSize ?? 0,
  );
  if (peak === 0) throw new Error('The system does not tell the memory of the process with the backend');
  return peak / 1024;
}
