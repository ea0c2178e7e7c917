import { parseArgs } from 'node:util';
import { z } from 'zod';
import { abilityNames } from './abilities.ts';
import { kinds } from './actions.ts';
import { playBugs } from './bugs/run-bugs.ts';
import { faultNames } from './fault-list.ts';
import { playInParallel } from './parallel.ts';
import { playSeed } from './run.ts';
import { shrink } from './shrink.ts';
import { findRare, findUnwatched, toFaultTable, toReplay, toRulesTable, toTable } from './summary.ts';

const Options = z.object({
  seeds: z.coerce.number().int().min(1).max(100_000_000),
  first: z.coerce.number().int().min(0).max(2_000_000_000),
  shrink: z.boolean(),
  bugs: z.boolean(),
});

/** From so many seeds on, an action or fault that is rare fails the run: fewer seeds say nothing. */
const COUNTED_SEEDS = 1000;
const SHOWN_FAILURES = 20;

function readOptions(): z.infer<typeof Options> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      first: { type: 'string', default: '1' },
      shrink: { type: 'boolean', default: false },
      bugs: { type: 'boolean', default: false },
    },
  });
  return Options.parse(values);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function printShrunk(seed: number): Promise<void> {
  const played = await playSeed({ seed, keepsLines: true });
  const shown = played.failure === null ? played : await shrink(played);
  print(shown.lines.join('\n'));
  print(`Steps left: ${shown.steps.map(({ name }) => name).join(', ')}`);
}

/** Each deliberate bug of the engine must fail some seed. */
async function huntBugs(seeds: number): Promise<number> {
  const verdicts = await playBugs(seeds, ({ name, seeds: played, rule, message }) => {
    const [first = ''] = message.split('\n');
    const told =
      rule === null ? `NOT found in ${played} seeds` : `found by seed ${played}: ${rule}, ${first}`;
    print(`${name}: ${told.slice(0, 220)}`);
  });
  const missed = verdicts.filter(({ rule }) => rule === null).length;
  print(`${verdicts.length} bugs, ${missed} missed`);
  return missed === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.bugs) return await huntBugs(options.seeds);
  const summary = await playInParallel(options.first, options.seeds);
  const expected = [...new Set(kinds.map(({ name }) => `action: ${name}`)), ...faultNames, ...abilityNames];
  for (const line of [...toTable(summary, expected), ...toFaultTable(summary), ...toRulesTable(summary)])
    print(line);
  const rare = options.seeds < COUNTED_SEEDS ? [] : findRare(summary, expected);
  const unwatched = options.seeds < COUNTED_SEEDS ? [] : findUnwatched(summary);
  for (const name of [...rare, ...unwatched]) print(`Too rare: ${name}`);
  if (options.shrink) for (const { seed } of summary.failures.slice(0, 1)) await printShrunk(seed);
  for (const failure of summary.failures.slice(0, SHOWN_FAILURES)) print(toReplay(failure));
  const failed = new Set(summary.failures.map(({ seed }) => seed)).size;
  print(`${summary.seeds} seeds, ${failed} failed`);
  return failed + rare.length + unwatched.length === 0 ? 0 : 1;
}

process.exitCode = await main();
