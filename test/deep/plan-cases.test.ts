import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  capabilitySets,
  decode,
  PRESENCE_CODES,
  playCase,
  RELATIONSHIP_CODES,
  SETTING_CODES,
  toRow,
} from './plan-cases.ts';

const CASES = 1_000_000;
const LEAST = 100;

/** Every presence with every capability set and attempt that there can be. */
function expectedRows(): Set<string> {
  const rows = new Set<string>();
  for (let set = 0; set < capabilitySets.length; set += 1) {
    for (let code = 0; code < PRESENCE_CODES; code += 1) {
      const one = decode(set, [code]);
      for (const relationship of one.relationships) rows.add(toRow(one, relationship));
    }
  }
  return rows;
}

test(`${CASES} cases of relationships on shared ends are planned soundly to their end [I3] [I4] [I5] [I8] [I10] [I11] [I14]`, {
  timeout: 900_000,
}, () => {
  const table = new Map<string, number>();
  const total = { steps: 0, conflicts: 0 };
  const setting = fc.nat(SETTING_CODES - 1);
  const codes = fc.array(fc.nat(RELATIONSHIP_CODES - 1), { minLength: 3, maxLength: 4 });
  fc.assert(
    fc.property(setting, codes, (given, told) => {
      const one = decode(given, told);
      for (const relationship of one.relationships) {
        const row = toRow(one, relationship);
        table.set(row, (table.get(row) ?? 0) + 1);
      }
      const { steps, conflicts } = playCase(one);
      total.steps += steps;
      total.conflicts += conflicts;
    }),
    { numRuns: CASES, seed: Number(process.env['WEFT_SEED'] ?? 1) },
  );
  const rows = [...table].toSorted(([one], [other]) => (one < other ? -1 : 1));
  for (const [row, count] of rows) process.stdout.write(`${String(count).padStart(8)}  ${row}\n`);
  process.stdout.write(`${CASES} cases, ${rows.length} rows, ${JSON.stringify(total)}\n`);
  expect([...expectedRows()].filter((row) => (table.get(row) ?? 0) < LEAST)).toEqual([]);
});
