import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_KEY } from '../../servers/clickie/seed.ts';
import { type ClickieServer, startClickieServer } from '../../servers/clickie/server.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

let server: ClickieServer;
let workspace: string;

const weft = (...args: string[]) =>
  runCommandLine([...args, '--workspace', workspace, '--json'], { WEFT_TEST_KEY: DEFAULT_KEY });

beforeEach(async () => {
  server = await startClickieServer();
  onTestFinished(() => server.stop());
  workspace = join(createTempFolder(), 'test.weft');
  const where = ['--url', server.url, '--account', '1', '--secret-env', 'WEFT_TEST_KEY'];
  expect((await weft('connect', 'clickie', '--name', 'plant', ...where)).code).toBe(0);
  expect((await weft('sync', 'plant')).code).toBe(0);
});

test('backup writes a file that restore puts back in place', async () => {
  const copy = join(createTempFolder(), 'copy.weft');
  const made = await weft('backup', copy);
  expect(made.code).toBe(0);
  expect(made.json()).toMatchObject({ path: copy, bytes: expect.any(Number), madeAt: expect.any(String) });
  expect((await weft('relate', 'plant:asset:20', 'plant:metric:21')).code).toBe(0);

  const restored = await weft('restore', copy);
  expect({ code: restored.code, value: restored.json() }).toMatchObject({
    code: 0,
    value: { path: workspace, keptAt: expect.stringContaining('replaced'), place: 'moved-or-copied' },
  });
  expect((await weft('outbox')).json()).toEqual([]);
});

test('backups lists those that were made without a name', async () => {
  expect((await weft('backups')).json()).toMatchObject({ keep: 5, everyHours: 24, files: [] });
  const made = await weft('backup');
  expect((await weft('backups')).json()).toMatchObject({ files: [made.json()] });
});

test('check, compact and adopt end with 0 on a sound workspace', async () => {
  expect((await weft('check')).json()).toEqual({ ok: true, findings: [] });
  expect((await weft('compact')).json()).toEqual({ before: expect.any(Number), after: expect.any(Number) });
  expect((await weft('adopt')).json()).toEqual({ path: workspace, place: 'home' });
});

test('recover writes a new file and leaves the old one', async () => {
  const into = join(createTempFolder(), 'new.weft');
  const recovered = await weft('recover', into);
  expect(recovered.code).toBe(0);
  expect(recovered.json()).toMatchObject({ path: into, whole: true, tables: expect.any(Array) });
  expect(existsSync(workspace)).toBe(true);
});

test('a push from a copied workspace waits: exit code 3, until it is adopted', async () => {
  expect((await weft('relate', 'plant:asset:20', 'plant:metric:21')).code).toBe(0);
  const copy = join(createTempFolder(), 'copy.weft');
  copyFileSync(workspace, copy);
  workspace = copy;
  const waits = await weft('sync', 'plant');
  expect(waits.code).toBe(3);
  expect(waits.json()).toMatchObject({ withheld: { code: 'moved-or-copied' }, pushed: { created: 0 } });
  expect((await weft('status')).json()).toMatchObject({ place: 'moved-or-copied' });
  expect((await weft('adopt')).code).toBe(0);
  const pushed = await weft('sync', 'plant');
  expect({ code: pushed.code, value: pushed.json() }).toMatchObject({
    code: 0,
    value: { withheld: null, pushed: { created: 1 } },
  });
});
