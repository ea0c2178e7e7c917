import { expect, test } from 'vitest';
import { PAGE, readAllAfter } from '../../../src-main/backend/command-line/client.ts';

test.each([0, 1, PAGE, PAGE + 1, 2 * PAGE])(
  'a list of %i rows is read whole, each page after the last row of the one before',
  async (count) => {
    const all = Array.from({ length: count }, (_, index) => ({ id: index * 3 + 1 }));
    const asked: (number | null)[] = [];
    const rows = await readAllAfter<{ id: number }>(async ({ offset, limit, after }) => {
      asked.push(after);
      expect(offset).toBe(0);
      return { rows: all.filter(({ id }) => after === null || id > after).slice(0, limit) };
    });
    expect(rows).toEqual(all);
    expect(asked).toHaveLength(Math.floor(count / PAGE) + 1);
  },
);
