import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  createWorkspace,
  openWorkspace as open,
  type Workspace,
} from '../../../src-main/backend/store/database.ts';
import { StoreError, type StoreErrorKind } from '../../../src-main/backend/store/errors.ts';
import { kill, readLine, startNode } from '../../support/node-child.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { createSmallPlant, readSeen, sqliteBinding } from '../../support/workspace.ts';

const openWorkspace = (path: string): Workspace => {
  const workspace = open({ path, nativeBinding: sqliteBinding });
  onTestFinished(() => workspace.close());
  return workspace;
};

const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** The path of a closed workspace with some rows in it. */
function makeWorkspace(): string {
  const { workspace } = createSmallPlant();
  workspace.close();
  return workspace.path;
}

function refusal(body: () => unknown): StoreError {
  try {
    body();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

/** Opening is refused with this kind and a message that names the file, and no byte of it changes. */
function expectRefused(path: string, kind: StoreErrorKind, message: RegExp): void {
  const before = hash(path);
  const error = refusal(() => openWorkspace(path));
  expect(error.kind).toBe(kind);
  expect(error.message).toContain(path);
  expect(error.message).toMatch(message);
  expect(hash(path)).toBe(before);
}

describe('a file that is no workspace is refused and stays as it was', () => {
  test('a missing file', () => {
    const path = join(createTempFolder(), 'none.weft');
    expect(refusal(() => openWorkspace(path))).toMatchObject({ kind: 'workspace-missing' });
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}-lock`)).toBe(false);
  });

  test('a folder', () => {
    const path = join(createTempFolder(), 'folder.weft');
    mkdirSync(path);
    expect(refusal(() => openWorkspace(path))).toMatchObject({ kind: 'workspace-not-sqlite' });
    expect(statSync(path).isDirectory()).toBe(true);
  });

  test.each([
    ['an empty file', ''],
    ['a short text', 'hello'],
    ['a long text', 'hello '.repeat(500)],
  ])('%s', (_, text) => {
    const path = join(createTempFolder(), 'text.weft');
    writeFileSync(path, text);
    expectRefused(path, 'workspace-not-sqlite', /not a Weft workspace/);
    expect(existsSync(`${path}-lock`)).toBe(false);
  });

  test('a file of another kind whose bytes look like a page without rows', () => {
    const path = join(createTempFolder(), 'picture.weft');
    const bytes = Buffer.alloc(5 * 4096, 0xa5);
    bytes.set([13, 0, 0, 0, 0], 2 * 4096);
    writeFileSync(path, bytes);
    expectRefused(path, 'workspace-not-sqlite', /not a Weft workspace/);
  });

  test('a workspace whose first page is damaged is called so, and what to do is said', () => {
    const path = makeWorkspace();
    writeFileSync(path, readFileSync(path).fill(0xff, 0, 4096));
    expectRefused(path, 'workspace-damaged', /first page .* recover what can still be read/);
  });

  test('a SQLite database of another program', () => {
    const path = join(createTempFolder(), 'other.db');
    const db = new Database(path, sqliteBinding === null ? {} : { nativeBinding: sqliteBinding });
    db.exec('CREATE TABLE bookmarks (url TEXT); PRAGMA application_id = 12345;');
    db.close();
    expectRefused(path, 'workspace-foreign', /another program/);
  });

  test('a workspace of a newer version [I24]', () => {
    const path = makeWorkspace();
    const db = new Database(path, sqliteBinding === null ? {} : { nativeBinding: sqliteBinding });
    db.pragma('user_version = 999');
    db.close();
    expectRefused(path, 'workspace-newer', /version 999.*Update Weft/);
  });

  test('a workspace whose newer version still lies in the log beside it', () => {
    const path = makeWorkspace();
    const db = new Database(path, sqliteBinding === null ? {} : { nativeBinding: sqliteBinding });
    db.pragma('user_version = 999');
    const copy = join(createTempFolder(), 'crashed.weft');
    copyFileSync(path, copy);
    copyFileSync(`${path}-wal`, `${copy}-wal`);
    db.close();
    expectRefused(copy, 'workspace-newer', /version 999/);
  });

  test('a workspace with a second name, under which another Weft could write it', () => {
    const path = makeWorkspace();
    const second = join(createTempFolder(), 'second.weft');
    linkSync(path, second);
    for (const name of [path, second]) expectRefused(name, 'workspace-linked', /2 names.*open that/);
    rmSync(second);
    expect(openWorkspace(path).db.open).toBe(true);
  });

  test('a workspace that is marked read-only', () => {
    const path = makeWorkspace();
    chmodSync(path, 0o444);
    expectRefused(path, 'workspace-read-only', /Make it writable/);
    chmodSync(path, 0o644);
    expect(openWorkspace(path).db.open).toBe(true);
  });
});

describe('a damaged workspace is refused and stays as it was', () => {
  test.each([100, 4096, 20_000])('cut off after %i bytes', (length) => {
    const path = makeWorkspace();
    truncateSync(path, length);
    expectRefused(path, 'workspace-damaged', /restore a backup/);
  });

  test('overwritten from its second page on', () => {
    const path = makeWorkspace();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xa5, 4096, 40_960));
    expectRefused(path, 'workspace-damaged', /is damaged/);
  });

  test('a damaged table of contents', () => {
    const path = makeWorkspace();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, 100, 4096));
    expectRefused(path, 'workspace-damaged', /is damaged/);
  });

  test('the lock is free again after a refusal', () => {
    const path = makeWorkspace();
    const good = readFileSync(path);
    truncateSync(path, 20_000);
    refusal(() => openWorkspace(path));
    writeFileSync(path, good);
    expect(openWorkspace(path).db.open).toBe(true);
  });
});

describe('making a workspace', () => {
  test('a file that exists is never touched', () => {
    const path = join(createTempFolder(), 'mine.txt');
    writeFileSync(path, 'mine');
    const error = refusal(() => createWorkspace({ path, nativeBinding: sqliteBinding }));
    expect(error.kind).toBe('workspace-exists');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('a folder that is not there is named', () => {
    const path = join(createTempFolder(), 'no-folder', 'new.weft');
    const error = refusal(() => createWorkspace({ path, nativeBinding: sqliteBinding }));
    expect(error.kind).toBe('workspace-missing');
    expect(error.message).toContain('no-folder');
  });

  test('commands are committed to disk before they are acknowledged', () => {
    const { db } = createSmallPlant();
    const fullySynchronous = 2;
    expect(db.pragma('synchronous', { simple: true })).toBe(fullySynchronous);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });
});

describe('one Weft at a time', () => {
  test('a workspace that another process holds is refused, and opens once that process was killed', async () => {
    const path = makeWorkspace();
    const holder = startNode('test/support/hold-workspace.ts', [path]);
    expect(await readLine(holder)).toContain('"ok":true');
    expectRefused(path, 'workspace-in-use', /open in another Weft/);
    await kill(holder);
    expect(openWorkspace(path).db.open).toBe(true);
  });

  test('a second name for the same file is the same workspace', () => {
    const path = makeWorkspace();
    const link = join(createTempFolder(), 'link.weft');
    symlinkSync(path, link);
    openWorkspace(path);
    expect(refusal(() => openWorkspace(link)).kind).toBe('workspace-in-use');
  });

  test('what was acknowledged is there after the process was killed at once', async () => {
    const small = createSmallPlant();
    small.workspace.close();
    const ends = [String(small.building), String(small.valve)];
    const child = startNode('test/support/hold-workspace.ts', [small.workspace.path, ...ends]);
    const acknowledged = await readLine(child);
    await kill(child);
    expect(acknowledged).toContain('"state":"create"');
    expect(existsSync(`${small.workspace.path}-wal`)).toBe(true);
    const { db } = openWorkspace(small.workspace.path);
    expect(readSeen(db).outbox).toEqual(['1 create Building → Valve - create']);
  });
});
