import { expect, test } from 'vitest';
import { toWireError } from '../../../src-main/backend/errors.ts';
import { StoreError } from '../../../src-main/backend/store/errors.ts';

/** How better-sqlite3 throws: an Error with SQLite's extended code. */
const sqliteError = (code: string) => Object.assign(new Error(`told by ${code}`), { code });

function toCode(error: unknown): { code: string; logged: number } {
  const lines: string[] = [];
  const { code } = toWireError(error, 'entities:page', (line) => lines.push(line));
  return { code, logged: lines.length };
}

test.each([
  ['SQLITE_FULL', 'disk-full'],
  ['SQLITE_READONLY', 'workspace-read-only'],
  ['SQLITE_READONLY_DBMOVED', 'workspace-read-only'],
  ['SQLITE_IOERR_WRITE', 'disk-failed'],
  ['SQLITE_IOERR', 'disk-failed'],
  ['SQLITE_CANTOPEN', 'workspace-read-only'],
  ['SQLITE_CORRUPT', 'workspace-damaged'],
  ['SQLITE_CORRUPT_INDEX', 'workspace-damaged'],
  ['SQLITE_NOTADB', 'workspace-damaged'],
  ['SQLITE_MISUSE', 'internal'],
])('%s crosses the contract as %s and is logged', (sqlite, code) => {
  expect(toCode(sqliteError(sqlite))).toEqual({ code, logged: 1 });
});

test('what the disk did is logged without a stack, which is for defects', () => {
  const toLog = (error: Error) => {
    const lines: string[] = [];
    toWireError(error, 'import:commit', (line) => lines.push(line));
    return lines.join();
  };
  expect(toLog(sqliteError('SQLITE_FULL'))).toBe('import:commit: told by SQLITE_FULL');
  expect(toLog(new Error('a defect'))).toMatch(/a defect\n +at /);
});

test('what the store refuses crosses by its kind and is no news for the log', () => {
  expect(toCode(new StoreError('workspace-in-use', 'open elsewhere'))).toEqual({
    code: 'workspace-in-use',
    logged: 0,
  });
});

test('an unknown error tells nothing of itself', () => {
  const { code, message } = toWireError(new Error('secret detail'), 'entities:page', () => undefined);
  expect(code).toBe('internal');
  expect(message).not.toContain('secret detail');
});
