import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listingFaults, targets } from './listing/faults.ts';
import { type ListedWorld, type RemoteName, remotes, startListedWorld } from './listing/worlds.ts';

/** A list that is well-formed and short can only be told by what another list has. */
const leavesOut: ReadonlySet<string> = new Set(['empty-list', 'omit-rows', 'huge-ids']);

const rows: Record<RemoteName, number> = { clickie: 0, algapsa: 0, autodesk: 0 };

describe.each(remotes)('a pull from %s', (remote) => {
  let world: ListedWorld;
  let before: string[];
  // one world for all rows: each ends with a whole picture, so that the next begins with one
  beforeAll(async () => {
    world = await startListedWorld(remote);
    before = await world.shown();
  });
  beforeEach(() => world.server.clearFaults());
  afterAll(() => world.close());

  for (const { name: where, path, toldElsewhere = false, bears } of targets[remote]) {
    for (const { name, fault, told } of listingFaults) {
      it(`that gets ${name} for ${where} removes nothing on either side, and says so`, async () => {
        world.server.clearRequests();
        world.server.addFault({ on: { path: { regexp: path } }, fault });
        const report = await world.sync();
        expect(await world.shown()).toEqual(before);
        expect(world.writes()).toEqual([]);
        expect(report.pulled.entities.removed + report.pulled.relationships.removed).toBe(0);
        if (told && bears !== name && !(toldElsewhere && leavesOut.has(fault.kind))) {
          expect(report.complete).toBe(false);
          expect(report.failed.map(({ message }) => message.length > 20)).toContain(true);
        }
        world.server.clearFaults();
        world.later();
        const next = await world.sync();
        expect(next.failed).toEqual([]);
        expect(next.complete).toBe(true);
        expect(await world.shown()).toEqual(before);
        rows[remote] += 1;
      });
    }
  }
});

describe('the rows of listing faults', () => {
  it('are at least sixty for every remote', () => {
    for (const remote of remotes) {
      expect(targets[remote].length * listingFaults.length).toBeGreaterThanOrEqual(60);
    }
  });

  afterAll(() => {
    process.stdout.write(
      `listing faults: ${remotes.map((remote) => `${remote} ${rows[remote]}`).join(', ')} rows\n`,
    );
  });
});
