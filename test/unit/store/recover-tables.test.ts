import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLastRelationshipId } from '../../../src-main/backend/store/adjacency-rows.ts';
import { checkWorkspace } from '../../../src-main/backend/store/check.ts';
import { openBeside, openReading, openWorkspace } from '../../../src-main/backend/store/database.ts';
import { allocateRelationshipId } from '../../../src-main/backend/store/relationships.ts';
import { createRandom, pickNumber, pickOne } from '../../servers/shared/random.ts';
import {
  countPages,
  type Rows,
  readPagesOf,
  readRowsOf,
  recoverRows,
  type Wound,
  wound,
} from '../../support/damage.ts';
import { writeLargeWorkspace } from '../../support/large-workspace.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { NOW, sqliteBinding } from '../../support/workspace.ts';

/** What a person makes, beside what was pulled; and rows removed again, whose pages nobody uses then. */
const more = `
  INSERT INTO history (id, at, actor, label, state) VALUES (1, '${NOW}', 'user', 'Relate', 'done');
  INSERT INTO intent (relationship_id, connection_id, source_id, target_id, slot, wanted_present, base_present,
    history_id, changed_at) VALUES (90001, 1, 5, 6, 1, 1, 0, 1, '${NOW}'), (90002, 1, 7, 8, 1, 1, 0, 1, '${NOW}');
  INSERT INTO view (id, name, definition, made_at, key, saved_at) VALUES (1, 'Pumps', '{}', '${NOW}', 'a1', '${NOW}');
  INSERT INTO view_position (view_id, entity_id, x, y) VALUES (1, 1, 2.5, -3), (1, 2, 0, 1);
  INSERT INTO report (connection_id, body) VALUES (1, '{"note":"${'x'.repeat(9000)}"}');
  INSERT INTO listing (entity_id, sweep_id, as_of) VALUES (1, 1, '${NOW}'), (2, 1, '${NOW}');
  INSERT INTO history_type (history_id, name, before, after) VALUES (1, 'feeds', '{"own":false}', '{"own":false}');
  INSERT INTO history_view (history_id, key, before, after) VALUES (1, 'a1', NULL, '{"key":"a1"}');
  INSERT INTO type_definition VALUES ('feeds', '{"reversed":"fed by"}');
  INSERT INTO relationship_origin (relationship_id, origin) VALUES
    (90001, '{"connection":"Plant","remoteId":"r-1","madeAt":null,"confirmed":[]}'),
    (90002, '{"remoteId":null,"madeAt":"${NOW}","confirmed":[{"by":"Plant","first":"${NOW}","last":"${NOW}"}]}');
  UPDATE counter SET next = 90003 WHERE name = 'relationship';
  INSERT INTO setting (key, value) VALUES ('backups', '{"keep":3,"everyHours":5}');
  DELETE FROM provenance WHERE relationship_id BETWEEN 800 AND 1600;
  DELETE FROM relationship WHERE id BETWEEN 800 AND 1600;`;

const folder = mkdtempSync(join(tmpdir(), 'weft-test-'));
const path = join(folder, 'plant.weft');
let truth: Rows = new Map();
let schemaLeaves: readonly number[] = [];

