import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openClient } from '../../../src-main/backend/command-line/client.ts';
import { importFiles } from '../../../src-main/backend/command-line/transfer.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { addEntity, createSmallPlant } from '../../support/workspace.ts';

let workspace: string;
beforeEach(() => {
  const small = createSmallPlant();
  addEntity(small.db, small.other, '11', { name: 'Boiler' });
  small.workspace.close();
  workspace = small.workspace.path;
});

const weft = (...args: string[]) => runCommandLine([...args, '--workspace', workspace, '--json']);
const at = (name: string) => join(dirname(workspace), name);

function write(name: string, text: string): string {
  writeFileSync(at(name), text);
  return at(name);
}

const links = 'from,relation,to\nBuilding,feeds,Pump\nBoiler,feeds,Pump\nNobody,feeds,Pump\n';

describe('import', () => {
  test('judges every row and changes nothing in a dry run, then does exactly that', async () => {
    const file = write('links.csv', links);
    const dry = await weft('import', file, '--dry-run', '--errors', at('errors.csv'));
    const counts = { create: 1, update: 0, unchanged: 0, refused: 1, choice: 1, made: 0, removedValues: 0 };
    const rejected = [
      {
        table: 'links.csv',
        row: 3,
        column: 'from',
        code: 'several-entities',
        candidates: ['plant:asset:11', 'other:asset:11'],
      },
      { table: 'links.csv', row: 4, column: 'from', code: 'not-found', candidates: [], candidateCount: 0 },
    ];
    expect(dry.code).toBe(3);
    expect(dry.json()).toMatchObject({ dryRun: true, counts, history: null, rejected });
    expect(readFileSync(at('errors.csv'), 'utf8')).toContain('links.csv,4,from,not-found,');
    expect((await weft('relationships')).json()).toEqual([]);

    const done = await weft('import', file);
    expect(done.code).toBe(3);
    expect(done.json()).toMatchObject({ dryRun: false, counts, rejected });
    expect((await weft('relationships')).json()).toMatchObject([
      { source: 'plant:asset:10', state: 'create' },
    ]);
  });

  test('takes choices, mapped columns and missing ends, and ends with 0 where every row is taken', async () => {
    const file = write('odd.csv', 'x,y,z\nBoiler,Pump,feeds\nNobody,Pump,feeds\n');
    const mapped = ['--as', 'relationships', '--map', 'x=source', 'y=target', 'z=type'];
    const more = ['--choose', 'Boiler=plant:asset:11', '--create-missing', '--kind', 'person'];
    const result = await weft('import', file, ...mapped, ...more);
    expect(result.json()).toMatchObject({
      counts: { create: 2, refused: 0, choice: 0, made: 1 },
      made: ['local:person:Nobody'],
      rejected: [],
    });
    expect(result.code).toBe(0);
    expect((await weft('entities', '--kind', 'person')).json()).toEqual([
      { entity: 'local:person:Nobody', connection: 'local', kind: 'person', name: 'Nobody', asOf: null },
    ]);
  });

  test('says what is wrong with an option, and where a file cannot be read', async () => {
    const file = write('links.csv', links);
    for (const wrong of [
      ['--map', 'from=nothing'],
      ['--map', 'nowhere=source'],
      ['--as', 'lists'],
      ['--choose', 'x'],
    ]) {
      expect((await weft('import', file, ...wrong)).code).toBe(2);
    }
    const broken = await weft('import', write('broken.csv', 'a,b\n"open,1\n'));
    expect(broken.code).toBe(1);
    expect(broken.json()).toMatchObject({ error: { code: 'file-not-read' } });
    expect(broken.stdout).toContain('broken.csv, row 2');
  });
});

describe('entity', () => {
  test('shows what is known of one, and where an imported one was before', async () => {
    const origin = {
      connection: 'site',
      remote: 'clickie',
      id: 'p1',
      firstSeenAt: '2026-01-02T03:04:05.000Z',
      changedAt: null,
    };
    const fields = [{ name: 'power', value: 5 }];
    const entities = [{ entity: 'site:asset:p1', name: 'Fan', kind: 'asset', fields, origin }];
    const content = { format: 'weft-export', version: 2, entities, relationships: [] };
    expect((await weft('import', write('site.json', JSON.stringify(content)))).code).toBe(0);
    expect((await weft('entity', 'local:asset:site:p1')).json()).toEqual({
      entity: 'local:asset:site:p1',
      connection: 'local',
      kind: 'asset',
      name: 'Fan',
      archived: false,
      removed: false,
      attributes: fields,
      relationships: 0,
      origin,
    });
    const said = await runCommandLine(['entity', 'local:asset:site:p1', '--workspace', workspace]);
    expect(said.stdout).toBe(
      'local:asset:site:p1  Fan\n  power: 5\nImported: was p1 of site (clickie), there since 2026-01-02T03:04:05.000Z\n',
    );
    expect((await weft('entity', 'plant:asset:11')).json()).toMatchObject({ name: 'Boiler', origin: null });
    expect((await weft('entity', 'plant:asset:99')).json()).toMatchObject({ error: { code: 'not-found' } });
  });
});

describe('an import at which Ctrl-C is pressed', () => {
  test('while its second file is read, ends with cancelled and imports nothing', async () => {
    const files = ['first.csv', 'second.csv'].map((name) => write(name, 'name,kind\nAda,person\n'));
    const client = await openClient({ path: workspace, create: false, secretPlace: null });
    onTestFinished(() => client.close());
    client.onEvent(({ event, payload }) => {
      const isHalf = event === 'import:progressed' && payload.done === payload.total / 2;
      if (isHalf) process.emit('SIGINT', 'SIGINT');
    });
    await expect(importFiles(client, files, { kind: 'asset' })).rejects.toMatchObject({
      exitCode: 1,
      error: { code: 'cancelled', message: 'The import was cancelled. Nothing was imported.' },
    });
    expect((await client.request('history:page', { offset: 0, limit: 1 })).total).toBe(0);
  });
});

describe('rollback', () => {
  test('takes an import back by its number, and only an import', async () => {
    const { history } = (await weft('import', write('links.csv', links))).json() as { history: number };
    const result = await weft('rollback', String(history));
    expect(result.json()).toMatchObject({ relationships: 1, entities: 0, sparedCount: 0, spared: [] });
    expect(result.code).toBe(0);
    expect((await weft('relationships')).json()).toEqual([]);
    expect((await weft('rollback', '999')).json()).toMatchObject({ error: { code: 'not-an-import' } });
    expect((await weft('rollback', 'x')).code).toBe(2);
  });
});

describe('export', () => {
  test('writes what a query finds with a manifest beside', async () => {
    const result = await weft('export', at('out.json'), '--query', 'connection:plant');
    expect(result.code).toBe(0);
    expect(result.json()).toMatchObject({
      manifest: { filter: 'connection:plant', counts: { entities: 4, relationships: 0 } },
      paths: [at('out.json'), at('out.manifest.json')],
    });
    expect(existsSync(at('out.manifest.json'))).toBe(true);
  });

  test('refuses a format that there is not, and a query that cannot be read', async () => {
    expect((await weft('export', at('out.doc'))).code).toBe(2);
    expect((await weft('export', at('out.csv'), '--query', '(')).code).toBe(2);
  });
});
