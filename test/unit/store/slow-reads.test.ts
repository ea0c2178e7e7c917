import { expect, test } from 'vitest';
import {
  all,
  column,
  count,
  first,
  type ReadableDb,
  tuples,
  watchSlowReads,
} from '../../../src-main/backend/store/sql.ts';
import { createSmallPlant } from '../../support/workspace.ts';

const sql = 'SELECT id FROM relationship WHERE target_id = :target';
const secret = { target: 48213 };
const counting = 'SELECT COUNT(*) FROM relationship WHERE target_id = :target';

test.each<[string, (db: ReadableDb) => unknown]>([
  ['all rows', (db) => all(db, sql, secret)],
  ['all rows as arrays', (db) => tuples(db, sql, secret)],
  ['a column', (db) => column(db, sql, secret)],
  ['the first row', (db) => first(db, sql, secret)],
  ['a count', (db) => count(db, counting, secret)],
])('a slow read of %s is told with its plan and without its values', (_, read) => {
  const { db } = createSmallPlant();
  const told: string[] = [];
  // every read is slower than this
  watchSlowReads(db, (line) => told.push(line), -1);
  read(db);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /^slow read, \d+ ms: SEARCH relationship USING COVERING INDEX relationship_by_target \(target_id=\?\) \| SELECT /,
  );
  expect(told[0]).not.toContain('48213');
});

test('a read that is quick is not told', () => {
  const { db } = createSmallPlant();
  const told: string[] = [];
  watchSlowReads(db, (line) => told.push(line), Number.POSITIVE_INFINITY);
  first(db, sql, secret);
  expect(told).toEqual([]);
});
