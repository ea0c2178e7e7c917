import { expect, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { readIntent, stopIntent } from '../../../src-main/backend/store/intents.ts';
import { releaseParked, saveFailure } from '../../../src-main/backend/store/retries.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import { createSmallPlant, NOW } from '../../support/workspace.ts';

// found by the simulation (test/simulation)
test('a connection made anew lets go what was parked and what waits for its next attempt, and nothing else [I17]', () => {
  const { db, context, plant, building, boiler, pump } = createSmallPlant();
  const add = (sourceId: EntityId, targetId: EntityId) =>
    relate(context, { sourceId, targetId, type: null, local: false }).id;
  const [parked, waiting, blocked] = [add(building, boiler), add(building, pump), add(pump, building)];
  stopIntent(db, parked, 'parked', 'It was refused.');
  saveFailure(db, waiting, { code: 'timeout', message: 'No answer.' }, NOW);
  stopIntent(db, blocked, 'blocked', 'It waits.');

  releaseParked(db, plant);

  expect(readIntent(db, parked)).toMatchObject({ stopped: null, cause: null, failures: 0 });
  expect(readIntent(db, waiting)).toMatchObject({ stopped: null, failures: 0, nextAttemptAt: null });
  expect(readIntent(db, blocked)).toMatchObject({ stopped: 'blocked', cause: 'It waits.' });
});
