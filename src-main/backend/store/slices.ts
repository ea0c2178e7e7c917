import type { Page } from './page.ts';

/**
 * A long read as a generator: it yields how far it is after every few milliseconds of work, so that whoever runs it can
 * let others have their turn, or end it.
 */
export type Slices<T> = Generator<SliceProgress, T, undefined>;

/** As `Slices`, without telling how far it is. */
export type Turns<T> = Generator<undefined, T, undefined>;

export interface SliceProgress {
  readonly done: number;
  readonly total: number;
}

/** Runs what is made of parts to its end at once. */
export function runToEnd<T>(parts: Generator<unknown, T, undefined>): T {
  for (;;) {
    const part = parts.next();
    if (part.done === true) return part.value;
  }
}

/** Rows in windows, each small enough to be read in one go. */
export interface Windows<Row> {
  readonly length: number;
  count(window: number): number;
  read(window: number, page: Page): Row[];
}

/**
 * A page out of windows, and how many rows they have together. What a window was found to have is kept in `counts`: with
 * them given again, a further page reads only the windows that it lies in.
 */
export function* readWindows<Row>(
  windows: Windows<Row>,
  { offset, limit }: Page,
  counts: number[],
): Slices<{ total: number; rows: Row[] }> {
  const rows: Row[] = [];
  let total = 0;
  for (let window = 0; window < windows.length; window += 1) {
    let found = counts[window];
    if (found === undefined) {
      found = windows.count(window);
      counts[window] = found;
      yield { done: window, total: windows.length };
    }
    if (rows.length < limit && total + found > offset) {
      const part = { offset: Math.max(0, offset - total), limit: limit - rows.length };
      rows.push(...windows.read(window, part));
      yield { done: window, total: windows.length };
    }
    total += found;
  }
  return { total, rows };
}
