import type { Carried } from '../commands/carried.ts';
import { notRead, TransferError } from './errors.ts';

/** Errors that cells hold instead of a value, such as #N/A, by the number of the column from 0. */
export type Faults = ReadonlyMap<number, string>;

/** One row of a file with the number that people see beside it. */
export interface Row {
  readonly number: number;
  readonly cells: readonly string[];
  /** Not there where every cell holds a value. */
  readonly faults?: Faults;
}

/** A table as it was read: every format comes to one or several of these. */
export interface Sheet {
  /** The file, and the sheet inside where there are several. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Those of the first row, which is the header or a row like all others. */
  readonly faults?: Faults;
  /** What the file holds beside its rows; it goes with the first of its tables. */
  readonly carried?: Carried;
}

/** The cells of the row of that number. Rows are in the order of their numbers; the header is a row where it is taken as one. */
export function findCells(sheet: Sheet | undefined, number: number): readonly string[] {
  const rows = sheet?.rows ?? [];
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.number ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  const found = rows[low];
  return found?.number === number ? found.cells : (sheet?.columns ?? []);
}

/** What is taken at most: beyond, a file is refused before it is understood. */
export const limits = {
  bytes: 256 * 1024 * 1024,
  /** Of our own JSON, which is read a row at a time and so takes less memory than a file that is read whole. */
  ownBytes: 1024 * 1024 * 1024,
  /** Of a zipped file, unpacked. */
  unpackedBytes: 1024 * 1024 * 1024,
  rows: 1_000_000,
  /** Of one list of our own JSON. */
  ownRows: 3_000_000,
  /** The largest number of a row in a workbook. */
  sheetRows: 1_048_576,
  columns: 500,
  /** The most characters of one cell; as many as a cell of a spreadsheet holds. */
  cell: 32_767,
  /** How deep XML is nested, and JSON inside of a cell. */
  depth: 64,
} as const;

/** Collects the rows of one table and refuses what is beyond the limits. */
export interface SheetBuilder {
  add(number: number, cells: readonly string[], faults?: Faults): void;
  build(): Sheet;
}

/** Texts that are looked up before a new one is kept; a map holds no more than 2^24. */
const KNOWN_TEXTS = 1_000_000;

/** `header` null makes the first row the header; one that is given may grow until the table is built. */
export function createSheetBuilder(
  name: string,
  header: readonly string[] | null,
  most: number = limits.rows,
): SheetBuilder {
  const rows: Row[] = [];
  let columns = header;
  let headerFaults: Faults = none;
  // tables say the same over and over: each text is kept once, as long as that is few enough to be worth it
  const texts = new Map<string, string>();
  const keep = (cell: string): string => {
    const known = texts.get(cell);
    if (known !== undefined) return known;
    if (texts.size < KNOWN_TEXTS) texts.set(cell, cell);
    return cell;
  };
  return {
    add: (number, cells, faults = none) => {
      refuseBeyond(name, number, rows.length, most);
      refuseUnlessBounded(name, number, cells);
      if (cells.every((cell) => cell.trim() === '')) return;
      if (columns === null) [columns, headerFaults] = [cells, faults];
      else rows.push(withFaults({ number, cells: cells.map(keep) }, faults));
    },
    build: () => withFaults({ name, columns: widen(columns ?? [], rows), rows }, headerFaults),
  };
}

const none: Faults = new Map();

function withFaults<Of extends object>(of: Of, faults: Faults): Of & { readonly faults?: Faults } {
  return faults.size === 0 ? of : { ...of, faults };
}

/** Cells beyond the header get a column without a name. */
function widen(columns: readonly string[], rows: readonly Row[]): readonly string[] {
  const most = rows.reduce((width, { cells }) => Math.max(width, cells.length), columns.length);
  return [...columns, ...Array.from({ length: most - columns.length }, () => '')];
}

function refuseBeyond(file: string, row: number, count: number, most: number): void {
  if (count < most) return;
  throw new TransferError(
    'file-too-large',
    `${file}, row ${row}, column 1: a file has at most ${most} rows. Nothing was imported; split it.`,
  );
}

function refuseUnlessBounded(file: string, row: number, cells: readonly string[]): void {
  if (cells.length > limits.columns) {
    throw notRead({ file, row, column: cells.length }, `a row has at most ${limits.columns} columns.`);
  }
  const tooLong = cells.findIndex((cell) => cell.length > limits.cell);
  if (tooLong >= 0) {
    throw notRead({ file, row, column: tooLong + 1 }, `a cell has at most ${limits.cell} characters.`);
  }
}