beforeAll(() => {
  writeLargeWorkspace({ path, entities: 500, relationships: 2500, isTyped: true });
  const { db, close } = openWorkspace({ path, nativeBinding: sqliteBinding });
  db.exec(more);
  close();
  truth = readRowsOf(path);
  schemaLeaves = readPagesOf(path, 'sqlite_schema', ['leaf']);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type IdRow = readonly [id: number];
type CounterRow = readonly [name: string, next: number];

const readFirst = (rows: Rows, table: string) =>
  (rows.get(table) ?? []).map((row) => (JSON.parse(row) as IdRow)[0]); // an id in each of these tables

/** A counter that was lost goes on above what is left, and nowhere else. */
function expectCountersAbove(rows: Rows): void {
  const next = new Map((rows.get('counter') ?? []).map((row) => JSON.parse(row) as CounterRow)); // columns of that table
  const named = ['relationship', 'intent', 'provenance', 'relationship_origin'];
  const ids = named.flatMap((table) => readFirst(rows, table));
  expect(next.get('relationship')).toBe(ids.reduce((most, id) => Math.max(most, id), 0) + 1);
  expect(next.get('feed sweep')).toBe(1);
}

/** A part of what was there, and nothing else; a table that is not whole is told of. */
function expectHonest({ rows, lost }: { readonly rows: Rows; readonly lost: readonly string[] }): void {
  for (const [table, before] of truth) {
    const known = new Set(before);
    const after = rows.get(table) ?? [];
    const invented = after.filter((row) => !known.has(row));
    const isAnew = lost.includes(table) && ['connection', 'counter'].includes(table); // as a new file has them
    if (!isAnew) expect(invented).toEqual([]);
    else if (table === 'counter') expectCountersAbove(rows);
    if (after.length < before.length) expect(lost).toContain(table);
  }
}

function expectSame(rows: Rows): void {
  for (const [table, before] of truth)
    expect([table, rows.get(table)?.length]).toEqual([table, before.length]);
  expectHonest({ rows, lost: [] });
}

async function expectWhole(damaged: string): Promise<void> {
  const { rows, lost, made } = await recoverRows(damaged);
  expect(lost).toEqual([]);
  expectSame(rows);
  const db = openReading({ path: made, nativeBinding: sqliteBinding });
  expect(checkWorkspace(db)).toEqual([]);
  db.close();
}

describe('a recovery reads all rows where damage hit only', () => {
  test.each([
    ['the header of the file', { from: 0, to: 100 }],
    ['the first page', {}],
    ['the upper page of the list of tables', { from: 100 }],
    ['the list of unused pages and the list of tables', { from: 32, to: 4096 }],
  ])('%s', async (_, bytes) => {
    await expectWhole(wound(path, [{ page: 1, ...bytes }]));
  });

  test('all but the upper page of the list of tables', async () => {
    await expectWhole(
      wound(
        path,
        schemaLeaves.map((page) => ({ page })),
      ),
    );
  });

  test.each([0, 1, 2, 3, 4])('part %i of the list of tables', async (index) => {
    await expectWhole(wound(path, [{ page: schemaLeaves[index] ?? 0 }]));
  });

  test.each([
    ['a table', /CREATE TABLE intent/],
    ['an index', /CREATE INDEX intent_by_target/],
  ])('the text of %s', async (_, text) => {
    const damaged = wound(path, []);
    const db = openBeside({ path: damaged, nativeBinding: sqliteBinding });
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.prepare("UPDATE sqlite_schema SET sql = 'CREATE nothing' WHERE sql LIKE ?").run(`${text.source}%`);
    db.close();
    await expectWhole(damaged);
  });
});

test('a change that still lies in the log beside the file is not lost', async () => {
  const db = openBeside({ path: wound(path, []), nativeBinding: sqliteBinding });
  db.exec("UPDATE entity SET name = 'Renamed' WHERE id = 3");
  const copy = wound(db.name, [{ page: 1 }]);
  copyFileSync(`${db.name}-wal`, `${copy}-wal`);
  db.close();
  const { rows, lost } = await recoverRows(copy);
  expect(lost).toEqual([]);
  expect(rows.get('entity')?.filter((row) => row.includes('"Renamed"'))).toHaveLength(1);
});

test('rows whose upper pages are lost with the list of tables are put together again, and doubt is told', async () => {
  const upper = ['entity', 'relationship'].flatMap((name) => readPagesOf(path, name, ['internal']));
  const damaged = wound(
    path,
    [...upper, ...schemaLeaves.slice(0, 1)].map((page) => ({ page })),
  );
  const { rows, tables } = await recoverRows(damaged);
  expectSame(rows);
  for (const table of ['entity', 'relationship']) {
    const found = tables.find((one) => one.table === table);
    expect(found?.unreadable).toEqual(['perhaps a part of the table']);
  }
});

test('counters that are lost go on above all ids that are left', async () => {
  const [page = 0] = readPagesOf(path, 'counter', ['leaf']);
  const { rows, lost, made } = await recoverRows(wound(path, [{ page }]));
  expect(lost).toContain('counter');
  expect(rows.get('counter')).toEqual(truth.get('counter'));
  const { db, close } = openWorkspace({ path: made, nativeBinding: sqliteBinding });
  expect(readLastRelationshipId(db)).toBeGreaterThanOrEqual(90_002);
  expect(allocateRelationshipId(db)).toBe(90_003);
  close();
});

test('a file that is no workspace gives nothing, and nothing of the attempt stays', async () => {
  const foreign = join(createTempFolder(), 'picture.weft');
  const random = createRandom(5);
  writeFileSync(foreign, Buffer.from(Array.from({ length: 40_960 }, () => pickNumber(random, 0, 255))));
  await expect(recoverRows(foreign)).rejects.toThrow(/picture\.weft is damaged \(neither its list of tables/);
  expect(readdirSync(dirname(foreign))).toEqual(['picture.weft']);
});

/** What damage leaves: nothing, ones, noise, or another page of the file. */
function drawWounds(random: () => number): Wound[] {
  const pages = countPages(path);
  return Array.from({ length: pickNumber(random, 1, 12) }, () => {
    // the list of tables more often than its few pages would be hit by chance
    const page = random() < 0.4 ? pickOne(random, [1, ...schemaLeaves]) : pickNumber(random, 1, pages);
    const by = pickOne(random, [() => 0, () => 0xff, () => pickNumber(random, 0, 255)]);
    const from = page === 1 && random() < 0.5 ? 100 : 0;
    return { page, from, by };
  });
}

/** 193: a table whose only page and whose row of the list were lost was taken for an empty one. */
const seeds = [...Array.from({ length: 24 }, (_, index) => index + 1), 193];

test.each(seeds)(
  'whatever pages are damaged, nothing is invented, what is lost is told, and what is made is sound (seed %i)',
  async (seed) => {
    const result = await recoverRows(wound(path, drawWounds(createRandom(seed))));
    expectHonest(result);
    const db = openReading({ path: result.made, nativeBinding: sqliteBinding });
    expect(checkWorkspace(db)).toEqual([]);
    db.close();
  },
);
