import { beforeEach, describe, expect, test } from 'vitest';
import { judgeTargets, relate } from '../../../src-main/backend/commands/relate.ts';
import { saveType } from '../../../src-main/backend/commands/vocabulary.ts';
import { RuleError } from '../../../src-main/backend/rules/errors.ts';
import { readEntitySummaries } from '../../../src-main/backend/store/entities.ts';
import { saveLocalRelationship } from '../../../src-main/backend/store/local-relationships.ts';
import { allocateRelationshipId } from '../../../src-main/backend/store/relationships.ts';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { run, transaction } from '../../../src-main/backend/store/sql.ts';
import { saveType as saveTypeId } from '../../../src-main/backend/store/types.ts';
import { guessMapping } from '../../../src-main/backend/transfer/mapping.ts';
import { planImport } from '../../../src-main/backend/transfer/plan-import.ts';
import { readText } from '../../../src-main/backend/transfer/read-file.ts';
import { QueryCancelled, runPaced } from '../../../src-main/backend/traverse/pace.ts';
import { EntityId } from '../../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { createRandom, pickNumber, pickOne } from '../../servers/shared/random.ts';
import { toFeeds } from '../../support/rules-course.ts';
import { addEntity, createSmallPlant, NOW, type SmallPlant } from '../../support/workspace.ts';

let small: SmallPlant;
beforeEach(() => {
  small = createSmallPlant();
});

const define = (rules: Partial<RelationshipType>) => saveType(small.context, toFeeds(small.db, rules));

