/**
 * A long read as a generator: it yields how far it is after every few milliseconds of work, so that whoever runs it can
 * let others have their turn, or end it.
 */
export type Slices<T> = Generator<SliceProgress, T, undefined>;

export interface SliceProgress {
  readonly done: number;
  readonly total: number;
}

/** Runs to the end at once. */
export function runSlices<T>(slices: Slices<T>): T {
  for (;;) {
    const slice = slices.next();
    if (slice.done === true) return slice.value;
  }
}

export interface Page {
  readonly offset: number;
  readonly limit: number;
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
