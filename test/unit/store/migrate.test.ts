import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { openWorkspace, type Workspace } from '../../../src-main/backend/store/database.ts';
import {
  migrate,
  readVersion,
  shippedMigrations,
  toCopyPath,
} from '../../../src-main/backend/store/migrate.ts';
import { queries } from '../../../src-main/backend/store/migrations/0008-queries.ts';
import { fullHistory } from '../../../src-main/backend/store/migrations/0009-full-history.ts';
import { relationshipFlags } from '../../../src-main/backend/store/migrations/0011-relationship-flags.ts';
import { ends } from '../../../src-main/backend/store/migrations/0012-ends.ts';
import { packFacts } from '../../../src-main/backend/store/migrations/0013-pack-facts.ts';
import { toldTimes } from '../../../src-main/backend/store/migrations/0015-told-times.ts';
import { syncRuns } from '../../../src-main/backend/store/migrations/0016-sync-runs.ts';
import { sweepsGoOn } from '../../../src-main/backend/store/migrations/0017-sweeps-go-on.ts';
import { origins } from '../../../src-main/backend/store/migrations/0018-origins.ts';
import { plantRow, toAssetRows } from '../../support/plain-rows.ts';
import { addSynced, createSmallPlant, NOW, readSeen, sqliteBinding } from '../../support/workspace.ts';

const addNote = [...shippedMigrations, "ALTER TABLE entity ADD COLUMN note TEXT NOT NULL DEFAULT ''"];
const NEXT = addNote.length;
const addNoteThenFail = [...addNote, 'CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1);'];

/** A file of the version before a migration, and what brings it on by that one. */
function openBefore(migration: string) {
  const db = openMemory();
  const before = shippedMigrations.indexOf(migration);
  migrate(db, shippedMigrations.slice(0, before));
  return { db, migrateOn: () => migrate(db, shippedMigrations.slice(0, before + 1)) };
}

function openMemory(): Database.Database {
  const db = new Database(':memory:', sqliteBinding === null ? {} : { nativeBinding: sqliteBinding });
  onTestFinished(() => {
    db.close();
  });
  return db;
}

/** A closed workspace with synced, pending and local relationships, and what is seen of them. */
function makeFilled() {
  const small = createSmallPlant();
  const { db, context, building, boiler, pump, elsewhere, workspace } = small;
  addSynced(small, building, boiler);
  relate(context, { sourceId: boiler, targetId: pump, type: 'feeds', local: false });
  relate(context, { sourceId: pump, targetId: elsewhere, type: null, local: false });
  const seen = readSeen(db);
  workspace.close();
  return { path: workspace.path, seen };
}

function openWith(path: string, migrations: readonly string[]): Workspace {
  const workspace = openWorkspace({ path, nativeBinding: sqliteBinding, migrations });
  onTestFinished(() => workspace.close());
  return workspace;
}

describe('from nothing', () => {
  test('every shipped migration runs in turn, and running them again changes nothing', () => {
    const db = openMemory();
    migrate(db);
    expect(readVersion(db)).toBe(shippedMigrations.length);
    const readSchema = () => db.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all();
    const schema = readSchema();
    migrate(db);
    expect(readSchema()).toEqual(schema);
  });

  test('every table is strict, so that a column holds only what it says', () => {
    const db = openMemory();
    migrate(db);
    const loose = db
      .prepare(
        `SELECT name FROM pragma_table_list
         WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'`,
      )
      .pluck()
      .all();
    expect(loose).toEqual([]);
  });
});

