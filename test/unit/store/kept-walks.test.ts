import { describe, expect, test } from 'vitest';
import { walkOnce } from '../../../src-main/backend/store/kept-walks.ts';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { addConnection, addEntity, createTempWorkspace } from '../../support/workspace.ts';

/** How a walk that finds so many of 200 entities, from one on, is kept. */
function keep(many: number, from: number) {
  const { db } = createTempWorkspace();
  const connection = addConnection(db, 'plant');
  const ids = Array.from({ length: 200 }, (_, n) => addEntity(db, connection, `e${n}`));
  const found = ids.slice(from, from + many);
  const walk = function* () {
    yield;
    return found;
  };
  return { found, kept: runToEnd(walkOnce(db, null, walk)) };
}

describe('what a walk has found', () => {
  test.each([
    ['the first of all', 0],
    ['the last of all', 195],
  ])('is a list where it is few: %s', (_, from) => {
    const { found, kept } = keep(5, from);
    expect(kept).toBe(JSON.stringify(found));
  });

  test('is a byte for each entity where it is many', () => {
    expect(keep(50, 100).kept).toBeInstanceOf(Buffer);
  });
});
