import { closeSync, copyFileSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_KEY } from '../../servers/clickie/seed.ts';
import { type ClickieServer, startClickieServer } from '../../servers/clickie/server.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { sqliteBinding } from '../../support/workspace.ts';

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

/** The closed file as somebody else opens it, who keeps to none of its rules. */
function openOutside() {
  return new Database(workspace, sqliteBinding === null ? {} : { nativeBinding: sqliteBinding });
}

const damages = [
  {
    what: 'a page that was written over, which opening finds already',
    told: {
      error: { code: 'workspace-damaged', message: expect.stringContaining('was not changed'), details: {} },
    },
    damage: () => {
      const db = openOutside();
      const page = Number(
        db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'view_position'").pluck().get(),
      );
      const size = Number(db.pragma('page_size', { simple: true }));
      db.close();
      const file = openSync(workspace, 'r+');
      writeSync(file, Buffer.alloc(size, 0xff), 0, size, (page - 1) * size);
      closeSync(file);
    },
  },
  {
    what: 'a row that names one that is not there',
    told: {
      ok: false,
      findings: expect.arrayContaining([{ code: 'reference', message: expect.stringMatching(/\S/u) }]),
    },
    damage: () => {
      const db = openOutside();
      db.pragma('foreign_keys = OFF');
      db.exec('DELETE FROM entity WHERE id = (SELECT source_id FROM relationship LIMIT 1)');
      db.close();
    },
  },
];

test.each(damages)('check ends with 1 and says what is wrong: $what', async ({ told, damage }) => {
  damage();
  const before = readFileSync(workspace);
  const checked = await weft('check');
  expect({ code: checked.code, stderr: checked.stderr, value: checked.json() }).toEqual({
    code: 1,
    stderr: '',
    value: told,
  });
  expect(readFileSync(workspace).equals(before)).toBe(true);
  const forPeople = await runCommandLine(['check', '--workspace', workspace]);
  expect(forPeople.code).toBe(1);
  expect(forPeople.stdout).not.toContain('is sound');
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
