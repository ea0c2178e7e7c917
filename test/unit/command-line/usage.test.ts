import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type CommandLineResult, runCommandLine } from '../../support/command-line.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { createSmallPlant } from '../../support/workspace.ts';

let workspace: string;
beforeEach(() => {
  const small = createSmallPlant();
  small.workspace.close();
  workspace = small.workspace.path;
});

const weft = (...args: string[]) => runCommandLine(args);

function expectWrongUsage(result: CommandLineResult, message: RegExp): void {
  expect(result.code).toBe(2);
  const error = { code: 'wrong-usage', message: expect.stringMatching(message), details: {} };
  expect(result.json()).toEqual({ error });
}

describe('wrong usage ends with 2 and changes nothing', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['an unknown option', ['status', '--frobnicate'], /unknown option '--frobnicate'/],
    [
      'a moment before a part',
      ['types', '--as-of', '2026-01-01', 'export'],
      /--as-of belongs to types alone/,
    ],
    ['words before a part', ['history', '--who', 'Bo', 'show', '1'], /--who belongs to history alone/],
    ['no command', [], /Name a command/],
    ['no system to connect', ['connect'], /Name a command/],
    ['a missing argument', ['relate', 'plant:asset:10'], /missing required argument 'target'/],
    ['too many arguments', ['status', 'now'], /too many arguments/],
    ['a missing required option', ['resolve', '1'], /--keep/],
    ['a choice that does not exist', ['resolve', '1', '--keep', 'mine'], /local, remote or both/],
    ['a number that is none', ['unrelate', 'ten'], /ten is not the number/],
    ['a negative number', ['unrelate', '--', '-1'], /not the number/],
    ['an id of --only that is no number', ['sync', 'plant', '--only', 'x'], /x is not the number/],
    ['a type that is too long', ['retype', '1', 'x'.repeat(256)], /1 to 255/],
    ['two options that exclude each other', ['sync', '--pull-only', '--push-only'], /exclude each other/],
    ['a number of a held removal that is none', ['release', 'x'], /not the number/],
  ])('%s', async (_, args, message) => {
    expectWrongUsage(await weft('--workspace', workspace, '--json', ...args), message);
  });

  test('no workspace', async () => {
    expectWrongUsage(await weft('status', '--json'), /--workspace FILE/);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['a name with a colon', { '--name': 'a:b' }, /colon/],
    ['the name local', { '--name': 'local' }, /local/],
    ['an account that is no number', { '--account': 'one' }, /whole number/],
    ['an address that is none', { '--url': 'nowhere' }, /not a web address/],
  ])('connect with %s, and no workspace is made', async (_, change, message) => {
    const path = join(createTempFolder(), 'new.weft');
    const good = {
      '--name': 'plant',
      '--url': 'http://127.0.0.1:9/v4',
      '--account': '1',
      '--secret-env': 'KEY',
    };
    const options = Object.entries({ ...good, ...change }).flat();
    const args = ['connect', 'clickie', ...options, '--workspace', path, '--json'];
    expectWrongUsage(await runCommandLine(args, { KEY: 'secret' }), message);
    expect(existsSync(path)).toBe(false);
  });
});

describe('a workspace that cannot be opened ends with 1', () => {
  test('a missing one is not made by looking', async () => {
    const path = join(createTempFolder(), 'none.weft');
    const result = await weft('status', '--workspace', path, '--json');
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({ error: { code: 'workspace-missing' } });
    expect(existsSync(path)).toBe(false);
  });

  test('a file that is none', async () => {
    const path = join(createTempFolder(), 'text.weft');
    writeFileSync(path, 'hello');
    const result = await weft('status', '--workspace', path);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/not a Weft workspace/);
  });
});

describe('options stand before or after the command', () => {
  test.each<[string, (path: string) => string[]]>([
    ['before', (path) => ['--workspace', path, '--json', 'outbox']],
    ['after', (path) => ['outbox', '--json', '--workspace', path]],
    ['on both sides', (path) => ['--json', 'outbox', '--workspace', path]],
  ])('%s', async (_, toArguments) => {
    const result = await weft(...toArguments(workspace));
    expect(result.code).toBe(0);
    expect(result.json()).toEqual([]);
  });

  test('also between a command and its part', async () => {
    const result = await weft('outbox', '--workspace', workspace, '--json', 'drop', '5');
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({ error: { code: 'not-pending' } });
  });

  test('a later --workspace wins over an earlier one', async () => {
    const result = await weft('--workspace', '/nowhere/at.all', 'status', '--workspace', workspace, '--json');
    expect(result.code).toBe(0);
    expect(result.json()).toMatchObject({ path: workspace });
  });
});

describe('without --json', () => {
  test('lines for people on standard output, nothing on standard error', async () => {
    const result = await weft('entities', '--workspace', workspace);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('plant:asset:10  Building\n');
  });

  test('an error is one sentence on standard error, and standard output stays empty', async () => {
    const result = await weft('unrelate', '99', '--workspace', workspace);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toBe('There is no relationship 99 in this workspace.\n');
  });
});

describe('help', () => {
  test('names every command and ends with 0', async () => {
    const result = await weft('--help');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const names =
      'connect sync schedule refresh status entities relationships relate retype unrelate undo redo outbox conflicts resolve held release reports';
    for (const name of names.split(' ')) expect(result.stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  test('of one command names its options', async () => {
    const result = await weft('sync', '--help');
    expect(result.code).toBe(0);
    for (const option of ['--pull-only', '--push-only', '--dry-run', '--only'])
      expect(result.stdout).toContain(option);
  });

  test('with --json is one JSON value too', async () => {
    const result = await weft('--help', '--json');
    expect(result.code).toBe(0);
    expect(result.json()).toContain('Usage');
  });
});
