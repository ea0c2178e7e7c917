import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createBackend } from '../../../src-main/backend/index.ts';
import { checkWorkspace } from '../../../src-main/backend/store/check.ts';
import { createWorkspace, openWorkspace } from '../../../src-main/backend/store/database.ts';
import { readVersion, shippedMigrations } from '../../../src-main/backend/store/migrate.ts';
import { packFacts } from '../../../src-main/backend/store/migrations/0013-pack-facts.ts';
import { views } from '../../../src-main/backend/store/migrations/0014-views.ts';
import { createPlainPorts } from '../../support/plain-ports.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { createSmallPlant, NOW, sqliteBinding } from '../../support/workspace.ts';

const beforePackFacts = shippedMigrations.slice(0, shippedMigrations.indexOf(packFacts));
const beforeViews = shippedMigrations.slice(0, shippedMigrations.indexOf(views));

const pack = JSON.stringify([[7, 1, 2, null, 1]]);

/** What every version has had since then: two entities, an import in the history, and two views. */
const rows = `
  INSERT INTO entity (id, connection_id, kind, remote_id, lookup_id, name, presence, fields, first_seen_at)
  VALUES (1, 0, 'asset', '1', '1', 'One', 'listed', '[]', '${NOW}'),
    (2, 0, 'asset', '2', '2', 'Two', 'listed', '[]', '${NOW}');
  INSERT INTO history (id, at, actor, label, state) VALUES (1, '${NOW}', 'user', 'Import a.csv', 'done');
  INSERT INTO view (id, name, definition, made_at)
  VALUES (1, 'Pumps', '{}', '${NOW}'), (2, 'Valves', '{}', '${NOW}');
  INSERT INTO view_position (view_id, entity_id, x, y) VALUES (1, 1, 2.5, -3), (2, 2, 0, 1);`;

/** A closed file made by these migrations, with what `fill` puts into it; nothing looks after its references. */
function makeFile(migrations: readonly string[], fill: (db: Database.Database) => void): string {
  const path = join(createTempFolder(), 'old.weft');
  const workspace = createWorkspace({ path, nativeBinding: sqliteBinding, migrations });
  workspace.db.pragma('foreign_keys = OFF');
  workspace.db.exec(rows);
  fill(workspace.db);
  workspace.close();
  return path;
}

/** A file from before the facts of packs, with one pack. */
const makeOld = (body: string): string =>
  makeFile(beforePackFacts, (db) =>
    db.prepare("INSERT INTO history_pack VALUES (1, 0, 'relationships', ?)").run(body),
  );

async function recover(path: string) {
  const backend = createBackend(createPlainPorts({}));
  onTestFinished(() => backend.close());
  const into = join(createTempFolder(), 'recovered.weft');
  const result = await backend.request('workspace:recover', { path, into });
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  const beside = readdirSync(dirname(into));
  const { db, ...workspace } = openWorkspace({ path: into, nativeBinding: sqliteBinding });
  onTestFinished(() => workspace.close());
  const { tables } = result.value;
  const lost = tables.filter(({ unreadable }) => unreadable.length > 0);
  return {
    db,
    beside,
    into: basename(into),
    tables,
    lost,
    read: (sql: string) => db.prepare(sql).raw().all(),
  };
}

describe('of a file of an older version', () => {
  test('keeps its packed history and its views, and is of the newest version', async () => {
    const { db, lost, read, beside, into } = await recover(makeOld(pack));
    expect(lost).toEqual([]);
    expect(readVersion(db)).toBe(shippedMigrations.length);
    expect(read('SELECT * FROM history_pack')).toEqual([[1, 0, 'relationships', 1, 1, 7, 7, pack]]);
    expect(read('SELECT v.name, p.entity_id FROM view v JOIN view_position p ON p.view_id = v.id')).toEqual([
      ['Pumps', 1],
      ['Valves', 2],
    ]);
    expect(checkWorkspace(db)).toEqual([]);
    expect(beside).toEqual([into]);
  });

  test('that cannot be brought to the newest says what did not fit, and keeps the rest', async () => {
    const { db, lost, read } = await recover(makeOld('[5]'));
    expect(lost).toEqual([
      { table: 'history_pack', rows: 0, unreadable: ['a part of the table'] },
      { table: 'history_view', rows: 0, unreadable: ['the whole table'] },
      { table: 'relationship_origin', rows: 0, unreadable: ['the whole table'] },
      { table: 'sync_run', rows: 0, unreadable: ['the whole table'] },
      { table: 'view', rows: 1, unreadable: ['2'] },
      { table: 'view_missing', rows: 0, unreadable: ['the whole table'] },
      { table: 'view_position', rows: 1, unreadable: ['1 row of what was lost elsewhere'] },
    ]);
    expect(read('SELECT id, name FROM entity ORDER BY id')).toEqual([
      [1, 'One'],
      [2, 'Two'],
    ]);
    expect(checkWorkspace(db)).toEqual([]);
  });
});