/** So many entities, straight into the file. */
function addEntities(count: number): EntityId[] {
  const first = addEntity(small.db, small.plant, 'first', { name: 'first' });
  const copy = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
    INSERT INTO entity (id, connection_id, kind, remote_id, lookup_id, name, presence, fields, first_seen_at)
    SELECT :first + n, connection_id, kind, 'copy ' || n, 'copy ' || n, 'copy ' || n, presence, fields, first_seen_at
    FROM entity, numbers WHERE id = :first`;
  run(small.db, copy, { count: count - 1, first });
  return Array.from({ length: count }, (_, index) => EntityId.parse(first + index));
}

/** Relates by “feeds”, judged by nobody. */
function addLinks(links: readonly (readonly [EntityId, EntityId])[], type = 'feeds'): void {
  transaction(small.db, () => {
    const typeId = saveTypeId(small.db, type);
    for (const [sourceId, targetId] of links) {
      const id = allocateRelationshipId(small.db);
      saveLocalRelationship(small.db, { id, sourceId, targetId, typeId, now: NOW });
    }
  });
}

function toImport(links: readonly (readonly [EntityId, string, EntityId])[]) {
  const named = readEntitySummaries(
    small.db,
    links.flatMap(([source, , target]) => [source, target]),
  );
  const addressOf = (id: EntityId) => named.get(id)?.address ?? '';
  const lines = links.map(
    ([source, type, target]) => `${addressOf(source)}\t${type}\t${addressOf(target)}\n`,
  );
  const sheets = runToEnd(readText('rows', `source\ttype\ttarget\n${lines.join('')}`, 'tsv'));
  const mappings = sheets.map((sheet) => guessMapping(sheet, () => false));
  const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: true };
  return planImport(small.context, sheets, settings, 'Import rows');
}

const importOne = (source: EntityId, type: string, target: EntityId) => {
  const [verdict] = runToEnd(toImport([[source, type, target]])).verdicts;
  return verdict?.code ?? 'yes';
};

const judgeOne = (sourceId: EntityId, type: string, targetId: EntityId) => {
  const [verdict] = runToEnd(
    judgeTargets(small.context, { sourceId, type, local: true, targetIds: [targetId] }),
  );
  return verdict?.code ?? 'yes';
};

/** The most relationships that one turn may read. */
const A_TURN = 5001;

describe('what an import must know of a large type', () => {
  test('is read in turns where an end has very much, and the import can be cancelled between them', async () => {
    define({ maxPerTarget: 1 });
    const [hub, other, ...spokes] = addEntities(3 * A_TURN) as [EntityId, EntityId, ...EntityId[]]; // so many were made
    addLinks(spokes.map((spoke) => [hub, spoke]));
    const plan = toImport([[hub, 'feeds', other]]);
    let turns = 0;
    for (let step = plan.next(); step.done !== true; step = plan.next()) turns += 1;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(spokes.length / A_TURN));
    const cancelled = runPaced(toImport([[hub, 'feeds', other]]), AbortSignal.abort());
    await expect(cancelled).rejects.toBeInstanceOf(QueryCancelled);
  });

  test('is read around the ends of a row alone where they have little, whatever others have', () => {
    define({ acyclic: true, maxPerTarget: 1 });
    const [hub, near, far, ...spokes] = addEntities(3 * A_TURN) as [
      EntityId,
      EntityId,
      EntityId,
      ...EntityId[],
    ]; // as above
    addLinks([...spokes.map((spoke) => [hub, spoke] as const), [near, far]]);
    const plan = toImport([[far, 'feeds', near]]);
    let turns = 0;
    for (let step = plan.next(); step.done !== true; step = plan.next()) turns += 1;
    expect(turns).toBeLessThan(5);
    expect(importOne(far, 'feeds', near)).toBe('would-make-cycle');
  });
});

describe('an import and a person get the same answer', () => {
  test('on 60 random graphs, whatever the rules of the type', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = createRandom(seed);
      const symmetric = pickOne(random, [false, false, true]);
      const most = pickOne(random, [null, 1, 2]);
      define({
        symmetric,
        inverse: symmetric ? 'feeds' : 'is fed by',
        acyclic: !symmetric && pickOne(random, [true, false]),
        duplicates: pickOne(random, [true, false]),
        impact: 'both',
        maxPerSource: most,
        maxPerTarget: symmetric ? most : pickOne(random, [null, 1, 2]),
      });
      const ids = Array.from({ length: 5 }, (_, n) => addEntity(small.db, small.plant, `${seed} ${n}`));
      const type = () => (symmetric ? 'feeds' : pickOne(random, ['feeds', 'is fed by']));
      for (let links = pickNumber(random, 0, 8); links > 0; links -= 1) {
        add(pickOne(random, ids), type(), pickOne(random, ids));
      }
      for (let asked = 0; asked < 8; asked += 1) {
        const [source, by, target] = [pickOne(random, ids), type(), pickOne(random, ids)];
        const code = judgeOne(source, by, target);
        expect({ seed, asked, code: importOne(source, by, target) }).toEqual({ seed, asked, code });
        seen.add(code);
      }
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(['yes', 'would-make-cycle', 'too-many-of-source', 'duplicate-type']),
    );
  });

  test('where too much is related to be sure that there is no circle, and where one side of it is small', () => {
    define({ acyclic: true });
    const [into, out, leaf, ...others] = addEntities(100_010) as [
      EntityId,
      EntityId,
      EntityId,
      ...EntityId[],
    ]; // so many were made
    const half = others.length / 2;
    addLinks(others.map((id, index) => (index < half ? [id, into] : [out, id])));
    for (const ask of [importOne, judgeOne]) {
      expect(ask(into, 'feeds', out)).toBe('cycle-unchecked');
      expect(ask(into, 'feeds', leaf)).toBe('yes');
      expect(ask(into, 'feeds', others[0] ?? leaf)).toBe('would-make-cycle');
    }
  });
});

test('verdicts on many targets of a long chain are given in turns, and are those of each alone', () => {
  define({ acyclic: true });
  const chain = addEntities(2000);
  addLinks(chain.slice(1).map((id, index) => [chain[index] ?? id, id]));
  const [first = EntityId.parse(1)] = chain;
  const last = chain.at(-1) ?? first;
  const targetIds = chain.slice(0, 200);
  const judging = judgeTargets(small.context, { sourceId: last, type: 'feeds', local: true, targetIds });
  let turns = 0;
  for (;;) {
    const { done, value } = judging.next();
    if (done === true) {
      expect(value.map(({ code }) => code)).toEqual(targetIds.map(() => 'would-make-cycle'));
      break;
    }
    turns += 1;
  }
  expect(turns).toBeGreaterThan(targetIds.length);
});

function add(sourceId: EntityId, type: string, targetId: EntityId): void {
  try {
    relate(small.context, { sourceId, targetId, type, local: true });
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
  }
}
