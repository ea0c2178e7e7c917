/** One measured figure beside a peer of the same run. */
export interface Figure {
  readonly name: string;
  /** The median of the runs; the worst of them where that is what is judged. */
  readonly value: number;
  readonly unit: string;
  /** The same of the peer, measured in turns with it; null where the peer could not be had. */
  readonly peer: number | null;
  /** `value / peer`. */
  readonly ratio: number | null;
  /** The largest ratio that is good; null where there is none. */
  readonly budget: number | null;
  /** Whether the budget is kept; null without one, or without a peer. */
  readonly within: boolean | null;
  /** What was compared, for people. */
  readonly about: string;
  readonly runs: number;
  /** Requests sent, where the figure is about a remote. */
  readonly requests?: number;
}

export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly about: string;
  readonly budget: number | null;
  readonly requests?: number;
  /** One number a run, and the peer's of the same run; none where the peer could not be had. */
  readonly values: readonly number[];
  readonly peers: readonly number[];
  /** What of the runs is compared with the median of the peer: `worst` for what may never happen. */
  readonly judged?: 'median' | 'worst';
}

export function toFigure({ values, peers, judged = 'median', ...about }: Measured): Figure {
  const compared = judged === 'worst' ? quantile(values, 1) : median(values);
  const value = round(compared);
  const runs = values.length;
  if (peers.length === 0) return { ...about, value, peer: null, ratio: null, within: null, runs };
  const peer = round(median(peers));
  const ratio = round(compared / median(peers));
  const within = about.budget === null ? null : ratio <= about.budget;
  return { ...about, value, peer, ratio, within, runs };
}

/** The largest ratio at which a value is no more than it may be. */
export function toRatio(most: number, peers: readonly number[]): number {
  return Math.floor((most / median(peers)) * 1000) / 1000;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the share of the values lies, such as 0.95. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (value === undefined) throw new Error('Nothing was measured');
  return value;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function toVerdict(within: boolean | null): string {
  if (within === null) return 'not judged';
  return within ? 'kept' : 'MISSED';
}

/** A table for people. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, peer, ratio, budget, within, runs, about }) => [
    name,
    `${value} ${unit}`,
    peer === null ? 'none' : `${peer} ${unit}`,
    ratio === null ? '–' : `${ratio}×`,
    budget === null ? '–' : `≤ ${budget}× ${toVerdict(within)}`,
    `${runs} runs`,
    about,
  ]);
  const table = [['figure', 'Weft', 'peer', 'ratio', 'budget', '', ''], ...rows];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Measures Weft and its peer in turns, so that what the machine does meanwhile meets both. */
export async function inTurns(
  runs: number,
  weft: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<Pick<Measured, 'values' | 'peers'>> {
  const values: number[] = [];
  const peers: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    // the one that goes first has a colder machine: they take turns in that too
    if (run % 2 === 0) values.push(await weft());
    peers.push(await peer());
    if (run % 2 === 1) values.push(await weft());
  }
  return { values, peers };
}
