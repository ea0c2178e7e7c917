import { strToU8, Zip, ZipDeflate } from 'fflate';
import { TransferError } from './errors.ts';
import type { WrittenTable } from './write-tables.ts';
import { toXml } from './xml-text.ts';

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** What a workbook holds at most. */
export const workbookLimits = {
  /** Rows of a sheet, the header among them; what is beyond goes on in a further sheet. */
  rows: 1_048_576,
  columns: 16_384,
  /** Characters of a cell. */
  cell: 32_767,
  /** Bytes of the file, and of a sheet before it is packed: a plain zip has four bytes for either. */
  bytes: 0xff_ff_ff_ff,
} as const;

export type WorkbookLimits = { readonly [L in keyof typeof workbookLimits]: number };

/** A workbook with a sheet for each table, or several for one of very many rows. Every cell is text, none is a formula. */
export function* toXlsx(
  tables: readonly WrittenTable[],
  limits: WorkbookLimits = workbookLimits,
): Generator<Uint8Array> {
  const zip = createZip(limits);
  const names: string[] = [];
  for (const table of tables) yield* toSheets(zip, names, table, limits);
  for (const [path, text] of Object.entries(toFrame(names))) {
    zip.open(path);
    yield zip.write(text);
    yield zip.close();
  }
  yield zip.end();
}

/** Each sheet has the header; one is begun once there is a row for it. */
function* toSheets(
  zip: ZipWriter,
  names: string[],
  { name, header, batches }: WrittenTable,
  limits: WorkbookLimits,
): Generator<Uint8Array> {
  if (header.length > limits.columns) {
    throw notWritten(`${name} has ${header.length} columns, and a sheet holds ${limits.columns} at most.`);
  }
  const begin = (sheet: number): Uint8Array => {
    names.push(sheet === 1 ? name : `${name} ${sheet}`);
    zip.open(`xl/worksheets/sheet${names.length}.xml`);
    return zip.write(`${head}<worksheet xmlns="${main}"><sheetData>${toRowXml(header, 1)}`);
  };
  let open = 1;
  yield begin(open);
  for (const { sheet, row, rows } of placeRows(batches, limits.rows - 1)) {
    if (sheet > open) {
      yield zip.write(SHEET_END);
      yield zip.close();
      open = sheet;
      yield begin(open);
    }
    refuseLongCells(name, (open - 1) * (limits.rows - 1) + row, rows, limits);
    yield zip.write(rows.map((cells, index) => toRowXml(cells, row + index)).join(''));
  }
  yield zip.write(SHEET_END);
  yield zip.close();
}

const SHEET_END = '</sheetData></worksheet>';

interface Placed {
  /** From 1. */
  readonly sheet: number;
  /** Where the first of the rows stands in it; the header is row 1. */
  readonly row: number;
  readonly rows: readonly (readonly string[])[];
}

/** Cuts the batches where a sheet is full. */
function* placeRows(batches: WrittenTable['batches'], most: number): Generator<Placed> {
  let [sheet, filled] = [1, 0];
  for (const batch of batches) {
    if (batch.length === 0) yield { sheet, row: filled + 2, rows: batch };
    for (let from = 0; from < batch.length; ) {
      if (filled === most) [sheet, filled] = [sheet + 1, 0];
      const rows = batch.slice(from, from + most - filled);
      yield { sheet, row: filled + 2, rows };
      filled += rows.length;
      from += rows.length;
    }
  }
}

function refuseLongCells(name: string, first: number, rows: Placed['rows'], limits: WorkbookLimits): void {
  const row = rows.findIndex((cells) => cells.some((cell) => cell.length > limits.cell));
  if (row < 0) return;
  throw notWritten(
    `Row ${first + row} of ${name} has a value of more than ${limits.cell} characters, which no workbook holds.`,
  );
}

function notWritten(why: string): TransferError {
  return new TransferError('export-failed', `${why} Nothing was written; export as JSON or CSV instead.`);
}

/** What holds the sheets together. */
function toFrame(names: readonly string[]): Record<string, string> {
  const numbered = names.map((name, index) => ({ name, number: index + 1 }));
  const sheets = numbered.map(
    ({ name, number }) => `<sheet name="${toXml(name)}" sheetId="${number}" r:id="rId${number}"/>`,
  );
  const targets = numbered.map(
    ({ number }) =>
      `<Relationship Id="rId${number}" Type="${relations}/worksheet" Target="worksheets/sheet${number}.xml"/>`,
  );
  const types = numbered.map(
    ({ number }) =>
      `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${kind}.worksheet+xml"/>`,
  );
  return {
    '[Content_Types].xml': `${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>${types.join('')}</Types>`,
    '_rels/.rels': `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${sheets.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${head}<Relationships xmlns="${packages}/relationships">${targets.join('')}</Relationships>`,
  };
}

function toRowXml(cells: readonly string[], row: number): string {
  const filled = cells.map((cell, column) =>
    cell === '' ? '' : `<c r="${toLetters(column)}${row}" t="inlineStr"><is>${toTextXml(cell)}</is></c>`,
  );
  return `<row r="${row}">${filled.join('')}</row>`;
}

/** What begins or ends with a space, or holds a line end, says that it is to be kept. */
function toTextXml(text: string): string {
  return `${/^\s|\s$|[\t\r\n]/.test(text) ? '<t xml:space="preserve">' : '<t>'}${toXml(text)}</t>`;
}

/** The letters of a column, A for 0. */
function toLetters(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest === 0 ? '' : toLetters(rest - 1)}${String.fromCharCode(65 + (column % 26))}`;
}

/** A zip, one part after the other; each call answers with the bytes that come of it. */
interface ZipWriter {
  open(path: string): void;
  write(text: string): Uint8Array;
  close(): Uint8Array;
  end(): Uint8Array;
}

/** Sheets repeat themselves so much that packing them harder takes long and saves little. */
const LEVEL = 3;

function createZip(limits: WorkbookLimits): ZipWriter {
  let ready: Uint8Array[] = [];
  let [packed, unpacked] = [0, 0];
  const zip = new Zip((error, data) => {
    if (error !== null) throw error;
    ready.push(data);
  });
  let part = new ZipDeflate('');
  const take = (): Uint8Array => {
    const bytes = Buffer.concat(ready);
    ready = [];
    packed += bytes.length;
    if (Math.max(packed, unpacked) > limits.bytes) {
      throw notWritten(`The workbook would be larger than ${limits.bytes} bytes, which no workbook is.`);
    }
    return bytes;
  };
  return {
    open: (path) => {
      unpacked = 0;
      part = new ZipDeflate(path, { level: LEVEL });
      zip.add(part);
    },
    write: (text) => {
      const bytes = strToU8(text);
      unpacked += bytes.length;
      part.push(bytes);
      return take();
    },
    close: () => {
      part.push(new Uint8Array(), true);
      return take();
    },
    end: () => {
      zip.end();
      return take();
    },
  };
}
