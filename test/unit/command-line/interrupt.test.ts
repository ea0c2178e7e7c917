import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Client, openClient } from '../../../src-main/backend/command-line/client.ts';
import { importFiles } from '../../../src-main/backend/command-line/transfer.ts';
import { column } from '../../../src-main/backend/store/sql.ts';
import { DEFAULT_KEY } from '../../servers/clickie/seed.ts';
import { startClickieServer } from '../../servers/clickie/server.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { writeLargeWorkspace } from '../../support/large-workspace.ts';
import { startNode } from '../../support/node-child.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { createSmallPlant } from '../../support/workspace.ts';

const PAGE_BYTES = 4096;

/** A workspace of which nobody can tell how many entities it had: recovery looks for very many. */
function makeUncountable(): string {
  const { db, workspace } = createSmallPlant();
  const roots = "SELECT rootpage FROM sqlite_schema WHERE name IN ('entity', 'sqlite_sequence')";
  const pages = column<number>(db, roots);
  workspace.close();
  const file = openSync(workspace.path, 'r+');
  for (const page of pages) {
    writeSync(file, Buffer.alloc(PAGE_BYTES, 0xff), 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  }
  closeSync(file);
  return workspace.path;
}

test('Ctrl-C ends a recovery with cancelled, and leaves nothing of it', async () => {
  const damaged = makeUncountable();
  const before = readFileSync(damaged);
  const into = join(createTempFolder(), 'new.weft');
  const child = startNode('src-main/backend/cli.ts', ['recover', into, '--workspace', damaged, '--json']);
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const closed = once(child, 'close');
  await expect.poll(() => existsSync(`${into}-unfinished`), { timeout: 15_000 }).toBe(true);
  child.kill('SIGINT');
  await closed;
  expect({ code: child.exitCode, value: JSON.parse(stdout) as unknown }).toMatchObject({
    code: 1,
    value: { error: { code: 'cancelled', message: expect.stringContaining('No new workspace was made') } },
  });
  expect(readdirSync(dirname(into))).toEqual([]);
  expect(readFileSync(damaged)).toEqual(before);
});

test('Ctrl-C ends an export with cancelled, and leaves no file', async () => {
  const [workspace, folder] = [join(createTempFolder(), 'large.weft'), createTempFolder()];
  for (const made of [dirname(workspace), folder]) mkdirSync(made, { recursive: true });
  writeLargeWorkspace({ path: workspace, entities: 20_000, relationships: 60_000 });
  const path = join(folder, 'out.xlsx');
  const child = startNode('src-main/backend/cli.ts', ['export', path, '--workspace', workspace, '--json']);
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const closed = once(child, 'close');
  await expect.poll(() => readdirSync(folder).length, { timeout: 15_000, interval: 5 }).toBe(1);
  child.kill('SIGINT');
  await closed;
  expect({ code: child.exitCode, value: JSON.parse(stdout) as unknown }).toMatchObject({
    code: 1,
    value: { error: { code: 'cancelled' } },
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('Ctrl-C ends a sync with its report, and leaves the workspace whole', async () => {
  const server = await startClickieServer();
  onTestFinished(() => server.stop());
  const workspace = join(createTempFolder(), 'test.weft');
  const key = { WEFT_TEST_KEY: DEFAULT_KEY };
  const place = ['--url', server.url, '--account', '1', '--secret-env', 'WEFT_TEST_KEY'];
  const connect = ['connect', 'clickie', '--name', 'plant', ...place, '--workspace', workspace];
  expect(await runCommandLine(connect, key)).toMatchObject({ code: 0 });
  server.addFault({ on: { path: '/metrics' }, times: 1, fault: { kind: 'hang' } });
  const child = startNode(
    'src-main/backend/cli.ts',
    ['sync', 'plant', '--workspace', workspace, '--json'],
    key,
  );
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const closed = once(child, 'close');
  await expect
    .poll(() => server.requests.some(({ path }) => path === '/metrics'), { timeout: 15_000 })
    .toBe(true);
  child.kill('SIGINT');
  await closed;
  expect({ code: child.exitCode, value: JSON.parse(stdout) as unknown }).toMatchObject({
    code: 1,
    value: { connection: 'plant', complete: false, cancelled: true },
  });
  expect(await runCommandLine(['sync', 'plant', '--workspace', workspace], key)).toMatchObject({ code: 0 });
});

test.each(['import:inspect', 'import:preview', 'import:save-errors'] as const)(
  'Ctrl-C as %s has just answered ends an import, and nothing is imported',
  async (last) => {
    const folder = createTempFolder();
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'rows.csv');
    writeFileSync(file, 'name,kind\nBo,person\n');
    const path = join(folder, 'new.weft');
    const client = await openClient({ path, create: true, secretPlace: null });
    onTestFinished(() => client.close());
    const others = process.listeners('SIGINT');
    const interrupting: Client = {
      ...client,
      request: async (channel, params) => {
        const answer = await client.request(channel, params);
        const [interrupt] = process.listeners('SIGINT').filter((listener) => !others.includes(listener));
        if (channel === last) interrupt?.('SIGINT');
        return answer;
      },
    };
    const importing = importFiles(interrupting, [file], {
      kind: 'asset',
      errors: join(folder, 'errors.csv'),
    });
    await expect(importing).rejects.toMatchObject({ exitCode: 1, error: { code: 'cancelled' } });
    expect(await client.request('workspace:status', {})).toMatchObject({ entityCount: 0 });
  },
);
