import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  all,
  column,
  count,
  first,
  type ReadableDb,
  rowByRow,
  tupleByTuple,
  tuples,
  watchSlowReads,
} from '../../../src-main/backend/store/sql.ts';
import { createSmallPlant } from '../../support/workspace.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const sql = 'SELECT id FROM relationship WHERE target_id = :target';
const secret = { target: 48213 };
const counting = 'SELECT COUNT(*) FROM relationship WHERE target_id = :target';

test.each<[string, (db: ReadableDb) => unknown]>([
  ['all rows', (db) => all(db, sql, secret)],
  ['all rows as arrays', (db) => tuples(db, sql, secret)],
  ['a column', (db) => column(db, sql, secret)],
  ['a column row by row', (db) => [...rowByRow(db, sql, secret)]],
  ['rows row by row', (db) => [...tupleByTuple(db, sql, secret)]],
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

describe('of a read row by row', () => {
  /** Entities row by row, by a clock of its own: each takes SQLite so long. */
  function prepare(perRow: number) {
    const { db } = createSmallPlant();
    const told: string[] = [];
    let now = 0;
    const pass = (milliseconds: number): number => {
      now += milliseconds;
      return 1;
    };
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    db.function('pass', () => pass(perRow));
    watchSlowReads(db, (line) => told.push(line), 1000);
    return { rows: rowByRow<number>(db, 'SELECT id FROM entity WHERE pass() = 1'), pass, told };
  }

  test('the time that SQLite takes for all rows counts, and is told once', () => {
    const { rows, told } = prepare(300);
    expect([...rows]).toHaveLength(5);
    expect(told).toEqual([
      expect.stringMatching(/^slow read, 1500 ms: SCAN entity .*\| SELECT id FROM entity/),
    ]);
  });

  test('what is done with the rows, or while others have their turn, does not', () => {
    const { rows, pass, told } = prepare(1);
    for (const _ of rows) pass(5000);
    expect(told).toEqual([]);
  });

  test('it is told where nobody wants the rest', () => {
    const { rows, told } = prepare(600);
    for (const id of rows) if (id === 2) break;
    expect(told).toEqual([expect.stringMatching(/^slow read, 1200 ms: /)]);
  });

  test('and not told where the read failed', () => {
    const { db } = createSmallPlant();
    const told: string[] = [];
    watchSlowReads(db, (line) => told.push(line), -1);
    db.function('refuse', () => {
      throw new Error('no more');
    });
    expect(() => [...rowByRow(db, 'SELECT id FROM entity WHERE refuse() = 1')]).toThrow('no more');
    expect(told).toEqual([]);
  });
});
