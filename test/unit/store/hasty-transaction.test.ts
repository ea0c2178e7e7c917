import { describe, expect, it } from 'vitest';
import { hastyTransaction, run, transaction, type WritableDb } from '../../../src-main/backend/store/sql.ts';
import { createTempWorkspace } from '../../support/workspace.ts';

const [normal, full] = [1, 2];

function level(db: WritableDb): unknown {
  return db.pragma('synchronous', { simple: true });
}

function readCounter(db: WritableDb): unknown {
  return db.prepare("SELECT next FROM counter WHERE name = 'relationship'").pluck().get();
}

function raise(db: WritableDb): void {
  run(db, "UPDATE counter SET next = next + 1 WHERE name = 'relationship'");
}

describe('a transaction that does not wait for the disk', () => {
  it('commits, and the next one waits for the disk again', () => {
    const { db } = createTempWorkspace();
    const before = Number(readCounter(db));
    const during = hastyTransaction(db, () => {
      raise(db);
      return level(db);
    });
    expect([during, level(db)]).toEqual([normal, full]);
    expect(readCounter(db)).toBe(before + 1);
  });

  it('that throws is taken back whole, and the next one waits for the disk again', () => {
    const { db } = createTempWorkspace();
    const before = readCounter(db);
    const failing = () =>
      hastyTransaction(db, () => {
        raise(db);
        throw new Error('no');
      });
    expect(failing).toThrow('no');
    expect([readCounter(db), level(db)]).toEqual([before, full]);
  });

  it('inside another one leaves the waiting to that', () => {
    const { db } = createTempWorkspace();
    expect(transaction(db, () => hastyTransaction(db, () => level(db)))).toBe(full);
  });
});
