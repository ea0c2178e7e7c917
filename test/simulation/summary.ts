import { faultNames, listedFaults } from './fault-list.ts';
import { type NumberedRule, numberedRules, rulesWatched, seenRules, type Watch } from './rules-watched.ts';

/** What a range of seeds met. */
export interface Summary {
  seeds: number;
  readonly failures: Failure[];
  /** In how many seeds each kind of action or fault occurred. */
  readonly seen: Map<string, number>;
  /** In how many seeds a rule had something to look at, and how often in all. */
  readonly looks: Map<NumberedRule, Looked>;
}

export interface Looked {
  seeds: number;
  times: number;
}

export interface Failure {
  readonly seed: number;
  readonly rule: string;
  readonly message: string;
}

/** Below this share of the seeds something is too rare to be called tested. */
const LEAST_SHARE = 0.01;

export function createSummary(): Summary {
  return { seeds: 0, failures: [], seen: new Map(), looks: new Map() };
}

export function addSummary(total: Summary, part: Summary): void {
  total.seeds += part.seeds;
  total.failures.push(...part.failures);
  for (const [name, count] of part.seen) total.seen.set(name, (total.seen.get(name) ?? 0) + count);
  for (const [rule, { seeds, times }] of part.looks) addLooks(total, rule, times, seeds);
}

/** Counts what a rule had to look at in some seeds. */
export function addLooks({ looks }: Summary, rule: NumberedRule, times: number, seeds = 1): void {
  const known = looks.get(rule) ?? { seeds: 0, times: 0 };
  looks.set(rule, { seeds: known.seeds + seeds, times: known.times + times });
}

/** The rules that the simulation looks after and that had something to look at in too few seeds. */
export function findUnwatched({ seeds, looks }: Summary): NumberedRule[] {
  return seenRules.filter((rule) => (looks.get(rule)?.seeds ?? 0) < seeds * LEAST_SHARE);
}

/** The table of the rules: how each was looked after, and how often there was something to look at. */
export function toRulesTable({ seeds, looks }: Summary): string[] {
  return numberedRules.map((rule) => {
    const watch = rulesWatched[rule];
    if ('unseen' in watch) return `${rule.padEnd(3)} ${'–'.padStart(10)}              ${toElsewhere(watch)}`;
    const { seeds: some, times } = looks.get(rule) ?? { seeds: 0, times: 0 };
    return `${rule.padEnd(3)} ${String(times).padStart(10)} in ${toShare(some, seeds)}  ${watch.how}`;
  });
}

function toElsewhere({ unseen, tests }: Extract<Watch, { unseen: string }>): string {
  return [unseen, ...tests.map(({ file, name }) => `${file}: ${name}`)].join('; ');
}

function toShare(count: number, seeds: number): string {
  return `${((100 * count) / Math.max(1, seeds)).toFixed(1).padStart(6)} %`;
}

/** The kinds that occurred in too few seeds. */
export function findRare({ seeds, seen }: Summary, expected: readonly string[]): string[] {
  return expected.filter((name) => (seen.get(name) ?? 0) < seeds * LEAST_SHARE);
}

/** The table of actions and faults with the share of seeds that met each. */
export function toTable({ seeds, seen }: Summary, expected: readonly string[]): string[] {
  const names = new Set([...expected, ...seen.keys()].filter((name) => !faultNames.includes(name)));
  return [...names].toSorted().map((name) => {
    return `${toShare(seen.get(name) ?? 0, seeds)}  ${name}`;
  });
}

/** The table of faults by their codes: in what share of the seeds each struck, then which are for other tests. */
export function toFaultTable({ seeds, seen }: Summary): string[] {
  const struck = listedFaults.flatMap(({ code, what, seen: names }) =>
    names.map((name) => `${toShare(seen.get(name) ?? 0, seeds)}  ${code.padEnd(3)} ${what} [${name}]`),
  );
  const others = listedFaults.flatMap(({ code, what, note, tests = [] }) => {
    if (note === undefined) return [];
    const named = tests.map(({ file, name }) => `${file}: ${name}`);
    return [`          ${code.padEnd(3)} ${what}: ${[note, ...named].join('; ')}`];
  });
  return [...struck, 'Not modelled, or not all of it:', ...others];
}

/** One line that plays a seed again. */
export function toReplay({ seed, rule, message }: Failure): string {
  const [first = ''] = message.split('\n');
  return `${rule}: ${first.slice(0, 200)}. Replay: npm run simulate -- --first ${seed} --seeds 1 --shrink`;
}
