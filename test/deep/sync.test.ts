import { afterAll, expect, test } from 'vitest';
import type { OutboxItem, Relationship } from '../../src-preload/contract/model.ts';
import { createRandom, pickNumber } from '../servers/shared/random.ts';
import { type SyncWorld, startSyncWorld, writesTo } from '../support/sync-world.ts';
import { type CourseLog, edgesThere, hasBothEnds, runCourse, seedCourse, toPairOf } from './sync-course.ts';

const COUNT = 300;
const given = process.env['WEFT_SEED'];
const seeds = given === undefined ? Array.from({ length: COUNT }, (_, index) => index + 1) : [Number(given)];

test.each(seeds)(
  'seed %i: after edits, changes there, faults and restarts both sides agree [I1] [I4] [I8] [I17] [I25]',
  async (seed) => {
    const log: CourseLog = { lines: [], wished: new Set() };
    try {
      await play(seed, log);
    } catch (error) {
      const course = given === undefined ? '' : `${log.lines.join('\n')}\n`;
      process.stdout.write(
        `${course}Replay: WEFT_SEED=${seed} npm run test:deep -- test/deep/sync.test.ts\n`,
      );
      throw error;
    }
  },
);

/** What all courses together met, so that one can see that they were no walk in the park. */
const total = {
  courses: 0,
  acts: 0,
  writes: 0,
  failedSyncs: 0,
  conflicts: 0,
  parked: 0,
  held: 0,
  refused: 0,
};

afterAll(() => {
  process.stdout.write(`${JSON.stringify(total)}\n`);
  if (given !== undefined) return;
  for (const part of ['writes', 'failedSyncs', 'conflicts', 'parked', 'held'] as const) {
    expect(total[part], part).toBeGreaterThan(COUNT / 60);
  }
});

async function play(seed: number, log: CourseLog): Promise<void> {
  const random = createRandom(seed);
  const world = await startSyncWorld({ site: seedCourse(random), switches: { cascade: random() < 0.5 } });
  await runCourse(world, random, log, pickNumber(random, 8, 20));
  world.server.clearFaults();
  log.lines.push('faults end');
  await comeToRest(world, log);
  expect(
    writesTo(world.server)
      .map(toPairOfWrite)
      .filter((pair) => !log.wished.has(pair)),
    'writes nobody wished',
  ).toEqual([]);
  const rows = await readAll(world);
  const alive = rows.filter((row) => hasBothEnds(world, row));
  expect(alive.filter(({ state }) => state !== 'synced').map(toText), 'not agreed on').toEqual([]);
  expect(alive.map(toPairOf).toSorted(), 'shown here and there').toEqual(edgesThere(world));
  const { rows: conflicts } = await world.ask('conflicts:page', { limit: 500 });
  addUp(world, log, conflicts.length);
  const explained = new Set(conflicts.map(({ relationshipId }) => relationshipId));
  const left = (await readOutbox(world)).filter(({ id }) => !explained.has(id));
  expect(left.map(toText), 'left in the outbox without a reason').toEqual([]);
}

function addUp(world: SyncWorld, { lines }: CourseLog, conflicts: number): void {
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  total.courses += 1;
  total.acts += count(/^\S/);
  total.writes += writesTo(world.server).length;
  total.failedSyncs += count(/complete false/);
  total.conflicts += conflicts;
  total.parked += count(/^picked again/);
  total.held += count(/^a held removal/);
  total.refused += count(/refused: /);
}

/** Two syncs, what was parked is picked and what was held is released as a user would do, and two more. */
async function comeToRest(world: SyncWorld, log: CourseLog): Promise<void> {
  await world.sync();
  await world.sync();
  for (const { id } of (await world.ask('held:list', {})).rows) {
    log.lines.push('a held removal is released');
    await world.ask('held:release', { id });
  }
  const parked = (await readOutbox(world)).filter(({ state }) => state === 'parked');
  if (parked.length > 0) {
    log.lines.push(`picked again: ${parked.map(({ cause }) => cause ?? 'no cause').join('; ')}`);
    await world.sync({ mode: 'push', only: parked.map(({ id }) => id) });
  }
  const report = await world.sync();
  expect(report).toMatchObject({ complete: true, failed: [] });
}

async function readAll(world: SyncWorld): Promise<Relationship[]> {
  return (await world.ask('relationships:page', { entityId: null, offset: 0, limit: 500 })).rows;
}

async function readOutbox(world: SyncWorld): Promise<OutboxItem[]> {
  return (await world.ask('outbox:page', { offset: 0, limit: 500 })).rows;
}

function toText(row: Relationship | OutboxItem): string {
  return `${toPairOf(row)} (${row.state}${'cause' in row && row.cause !== null ? `: ${row.cause}` : ''})`;
}

/** Both ends of a write such as `POST /relationships/assets/10/metrics/5`. */
function toPairOfWrite(write: string): string {
  const [, parentType, parentId, childType, childId] =
    /\/relationships\/(\w+)\/(\d+)\/(\w+)\/(\d+)/.exec(write) ?? [];
  return `${parentType}/${parentId} ${childType}/${childId}`;
}
