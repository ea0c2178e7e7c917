import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { openWorkspace, type Workspace } from '../../../src-main/backend/store/database.ts';
import { migrate, readVersion, shippedMigrations } from '../../../src-main/backend/store/migrate.ts';
import { addSynced, createSmallPlant, readSeen, sqliteBinding } from '../../support/workspace.ts';

const addNote = [...shippedMigrations, "ALTER TABLE entity ADD COLUMN note TEXT NOT NULL DEFAULT ''"];
const addNoteThenFail = [...addNote, 'CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1);'];

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
    expect(readVersion(db)).toBe(2);
    expect(readSeen(db)).toEqual(seen);
    expect(db.prepare('SELECT COUNT(*) FROM entity WHERE note = ?').pluck().get('')).toBe(5);
    const copy = openWith(`${path}.before-v2`, shippedMigrations);
    expect(readVersion(copy.db)).toBe(1);
    expect(readSeen(copy.db)).toEqual(seen);
  });

  test('no copy is made where nothing is migrated', () => {
    const { path } = makeFilled();
    openWith(path, shippedMigrations);
    expect(readdirSync(dirname(path)).filter((name) => name.includes('before'))).toEqual([]);
  });

  test('a copy that was never finished is no copy and stands in nobody’s way', () => {
    const { path, seen } = makeFilled();
    writeFileSync(`${path}.before-v2-unfinished`, 'half');
    openWith(path, addNote);
    expect(existsSync(`${path}.before-v2-unfinished`)).toBe(false);
    expect(readSeen(openWith(`${path}.before-v2`, shippedMigrations).db)).toEqual(seen);
  });

  test('a migration that fails leaves the version before it, whole', () => {
    const { path, seen } = makeFilled();
    expect(() => openWith(path, addNoteThenFail)).toThrow(
      expect.objectContaining({ kind: 'workspace-damaged' }),
    );
    const { db } = openWith(path, addNote);
    expect(readVersion(db)).toBe(2);
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
