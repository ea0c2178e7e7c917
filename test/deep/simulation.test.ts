import { expect, test } from 'vitest';
import { abilityNames } from '../simulation/abilities.ts';
import { kinds } from '../simulation/actions.ts';
import { faultNames } from '../simulation/fault-list.ts';
import { playInParallel } from '../simulation/parallel.ts';
import {
  findRare,
  findUnwatched,
  toFaultTable,
  toReplay,
  toRulesTable,
  toTable,
} from '../simulation/summary.ts';

/** As many as every change is tried by; `npm run simulate` plays as many as it is told. */
const SEEDS = 20_000;

test(`in ${SEEDS} simulated courses of two clients every rule holds after every step [I1] [I2] [I3] [I4] [I5] [I6] [I7] [I8] [I9] [I10] [I11] [I13] [I14] [I15] [I16] [I17] [I18] [I19] [I20] [I21] [I22] [I25]`, {
  timeout: 3_600_000,
}, async () => {
  const summary = await playInParallel(1, SEEDS);
  const expected = [...new Set(kinds.map(({ name }) => `action: ${name}`)), ...faultNames, ...abilityNames];
  process.stdout.write(
    `${[...toTable(summary, expected), ...toFaultTable(summary), ...toRulesTable(summary)].join('\n')}\n`,
  );
  process.stdout.write(`${summary.seeds} seeds, ${summary.failures.length} failures\n`);
  expect(summary.failures.map(toReplay)).toEqual([]);
  expect(findRare(summary, expected)).toEqual([]);
  expect(findUnwatched(summary)).toEqual([]);
  expect(expected.filter((name) => name.startsWith('action: ')).length).toBeGreaterThanOrEqual(30);
});