test.each([
  ['newer', shippedMigrations.length + 1],
  ['unknown', 0],
])(
  'of a file of a version that is %s brings over what this one knows and names the rest',
  async (_, version) => {
    const path = makeFile(beforeViews, (db) => {
      db.exec('CREATE TABLE later (id INTEGER PRIMARY KEY)');
      db.exec("UPDATE view SET name = name || ' of before'");
      db.exec('DELETE FROM view WHERE id = 2; DELETE FROM view_position WHERE view_id = 2');
      db.pragma(`user_version = ${version}`);
    });
    const { db, lost, read } = await recover(path);
    expect(lost).toMatchObject([
      { table: 'history_view', unreadable: ['the whole table'] },
      { table: 'relationship_origin', unreadable: ['the whole table'] },
      { table: 'sync_run', unreadable: ['the whole table'] },
      { table: 'view_missing', unreadable: ['the whole table'] },
      { table: 'later', rows: 0, unreadable: ['the whole table'] },
    ]);
    expect(read('SELECT name FROM view')).toEqual([['Pumps of before']]);
    expect(readVersion(db)).toBe(shippedMigrations.length);
  },
);

test('what names a row that was lost goes with it, by row id or not, and so does what names that', async () => {
  const path = makeFile(beforeViews, (db) => {
    db.exec(`
      INSERT INTO history (id, at, actor, label, state, reverts)
      VALUES (2, '${NOW}', 'user', 'Of a lost one', 'done', 9), (3, '${NOW}', 'user', 'Of none', 'done', NULL);
      INSERT INTO history_change (history_id, at, relationship_id, connection_id, source_id, target_id,
        before_present, after_present) VALUES (9, '${NOW}', 1, 0, 1, 2, 0, 1), (3, '${NOW}', 1, 0, 1, 2, 0, 1);
      INSERT INTO history_pack VALUES (2, 0, 'relationships', 1, 1, 7, 7, '${pack}'),
        (3, 0, 'relationships', 1, 1, 7, 7, '${pack}');
      INSERT INTO view_position (view_id, entity_id, x, y) VALUES (1, 2, 0, 0), (9, 2, 0, 0);
      DELETE FROM entity WHERE id = 1;`);
  });
  const { db, read } = await recover(path);
  expect(read('SELECT id FROM history ORDER BY id')).toEqual([[1], [3]]);
  expect(read('SELECT history_id FROM history_change')).toEqual([[3]]);
  expect(read('SELECT history_id FROM history_pack')).toEqual([[3]]);
  expect(read('SELECT view_id, entity_id FROM view_position ORDER BY view_id')).toEqual([
    [1, 2],
    [2, 2],
  ]);
  expect(checkWorkspace(db)).toEqual([]);
});

test('an origin that is damaged is lost and told of, not taken over', async () => {
  const { db, workspace, building } = createSmallPlant();
  db.prepare(`UPDATE entity SET origin = '{"connection":"Plant","id' WHERE id = ?`).run(building);
  db.exec(`INSERT INTO relationship_origin (relationship_id, origin)
    VALUES (7, '{"remoteId":null,"madeAt":null,"confirmed":[]}'), (8, '{"remoteId":nul')`);
  workspace.close();
  const { lost, read } = await recover(workspace.path);
  expect(lost).toMatchObject([
    { table: 'entity', unreadable: [String(building)] },
    { table: 'relationship_origin', rows: 1, unreadable: ['8'] },
  ]);
  expect(read('SELECT relationship_id FROM relationship_origin')).toEqual([[7]]);
});
