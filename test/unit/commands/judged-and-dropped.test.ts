import { expect, test } from 'vitest';
import type { CommandContext } from '../../../src-main/backend/commands/context.ts';
import { judgeTargets, relate } from '../../../src-main/backend/commands/relate.ts';
import { RuleError } from '../../../src-main/backend/rules/errors.ts';
import { markRemoved } from '../../../src-main/backend/store/entities.ts';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { run, type WritableDb } from '../../../src-main/backend/store/sql.ts';
import { saveVocabularyType } from '../../../src-main/backend/store/vocabulary.ts';
import { type Capabilities, localCapabilities } from '../../../src-preload/contract/capabilities.ts';
import { type EntityId, LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import { createRandom, pickNumber, pickOne } from '../../servers/shared/random.ts';
import { addConnection, addEntity, createTempWorkspace, NOW } from '../../support/workspace.ts';

/** While a line is dragged everything drawn is judged at once; what is dropped is judged alone, and must say the same. */

const WORLDS = 24;
const ENTITIES = 14;
const kinds = ['asset', 'issue', 'metric'];
const types = [null, null, 'powers', 'is powered by', '← powers', 'beside', 'cools', 'x'.repeat(255)];

type World = ReturnType<typeof createWorld>;

function createWorld(db: WritableDb, seed: number) {
  const random = createRandom(seed);
  const often = (share: number) => random() < share;
  const [plant, site] = [addConnection(db, 'plant'), addConnection(db, 'site')];
  const ids = Array.from({ length: ENTITIES }, (_, n) =>
    addEntity(db, often(0.8) ? plant : site, String(n), { kind: pickOne(random, kinds) }),
  );
  if (often(0.4)) markRemoved(db, pickOne(random, ids), NOW);
  const most = () => (often(0.3) ? pickNumber(random, 1, 2) : null);
  const some = () => (often(0.3) ? [pickOne(random, kinds), pickOne(random, kinds)] : null);
  const usual = { duplicates: often(0.3), self: often(0.3), needed: null };
  const powers = { name: 'powers', inverse: 'is powered by', symmetric: false, impact: 'to-target' } as const;
  const beside = { name: 'beside', inverse: 'beside', symmetric: true, impact: 'both' } as const;
  const bounds = () => ({
    sourceKinds: some(),
    targetKinds: some(),
    maxPerSource: most(),
    maxPerTarget: most(),
  });
  saveVocabularyType(db, { ...usual, ...bounds(), ...powers, acyclic: often(0.6) });
  saveVocabularyType(db, { ...usual, ...bounds(), ...beside, acyclic: false });
  const typed = often(0.5);
  const told: Capabilities = {
    ...localCapabilities,
    directed: often(0.5),
    typed,
    typeRequired: typed && often(0.6),
    typeMaxLength: typed && often(0.4) ? 6 : null,
    onePerPair: true, // as all that there are
    self: often(0.3),
    allowedPairs: often(0.3) ? kinds.map((target) => ({ source: pickOne(random, kinds), target })) : null,
    readOnlyReason: often(0.1) ? 'Nothing can be written there.' : null,
  };
  const context: CommandContext = {
    db,
    now: NOW,
    capabilitiesOf: (id) => (id === LOCAL_CONNECTION_ID ? localCapabilities : told),
  };
  return { random, ids, context };
}

/** What relating says, and nothing is left of it. */
function drop({ context }: World, params: Parameters<typeof relate>[1]): string | null {
  const { db } = context;
  run(db, 'SAVEPOINT dropped');
  try {
    relate(context, params);
    return null;
  } catch (error) {
    if (error instanceof RuleError) return `${error.code}: ${error.message}`;
    throw error;
  } finally {
    run(db, 'ROLLBACK TO dropped');
    run(db, 'RELEASE dropped');
  }
}

test(`what is judged at once is what each says when it is dropped, in ${WORLDS} worlds`, () => {
  const { db } = createTempWorkspace();
  const seen = new Map<string, number>();
  for (let seed = 1; seed <= WORLDS; seed += 1) {
    run(db, 'BEGIN'); // nothing of a world is kept
    const world = createWorld(db, seed);
    const { random, ids, context } = world;
    const choose = () => ({ type: pickOne(random, types), local: random() < 0.3 });
    for (let n = 0; n < 3 * ENTITIES; n += 1) {
      const ends = { sourceId: pickOne(random, ids), targetId: pickOne(random, ids) };
      const choice = choose();
      if (drop(world, { ...ends, ...choice }) === null) relate(context, { ...ends, ...choice });
    }
    for (let drag = 0; drag < 5; drag += 1) {
      const [sourceId, choice] = [pickOne(random, ids), choose()];
      const judged = runToEnd(judgeTargets(context, { sourceId, ...choice, targetIds: ids }));
      expect(judged.map(({ id }) => id)).toEqual(ids);
      for (const { id, ok, code, message } of judged) {
        const told = ok ? null : `${code}: ${message}`;
        const dropped = drop(world, { sourceId, targetId: id as EntityId, ...choice }); // one of the ids
        expect({ seed, drag, id, told }).toEqual({ seed, drag, id, told: dropped });
        seen.set(code ?? 'yes', (seen.get(code ?? 'yes') ?? 0) + 1);
      }
    }
    run(db, 'ROLLBACK');
  }
  const codes = [
    'yes',
    'entity-removed',
    'self-relationship',
    'already-related',
    'read-only',
    'pair-not-allowed',
  ];
  const ofTypes = ['type-missing', 'type-too-long', 'kind-not-allowed', 'duplicate-type', 'would-make-cycle'];
  const ofCounts = ['too-many-of-source', 'too-many-of-target'];
  expect([...seen.keys()].toSorted()).toEqual([...codes, ...ofTypes, ...ofCounts].toSorted());
});
