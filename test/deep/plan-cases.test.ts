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
import { type Choose, chooseLeaving, type Policy, policies } from './plan-policy.ts';

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

/** How often each policy met each row. */
type Table = Map<string, Map<string, number>>;

function addTo(table: Table, one: ReturnType<typeof decode>): void {
  for (const relationship of one.relationships) {
    const row = toRow(one, relationship);
    const counts = table.get(row) ?? new Map<string, number>();
    table.set(row, counts.set(one.policy.name, (counts.get(one.policy.name) ?? 0) + 1));
  }
}

const columns = policies.map(({ name }) => name);

const WIDTH = 7;

function printTable(table: Table): void {
  for (const [index, name] of columns.entries()) process.stdout.write(`policy ${index + 1}: ${name}\n`);
  process.stdout.write(`${columns.map((_, index) => String(index + 1).padStart(WIDTH)).join('')}\n`);
  for (const [row, counts] of [...table].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const cells = columns.map((name) => String(counts.get(name) ?? 0).padStart(WIDTH));
    process.stdout.write(`${cells.join('')}  ${row}\n`);
  }
}

const setting = fc.nat(SETTING_CODES - 1);
const codes = fc.array(fc.nat(RELATIONSHIP_CODES - 1), { minLength: 3, maxLength: 5 });

test(`${CASES} cases of relationships on shared ends are planned soundly to their end, and leave only as the policy says [I3] [I4] [I5] [I8] [I9] [I10] [I11] [I14] [I17]`, {
  timeout: 900_000,
}, () => {
  const table: Table = new Map();
  const total = { steps: 0, conflicts: 0, left: 0, waited: 0, held: 0 };
  fc.assert(
    fc.property(setting, codes, (given, told) => {
      const one = decode(given, told);
      addTo(table, one);
      const played = playCase(one);
      for (const part of ['steps', 'conflicts', 'left', 'waited', 'held'] as const)
        total[part] += played[part];
    }),
    { numRuns: CASES, seed: Number(process.env['WEFT_SEED'] ?? 1) },
  );
  printTable(table);
  process.stdout.write(
    `${CASES} cases, ${table.size} rows under ${columns.length} policies, ${JSON.stringify(total)}\n`,
  );
  const rare = [...expectedRows()].flatMap((row) =>
    columns.filter((name) => (table.get(row)?.get(name) ?? 0) < LEAST).map((name) => `${name}: ${row}`),
  );
  expect(rare).toEqual([]);
  for (const part of ['left', 'waited', 'held'] as const)
    expect(total[part], part).toBeGreaterThan(CASES / 100);
});

/** As the program chooses, but under another policy. */
const blind =
  (change: (policy: Policy) => Policy): Choose =>
  (policy, crowd, all) =>
    chooseLeaving(change(policy), crowd, all);

test.each<{ name: string; choose: Choose }>([
  { name: 'pushes in a pull', choose: blind((policy) => ({ ...policy, mode: 'both' })) },
  { name: 'pushes what is withheld', choose: blind((policy) => ({ ...policy, isWithheld: false })) },
  { name: 'pushes to a connection that is stopped', choose: blind((one) => ({ ...one, isReadOnly: false })) },
  {
    name: 'takes what it does by itself for asked',
    choose: blind((one) => ({ ...one, isAutomatic: false })),
  },
  { name: 'takes everything for picked', choose: blind((policy) => ({ ...policy, isPicked: true })) },
  {
    name: 'lets deletes past the guard',
    choose: (one, _, all) => chooseLeaving(one, { deletes: 0, base: 300 }, all),
  },
  { name: 'holds everything', choose: (one, _, all) => chooseLeaving(one, { deletes: 200, base: 300 }, all) },
  { name: 'sends nothing', choose: () => ({ leaving: [], held: [] }) },
])('the cases find out a run that $name', ({ choose }) => {
  const found = fc.check(
    fc.property(setting, codes, (given, told) => void playCase(decode(given, told), choose)),
    { numRuns: 20_000, seed: 1 },
  );
  expect(found.failed).toBe(true);
});
