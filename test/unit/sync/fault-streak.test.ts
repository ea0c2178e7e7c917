import { describe, expect, test } from 'vitest';
import { RemoteError } from '../../../src-main/backend/remote/errors.ts';
import { createFaultStreak } from '../../../src-main/backend/sync/fault-streak.ts';

const fault = new RemoteError('server-fault', 'Status 500.');
const no = new RemoteError('refused', 'Status 404.');

describe('[I17] a remote that keeps failing', () => {
  test('is left in peace after the eighth failure in a row', () => {
    const streak = createFaultStreak();
    for (let n = 0; n < 7; n += 1) streak.note(fault);
    expect(() => streak.note(fault)).toThrow(/8 times in a row/);
  });

  test.each([
    ['something that goes well', null],
    ['a plain no', no],
  ])('is asked on after %s in between', (_, answer) => {
    const streak = createFaultStreak();
    for (let n = 0; n < 7; n += 1) streak.note(fault);
    streak.note(answer);
    expect(() => streak.note(fault)).not.toThrow();
  });
});
