import { expect, test } from 'vitest';
import { toError, toFailure } from '../../../src-main/backend/care/failures.ts';
import { toWireError } from '../../../src-main/backend/errors.ts';

const kept = 'No backup was made, and the workspace was not changed.';

/** How Node throws what a call to the system answered. */
const systemError = (code: string) =>
  Object.assign(new Error(`${code}: told by a call`), { code, syscall: 'write' });

test.each([
  ['ENOSPC', 'disk-full', 'Free some space'],
  ['EDQUOT', 'disk-full', 'Free some space'],
  ['EACCES', 'workspace-read-only', 'writable'],
  ['EPERM', 'workspace-read-only', 'writable'],
  ['EROFS', 'workspace-read-only', 'writable'],
])('%s while a backup is written is told as %s, with what was kept', (system, code, next) => {
  const failure = structuredClone(toFailure(systemError(system)));
  const told = toWireError(toError('backup', failure), 'workspace:backup', () => undefined);
  expect(told.code).toBe(code);
  expect(told.message).toContain(kept);
  expect(told.message).toContain(next);
});

test('what else the system answered stays what nobody expected', () => {
  const error = toError('backup', toFailure(systemError('ENAMETOOLONG')));
  expect(toWireError(error, 'workspace:backup', () => undefined).code).toBe('internal');
});