describe('from the version before, with rows', () => {
  test('rows and ids stay, and a copy of the file before is kept beside it', () => {
    const { path, seen } = makeFilled();
    const { db } = openWith(path, addNote);
    expect(readVersion(db)).toBe(NEXT);
    expect(readSeen(db)).toEqual(seen);
    expect(db.prepare('SELECT COUNT(*) FROM entity WHERE note = ?').pluck().get('')).toBe(5);
    const copy = openWith(toCopyPath(path, NEXT), shippedMigrations);
    expect(readVersion(copy.db)).toBe(shippedMigrations.length);
    expect(readSeen(copy.db)).toEqual(seen);
  });

  test('version 2 leaves a connection unproved and an intent whole [I24]', () => {
    const db = openMemory();
    migrate(db, shippedMigrations.slice(0, 1));
    db.exec(`${plantRow}
      INSERT INTO entity VALUES (1, 1, 'asset', '1', '1', 'One', 0, 'listed', '[]', '${NOW}', NULL),
        (2, 1, 'asset', '2', '2', 'Two', 0, 'listed', '[]', '${NOW}', NULL);
      INSERT INTO history VALUES (1, '${NOW}', 'user', 'Relate One → Two', 'done', NULL);
      INSERT INTO intent (relationship_id, connection_id, source_id, target_id, slot, wanted_present, base_present,
        history_id, changed_at, sent) VALUES (7, 1, 1, 2, 0, 1, 0, 1, '${NOW}', 1);`);
    migrate(db, shippedMigrations.slice(0, 2));
    expect(db.prepare('SELECT relationship_id, sent, replacing FROM intent').all()).toEqual([
      { relationship_id: 7, sent: 1, replacing: 0 },
    ]);
    expect(
      db.prepare('SELECT create_confirmed_at, read_only_reason FROM connection WHERE id = 1').get(),
    ).toEqual({ create_confirmed_at: null, read_only_reason: null });
  });

  test('version 14 gives every view an id of its own and keeps its name and places', () => {
    const db = openMemory();
    migrate(db, shippedMigrations.slice(0, 13));
    db.exec(`
      INSERT INTO entity (id, connection_id, kind, remote_id, lookup_id, name, presence, fields, first_seen_at)
      VALUES (1, 0, 'asset', '1', '1', 'One', 'listed', '[]', '${NOW}');
      INSERT INTO view VALUES (1, 'Pumps', '{}', '${NOW}'), (2, 'Valves', '{}', '${NOW}');
      INSERT INTO view_position VALUES (1, 1, 2.5, -3, 1);`);
    migrate(db, shippedMigrations.slice(0, 14));
    const views = db.prepare('SELECT id, name, key, saved_at FROM view ORDER BY id').all();
    expect(views).toEqual([
      { id: 1, name: 'Pumps', key: expect.stringMatching(/^[0-9a-f]{32}$/), saved_at: NOW },
      { id: 2, name: 'Valves', key: expect.stringMatching(/^[0-9a-f]{32}$/), saved_at: NOW },
    ]);
    expect(new Set(db.prepare('SELECT key FROM view').pluck().all()).size).toBe(2);
    expect(db.prepare('SELECT * FROM view_position').all()).toEqual([
      { view_id: 1, entity_id: 1, x: 2.5, y: -3, pinned: 1, root: null },
    ]);
  });

  test('the version of the sync runs knows of no sync that is under way and keeps the reports there are', () => {
    const { db, migrateOn } = openBefore(syncRuns);
    db.exec(`${plantRow}
      INSERT INTO report (connection_id, body) VALUES (1, '{}');`);
    migrateOn();
    expect(db.prepare('SELECT * FROM sync_run').all()).toEqual([]);
    expect(db.prepare('SELECT connection_id, body FROM report').all()).toEqual([
      { connection_id: 1, body: '{}' },
    ]);
  });

  test('the version of sweeps that go on trusts nothing that a sweep from before had read', () => {
    const { db, migrateOn } = openBefore(sweepsGoOn);
    db.exec(`${plantRow}
      INSERT INTO sweep (id, connection_id, started_at) VALUES (7, 1, '${NOW}');`);
    migrateOn();
    expect(db.prepare('SELECT id, read_kinds, went_on_at FROM sweep').all()).toEqual([
      { id: 7, read_kinds: '[]', went_on_at: null },
    ]);
  });

  test('the version of origins says of nothing from before that it came from elsewhere', () => {
    const { db, migrateOn } = openBefore(origins);
    db.exec(`${plantRow}
      INSERT INTO entity (id, connection_id, kind, remote_id, lookup_id, name, presence, fields, first_seen_at, changed_at)
      VALUES (5, 0, 'asset', 'own', 'own', 'Own', 'listed', '[]', '${NOW}', '${NOW}');`);
    migrateOn();
    expect(db.prepare('SELECT id, name, origin FROM entity').all()).toEqual([
      { id: 5, name: 'Own', origin: null },
    ]);
    expect(db.prepare('SELECT * FROM relationship_origin').all()).toEqual([]);
  });

  test('version 4 makes no placeholder of what was hidden, and none of what is listed', () => {
    const db = openMemory();
    migrate(db, shippedMigrations.slice(0, 3));
    db.exec(`${plantRow}
      INSERT INTO entity VALUES (1, 1, 'asset', '1', '1', 'One', 0, 'listed', '[]', '${NOW}', NULL),
        (2, 1, 'asset', '2', '2', 'asset 2', 0, 'unlisted', '[]', '${NOW}', NULL);`);
    migrate(db, shippedMigrations.slice(0, 4));
    expect(db.prepare('SELECT id, presence, placeholder FROM entity').all()).toEqual([
      { id: 1, presence: 'listed', placeholder: 0 },
      { id: 2, presence: 'unlisted', placeholder: 0 },
    ]);
  });

  test('a connection from before it could be managed goes on: not paused, not removed, nothing to be read first', () => {
    const db = openMemory();
    const before = shippedMigrations.findIndex((sql) => sql.includes('removed_at'));
    migrate(db, shippedMigrations.slice(0, before));
    db.exec(`INSERT INTO connection (id, name, remote, url, scope, identity, rate, created_at)
      VALUES (1, 'plant', 'clickie', 'https://example.com', '1', 'account=1', 5, '${NOW}')`);
    migrate(db, shippedMigrations.slice(0, before + 1));
    const managed =
      'SELECT identity, identity_label, paused_at, rebase_since, removed_at FROM connection WHERE id = 1';
    expect(db.prepare(managed).get()).toEqual({
      identity: 'account=1',
      identity_label: null,
      paused_at: null,
      rebase_since: null,
      removed_at: null,
    });
  });

  test('the version of the full history keeps what was changed, in its order, and says since when it is whole', () => {
    const { db, migrateOn } = openBefore(fullHistory);
    db.exec(`
      INSERT INTO history VALUES (1, '${NOW}', 'user', 'Relate One → Two', 'done', NULL),
        (2, '${NOW}', 'user', 'Remove One → Two', 'undone', NULL);
      INSERT INTO history_change VALUES (2, 0, 7, 0, 1, 2, 1, 'feeds', 0, 'feeds'),
        (1, 1, 8, 0, 2, 1, 0, NULL, 1, NULL), (1, 0, 7, 0, 1, 2, 0, NULL, 1, 'feeds');`);
    migrateOn();
    expect(
      db.prepare('SELECT history_id, relationship_id, at FROM history_change ORDER BY id').all(),
    ).toEqual([
      { history_id: 1, relationship_id: 7, at: NOW },
      { history_id: 1, relationship_id: 8, at: NOW },
      { history_id: 2, relationship_id: 7, at: NOW },
    ]);
    expect(db.prepare('SELECT state, who, reverts FROM history ORDER BY id').all()).toEqual([
      { state: 'done', who: null, reverts: null },
      { state: 'undone', who: null, reverts: null },
    ]);
    const since = db.prepare("SELECT value FROM setting WHERE key = 'history'").pluck().get();
    expect(JSON.parse(String(since))).toEqual({ since: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  test('the version of queries knows the words that are indexed, and when each entity last changed', () => {
    const { db, migrateOn } = openBefore(queries);
    db.exec(`${plantRow}
      INSERT INTO entity (id, connection_id, kind, remote_id, lookup_id, name, presence, fields, first_seen_at)
      VALUES (1, 1, 'asset', '1', '1', 'Öltank 48213', 'listed', '[]', '${NOW}');
      INSERT INTO entity_search (rowid, name, kind, remote_id, fields) VALUES (1, 'Öltank 48213', 'asset', '1', '');`);
    migrateOn();
    expect(db.prepare('SELECT word, reversed FROM search_word ORDER BY word').all()).toEqual([
      { word: 'asset', reversed: 'tessa' },
      { word: 'oltank', reversed: 'knatlo' },
    ]);
    expect(db.prepare('SELECT changed_at FROM entity').pluck().all()).toEqual([NOW]);
  });

  test('the version of flags says nothing of a relationship from before until the remote does', () => {
    const { db, migrateOn } = openBefore(relationshipFlags);
    db.exec(`
      INSERT INTO connection (id, name, remote, url, scope, rate, created_at)
      VALUES (1, 'building', 'autodesk', 'https://example.com', '1', 5, '${NOW}');
      INSERT INTO entity (id, connection_id, kind, remote_id, lookup_id, name, presence, fields, first_seen_at)
      VALUES (1, 1, 'asset', '1', '1', 'One', 'listed', '[]', '${NOW}'), (2, 1, 'issue', '2', '2', 'Two', 'listed', '[]', '${NOW}');
      INSERT INTO relationship (id, connection_id, source_id, target_id, slot, base_present, remote_id)
      VALUES (7, 1, 1, 2, 0, 1, 'there');`);
    migrateOn();
    expect(db.prepare('SELECT id, remote_id, flags FROM relationship').all()).toEqual([
      { id: 7, remote_id: 'there', flags: 0 },
    ]);
  });

  test('the version of the ends keeps every relationship, found from either end', () => {
    const { db, migrateOn } = openBefore(ends);
    db.exec(`${plantRow}${toAssetRows('One', 'Two')}
      INSERT INTO relationship (id, connection_id, source_id, target_id, slot, base_present)
      VALUES (7, 1, 1, 2, 0, 1), (8, 1, 2, 1, 0, 0), (9, 1, 2, 2, 0, 1);`);
    const readAll = () => db.prepare('SELECT * FROM relationship ORDER BY id').all();
    const rows = readAll();
    migrateOn();
    expect(readAll()).toEqual(rows);
    const idsBy = (end: string) =>
      db
        .prepare(`SELECT id FROM relationship WHERE ${end} = 2 AND base_present = 1 ORDER BY id`)
        .pluck()
        .all();
    expect([idsBy('source_id'), idsBy('target_id')]).toEqual([[9], [7, 9]]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('the version of the told times leaves what was observed as it was, and its moment unknown', () => {
    const { db, migrateOn } = openBefore(toldTimes);
    db.exec(`${plantRow}${toAssetRows('One', 'Two')}
      INSERT INTO relationship (id, connection_id, source_id, target_id, slot, base_present, observed_present,
        observed_at) VALUES (7, 1, 1, 2, 0, 1, 0, '${NOW}');`);
    migrateOn();
    expect(
      db.prepare('SELECT id, observed_present, observed_at, observed_made_at FROM relationship').all(),
    ).toEqual([{ id: 7, observed_present: 0, observed_at: NOW, observed_made_at: null }]);
  });

  test('the version of the pack facts says of every pack what is in it, and changes none of its rows', () => {
    const { db, migrateOn } = openBefore(packFacts);
    const entity = { kind: 'asset', localId: '1', name: 'One', archived: false, fields: [] };
    const bodies = [
      JSON.stringify([
        { id: 9, before: null, after: entity },
        { id: 4, before: entity, after: null },
      ]),
      '[[7,1,2,null,1],[8,2,1,3,1],[5,1,1,3,0]]',
    ];
    db.exec(
      `INSERT INTO history (id, at, actor, label, state) VALUES (1, '${NOW}', 'user', 'Import a.csv', 'done')`,
    );
    const insert = db.prepare('INSERT INTO history_pack VALUES (1, ?, ?, ?)');
    insert.run(0, 'entities', bodies[0]);
    insert.run(1, 'relationships', bodies[1]);
    migrateOn();
    expect(db.prepare('SELECT * FROM history_pack ORDER BY position').raw().all()).toEqual([
      [1, 0, 'entities', 2, 1, 4, 9, bodies[0]],
      [1, 1, 'relationships', 3, 2, 5, 8, bodies[1]],
    ]);
    expect(db.prepare("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'kept_pack'").pluck().get()).toBe(0);
  });

  test('no copy is made where nothing is migrated', () => {
    const { path } = makeFilled();
    openWith(path, shippedMigrations);
    expect(readdirSync(dirname(path)).filter((name) => name.includes('before'))).toEqual([]);
  });

  test('a copy that was never finished is no copy and stands in nobody’s way', () => {
    const { path, seen } = makeFilled();
    writeFileSync(`${toCopyPath(path, NEXT)}-unfinished`, 'half');
    openWith(path, addNote);
    expect(existsSync(`${toCopyPath(path, NEXT)}-unfinished`)).toBe(false);
    expect(readSeen(openWith(toCopyPath(path, NEXT), shippedMigrations).db)).toEqual(seen);
  });

  test('a migration that fails leaves the version before it, whole', () => {
    const { path, seen } = makeFilled();
    expect(() => openWith(path, addNoteThenFail)).toThrow(
      expect.objectContaining({ kind: 'workspace-damaged' }),
    );
    const { db } = openWith(path, addNote);
    expect(readVersion(db)).toBe(NEXT);
    expect(db.prepare("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'half'").pluck().get()).toBe(0);
    expect(readSeen(db)).toEqual(seen);
  });

  test('a migrated file is refused by the program before it, and not touched', () => {
    const { path } = makeFilled();
    openWith(path, addNote).close();
    const before = readFileSync(path);
    expect(() => openWith(path, shippedMigrations)).toThrow(
      expect.objectContaining({ kind: 'workspace-newer' }),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
