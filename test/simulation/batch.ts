import type { NumberedRule } from './rules-watched.ts';
import { playSeed } from './run.ts';
import { addLooks, createSummary, type Summary } from './summary.ts';

/** Every so many seeds one is played three times: twice the same, and once with all clocks off by years. */
const REPEAT_EVERY = 50;
const YEARS = [-10, 10, 3.3] as const;

/** Plays seeds one after the other; stops after the first that fails if told so. */
export async function playBatch(
  seeds: readonly number[],
  stopsAtFirst = false,
  note: (seed: number) => void = () => undefined,
): Promise<Summary> {
  const summary = createSummary();
  for (const seed of seeds) {
    const { failure, seen, looks, hash } = await playSeed({ seed });
    summary.seeds += 1;
    for (const name of seen) summary.seen.set(name, (summary.seen.get(name) ?? 0) + 1);
    for (const [rule, times] of looks) addLooks(summary, rule, times);
    if (failure !== null) {
      summary.failures.push({ seed, rule: failure.rule, message: failure.message });
      if (stopsAtFirst) return summary;
    } else if (seed % REPEAT_EVERY === 0) await repeat(seed, hash, summary);
    note(seed);
  }
  return summary;
}

/** The same seed does the same, whatever the clock shows. */
async function repeat(seed: number, hash: string, summary: Summary): Promise<void> {
  const { failures, seen } = summary;
  for (const rule of ['I20', 'I21'] as const satisfies readonly NumberedRule[]) addLooks(summary, rule, 1);
  const again = await playSeed({ seed });
  if (again.hash !== hash) {
    failures.push({ seed, rule: 'I21', message: `Played twice, it did ${hash} and ${again.hash}` });
  }
  const clockYears = YEARS[(seed / REPEAT_EVERY) % YEARS.length] ?? 10;
  const shifted = await playSeed({ seed, clockYears });
  if (shifted.hash !== hash) {
    const message = `With clocks ${clockYears} years off it did ${shifted.hash}, else ${hash}`;
    failures.push({ seed, rule: 'I20', message });
  }
  seen.set('played again', (seen.get('played again') ?? 0) + 1);
}
