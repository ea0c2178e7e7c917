import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import { replaceWorkspace, toIncoming } from '../../../src-main/backend/store/restore.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { createSmallPlant, NOW, sqliteBinding } from '../../support/workspace.ts';

const LATER = '2026-03-02T10:00:00.000Z';

/** A closed workspace, alone in its folder, with a backup that is to take its place. */
function makeWorkspace() {
  const { workspace } = createSmallPlant();
  workspace.close();
  const path = join(createTempFolder(), 'plant.weft');
  copyFileSync(workspace.path, path);
  const bringIn = () => copyFileSync(workspace.path, toIncoming(path));
  bringIn();
  return { path, bringIn, bytes: readFileSync(path) };
}

/** As it is where the program is killed before the last step. */
function replaceUntilKilled(path: string, now: string): void {
  replaceWorkspace(path, toIncoming(path), now);
  renameSync(path, toIncoming(path));
}

function open(path: string): void {
  openWorkspace({ path, nativeBinding: sqliteBinding }).close();
}

const list = (path: string) => readdirSync(dirname(path)).filter((name) => !name.endsWith('-lock'));

describe('a restore that was cut off', () => {
  test('is undone by opening the workspace, and nothing of it stays', () => {
    const { path } = makeWorkspace();
    replaceUntilKilled(path, NOW);
    open(path);
    expect(list(path)).toEqual([basename(path)]);
  });

  test('puts back what it had moved aside and not what an earlier or a later one had', () => {
    const { path, bringIn } = makeWorkspace();
    const before = replaceWorkspace(path, toIncoming(path), NOW) ?? '';
    bringIn();
    replaceUntilKilled(path, LATER);
    const ahead = `${path}.replaced-2031-01-01T00-00-00.000Z`;
    copyFileSync(before, ahead);
    open(path);
    expect(list(path)).toEqual([path, before, ahead].map((file) => basename(file)));
  });

  test('while it copied brings back no workspace that was replaced long ago', () => {
    const { path } = makeWorkspace();
    const old = replaceWorkspace(path, toIncoming(path), NOW) ?? '';
    writeFileSync(toIncoming(path), 'the start of a backup');
    renameSync(path, join(createTempFolder(), 'moved.weft'));
    expect(() => open(path)).toThrow(`There is no file ${path}.`);
    expect(existsSync(old)).toBe(true);
  });
});

test('a backup that cannot take its place leaves the workspace where it was, with what lies beside it', () => {
  const { path, bytes } = makeWorkspace();
  writeFileSync(`${path}-wal`, 'a log');
  // what comes in is moved aside with the workspace, so that it is gone once its turn has come
  expect(() => replaceWorkspace(path, `${path}-wal`, NOW)).toThrow('ENOENT');
  expect(readFileSync(path)).toEqual(bytes);
  expect(readFileSync(`${path}-wal`, 'utf8')).toBe('a log');
  expect(list(path)).toEqual(['plant.weft', 'plant.weft-incoming', 'plant.weft-wal']);
});
