import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import { visible } from '../../../src-main/backend/store/shown.ts';
import { column, transaction, tuples } from '../../../src-main/backend/store/sql.ts';
import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { createRandom, pickOne, pickSome } from '../../servers/shared/random.ts';
import { readExpansion, readGroups } from '../../support/at-once.ts';
import { writeLargeWorkspace } from '../../support/large-workspace.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { sqliteBinding, toContext } from '../../support/workspace.ts';

/** A workspace with hubs, and with relationships that are new, removed and kept here only. */
function prepare() {
  const path = join(createTempFolder(), 'large.weft');
  // hubs of more than is read in one go
  const hubs = { count: 2, degree: 2200 };
  writeLargeWorkspace({ path, entities: 2500, relationships: 6000, hubs });
  const workspace = openWorkspace({ path, nativeBinding: sqliteBinding });
  onTestFinished(() => workspace.close());
  const { db } = workspace;
  const random = createRandom(41);
  const ids = column<EntityId>(db, 'SELECT id FROM entity ORDER BY id');
  const context = toContext(db);
  transaction(db, () => {
    for (const id of pickSome(random, column<RelationshipId>(db, 'SELECT id FROM relationship'), 200)) {
      unrelate(context, id);
    }
    for (const targetId of pickSome(random, ids.slice(2), 300)) {
      const type = pickOne(random, ['feeds', 'is fed by', null]);
      relate(context, { sourceId: pickOne(random, ids.slice(0, 2)), targetId, type, local: true });
    }
  });
  return { db, ids, random };
}

test('the counts by type and direction sum to the SQL count, for 1,000 random entities', () => {
  const { db, ids, random } = prepare();
  const counted = new Map(
    tuples<[EntityId, number]>(
      db,
      `SELECT id, COUNT(*) FROM (
         SELECT s.source_id AS id FROM shown_relationship s WHERE ${visible}
         UNION ALL SELECT s.target_id FROM shown_relationship s WHERE ${visible} AND s.target_id <> s.source_id)
       GROUP BY id`,
    ),
  );
  const hubs = ids.slice(0, 2);
  const asked = [...hubs, ...pickSome(random, ids.slice(2), 998)];
  expect(new Set(asked).size).toBe(1000);
  const sumOf = (groups: readonly { readonly count: number }[]) =>
    groups.reduce((sum, { count }) => sum + count, 0);
  for (const id of asked) {
    const sum = counted.get(id) ?? 0;
    expect({ id, sum: sumOf(readGroups(db, id)) }).toEqual({ id, sum });
    const page = readExpansion(db, id, null, { offset: 0, limit: 60 });
    expect({ id, sum: sumOf(page.groups) }).toEqual({ id, sum });
  }
  for (const id of hubs) {
    const groups = readGroups(db, id);
    expect(groups.length).toBeGreaterThan(2);
    expect(sumOf(groups)).toBeGreaterThan(2000);
  }
});
