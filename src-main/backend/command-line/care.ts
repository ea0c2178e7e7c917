import { resolve } from 'node:path';
import type { Events } from '../../../src-preload/contract/events.ts';
import { attend } from './attend.ts';
import type { Client } from './client.ts';
import { exitCodes, wrongUsage } from './errors.ts';
import { done, type Outcome, toStatusLines } from './output.ts';
import type { Shell } from './shell.ts';

/** The commands that look after the workspace file itself. */

async function attendCare<T>(client: Client, work: Promise<T>): Promise<T> {
  return await attend(client, work, {
    cancel: () => void client.request('workspace:cancel-care', {}),
    toLine: ({ event, payload }) => (event === 'care:progressed' ? toProgressLine(payload) : null),
  });
}

function toProgressLine({ work, done, total }: Events['care:progressed']): string {
  return done < total ? `${work}: ${Math.floor((done / total) * 100)} %` : '';
}

export async function backup(client: Client, path: string | undefined): Promise<Outcome> {
  const target = path === undefined ? null : resolve(path);
  const made = await attendCare(client, client.request('workspace:backup', { path: target }));
  return done(made, [`Backed up to ${made.path} (${toSize(made.bytes)}).`]);
}

export interface RotationOptions {
  readonly keep?: string;
  readonly every?: string;
}

/** Changes what is named of how they rotate, leaves the rest, and lists them. */
export async function backups(client: Client, options: RotationOptions): Promise<Outcome> {
  const known = await client.request('workspace:backups', {});
  const { keep, every } = options;
  if (keep !== undefined || every !== undefined) {
    await client.request('workspace:set-backups', {
      keep: keep === undefined ? known.keep : parseWhole(keep, '--keep', 0, 100),
      everyHours: every === undefined ? known.everyHours : parseWhole(every, '--every', 1, 8760),
    });
  }
  const found = await client.request('workspace:backups', {});
  const lines = found.files.map(({ path, madeAt, bytes }) => `${madeAt}  ${path}  ${toSize(bytes)}`);
  const rotation =
    found.keep === 0
      ? 'none is made by itself'
      : `one every ${found.everyHours} hours while the workspace is open, ${found.keep} kept`;
  return done(found, [rotation, ...(lines.length === 0 ? ['There are no backups yet.'] : lines)]);
}

function parseWhole(text: string, option: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw wrongUsage(`${option} takes a whole number from ${least} to ${most}, not ${text}.`);
}

export async function check(client: Client): Promise<Outcome> {
  const found = await attendCare(client, client.request('workspace:check', {}));
  if (found.ok) return done(found, ['The workspace is sound.']);
  return done(
    found,
    found.findings.map(({ message }) => message),
    exitCodes.failed,
  );
}

export async function restore(client: Client, path: string, from: string): Promise<Outcome> {
  const files = { path: resolve(path), from: resolve(from) };
  const { status, keptAt } = await attendCare(client, client.request('workspace:restore', files));
  const kept = keptAt === null ? [] : [`What was there is kept as ${keptAt}.`];
  return done({ path: status.path, keptAt, place: status.place }, [...kept, ...toStatusLines(status)]);
}

export async function recover(client: Client, path: string, into: string): Promise<Outcome> {
  const files = { path: resolve(path), into: resolve(into) };
  const { path: written, tables } = await attendCare(client, client.request('workspace:recover', files));
  const lines = tables.map(({ table, rows, unreadable }) =>
    unreadable.length === 0
      ? `${table}: ${rows} rows`
      : `${table}: ${rows} rows; not readable: ${unreadable.join(', ')}`,
  );
  const isWhole = tables.every(({ unreadable }) => unreadable.length === 0);
  const value = { path: written, whole: isWhole, tables };
  return done(value, [`Recovered into ${written}.`, ...lines], isWhole ? exitCodes.done : exitCodes.waiting);
}

export async function compact(client: Client): Promise<Outcome> {
  const sizes = await attendCare(client, client.request('workspace:compact', {}));
  return done(sizes, [`The file had ${toSize(sizes.before)} and has ${toSize(sizes.after)} now.`]);
}

export async function adopt(client: Client): Promise<Outcome> {
  const status = await client.request('workspace:adopt', {});
  return done({ path: status.path, place: status.place }, [
    'From now on this file pushes. A copy elsewhere must not.',
  ]);
}

function toSize(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} KiB`;
}

/** Adds the commands that look after the file. */
export function addCare({ root, command, perform, performClosed }: Shell): void {
  command(root, 'backup [file]', 'copy the workspace while it is in use').action((file: string | undefined) =>
    perform((client) => backup(client, file)),
  );
  command(root, 'backups', 'list the rotating backups')
    .option('--keep <n>', 'how many are kept, 100 at most; 0 makes none')
    .option('--every <hours>', 'how often one is made while the workspace is open')
    .action((options: RotationOptions) => perform((client) => backups(client, options)));
  command(root, 'check', 'look through the whole file').action(() => perform(check));
  command(root, 'compact', 'give unused space back to the disk').action(() => perform(compact));
  command(root, 'adopt', 'let this file push after it was moved, copied or restored').action(() =>
    perform(adopt),
  );
  command(root, 'restore <backup>', 'put a backup in the place of the workspace').action((from: string) =>
    performClosed((client, path) => restore(client, path, from)),
  );
  command(root, 'recover <file>', 'copy what can be read of a damaged workspace into a new file').action(
    (into: string) => performClosed((client, path) => recover(client, path, into)),
  );
}
