import { expect, test } from 'vitest';
import { checkRoundTrip, formats } from '../support/round-trip.ts';

const SEEDS = 100;
const GROUP = 10;

const groups = formats.flatMap((format, index) =>
  Array.from({ length: SEEDS / GROUP }, (_, group) => [format, index * SEEDS + group * GROUP + 1] as const),
);

test.each(groups)('what is exported to %s comes back the same: ten seeds from %i', async (format, from) => {
  const states = new Set<string>();
  for (let seed = from; seed < from + GROUP; seed += 1) {
    for (const state of await checkRoundTrip(format, seed)) states.add(state);
  }
  expect([...states]).toEqual(expect.arrayContaining(['synced', 'create', 'delete', 'local']));
});
