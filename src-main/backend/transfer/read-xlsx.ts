import { notRead, TransferError } from './errors.ts';
import { type DateStyles, readDateStyles } from './read-xlsx-styles.ts';
import { readXml } from './read-xml.ts';
import { readZip, unpackEntry, type ZipEntry, ZipError } from './read-zip.ts';
import type { Piece, Reading } from './reading.ts';
import { createSheetBuilder, limits, type Sheet } from './table.ts';
import { type Epoch, toIsoDate } from './xlsx-dates.ts';
import { fromXml } from './xml-text.ts';

/** What is read of a workbook: each part is unpacked when it is read. */
type Parts = ReadonlyMap<string, () => Iterable<Piece<Uint8Array>>>;

/** What the cells of all sheets refer to. */
interface Book {
  readonly shared: readonly string[];
  readonly styles: DateStyles;
  readonly epoch: Epoch;
}

/** Reads every sheet of a workbook: the values of its cells, never a formula; dates as such, and errors as faults. */
export function* readXlsx(file: string, bytes: Uint8Array): Reading<Sheet[]> {
  const parts = openParts(file, bytes);
  const shared = yield* readShared(file, parts);
  const sheets: Sheet[] = [];
  const styles = yield* readDateStyles(`${file} (${STYLES})`, parts.get(STYLES)?.());
  const { found, epoch } = yield* readFrame(file, parts);
  for (const { name, path } of found) {
    const part = parts.get(path);
    if (part === undefined) throw notRead({ file, row: 1, column: 1 }, `the sheet ${name} is missing.`);
    const sheet = yield* readSheet(`${file} ${name}`, part(), { shared, styles, epoch });
    if (sheet.rows.length > 0) sheets.push(sheet);
  }
  return sheets;
}

const STYLES = 'xl/styles.xml';

const partNames =
  /^xl\/(workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|styles\.xml|worksheets\/[^/]+\.xml)$/;

/** Only what is read is unpacked, and never more than the limit, whatever a part says it holds. */
function openParts(file: string, bytes: Uint8Array): Parts {
  const entries = [...orExplain(file, () => readZip(bytes))].filter(([name]) => partNames.test(name));
  const packedBytes = entries.reduce((sum, [, { packed }]) => sum + packed.length, 0);
  let unpackedBytes = 0;
  function* unpack(entry: ZipEntry): Generator<Piece<Uint8Array>> {
    for (const { piece, part } of unpackEntry(entry)) {
      unpackedBytes += piece.length;
      if (unpackedBytes > limits.unpackedBytes) throw tooLarge(file);
      yield { piece, part: (part * entry.packed.length) / packedBytes };
    }
  }
  return new Map(entries.map(([name, entry]) => [name, () => orExplain(file, () => unpack(entry))]));
}

function tooLarge(file: string): TransferError {
  return new TransferError(
    'file-too-large',
    `${file}, row 1, column 1: unpacked it is larger than ${limits.unpackedBytes} bytes. Nothing was imported.`,
  );
}

/** Says of a zip that cannot be read which file it is. */
function* orExplain<T>(file: string, read: () => Iterable<T>): Generator<T> {
  try {
    yield* read();
  } catch (cause) {
    if (!(cause instanceof ZipError)) throw cause;
    throw notRead({ file, row: 1, column: 1 }, 'it is no workbook that can be unpacked.');
  }
}

function* readPart(
  file: string,
  parts: Parts,
  path: string,
  listener: Parameters<typeof readXml>[2],
): Reading<void> {
  const part = parts.get(path);
  if (part !== undefined) yield* readXml(`${file} (${path})`, part(), listener);
}

function* readShared(file: string, parts: Parts): Reading<string[]> {
  const shared: string[] = [];
  let text: string | null = null;
  let phonetic = false;
  let isText = false;
  yield* readPart(file, parts, 'xl/sharedStrings.xml', {
    open: (name) => {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic = true;
      if (name === 't') isText = true;
    },
    text: (more) => {
      if (isText && text !== null && !phonetic) text += more;
    },
    close: (name) => {
      if (name === 't') isText = false;
      if (name === 'rPh') phonetic = false;
      if (name !== 'si') return;
      shared.push(fromXml(text ?? ''));
      text = null;
    },
  });
  return shared;
}

interface Frame {
  readonly found: readonly { readonly name: string; readonly path: string }[];
  readonly epoch: Epoch;
}

/** Which sheets there are, and how days are counted. */
function* readFrame(file: string, parts: Parts): Reading<Frame> {
  if (!parts.has('xl/workbook.xml')) throw notRead({ file, row: 1, column: 1 }, 'it is no workbook.');
  const targets = new Map<string, string>();
  yield* readPart(file, parts, 'xl/_rels/workbook.xml.rels', {
    open: (name, { Id = '', Target = '' }) => {
      if (name === 'Relationship') targets.set(Id, Target.replace(/^\/?(xl\/)?/, 'xl/'));
    },
    text: () => undefined,
    close: () => undefined,
  });
  const found: { name: string; path: string }[] = [];
  let epoch: Epoch = 'since1900';
  yield* readPart(file, parts, 'xl/workbook.xml', {
    open: (element, { name = '', id = '', date1904 = '' }) => {
      if (element === 'workbookPr' && /^(?:1|true)$/.test(date1904)) epoch = 'since1904';
      const path = targets.get(id);
      if (element === 'sheet' && path?.startsWith('xl/worksheets/') === true) found.push({ name, path });
    },
    text: () => undefined,
    close: () => undefined,
  });
  return { found, epoch };
}

/** Longer than any error of a cell, such as #DIV/0!. */
const LONGEST_ERROR = 20;

function* readSheet(file: string, xml: Iterable<Piece<Uint8Array>>, book: Book): Reading<Sheet> {
  const builder = createSheetBuilder(file, null);
  let row = { number: 0, cells: [] as string[], faults: new Map<number, string>() };
  let cell = { type: '', style: 0, column: 0, text: '' };
  let isValue = false;
  yield* readXml(file, xml, {
    open: (name, attributes, line) => {
      if (name === 'row') {
        row = { number: toRowNumber(file, attributes['r'], row.number), cells: [], faults: new Map() };
      }
      if (name === 'c') {
        const column = toColumn(file, attributes['r'], row, line);
        cell = { type: attributes['t'] ?? 'n', style: Number(attributes['s'] ?? 0), column, text: '' };
      }
      isValue = name === 'v' || name === 't';
    },
    text: (more) => {
      if (isValue) cell.text += more;
    },
    close: (name) => {
      isValue = false;
      if (name === 'c') {
        setCell(row.cells, cell.column, toText(file, row.number, cell, book));
        if (cell.type === 'e') row.faults.set(cell.column, cell.text.slice(0, LONGEST_ERROR));
      }
      if (name === 'row') builder.add(row.number, row.cells, row.faults);
    },
  });
  return builder.build();
}

/** Rows come in their order; the next one where a row has no number. */
function toRowNumber(file: string, text: string | undefined, before: number): number {
  const number = text === undefined ? before + 1 : Number(text);
  if (Number.isInteger(number) && number > before && number <= limits.sheetRows) return number;
  throw notRead({ file, row: before + 1, column: 1 }, 'the rows are not in order.');
}

function setCell(cells: string[], column: number, text: string): void {
  while (cells.length < column) cells.push('');
  cells[column] = text;
}

/** The column of a reference such as AB12, from 0; the next one where there is no reference. */
function toColumn(
  file: string,
  reference: string | undefined,
  row: { readonly number: number; readonly cells: readonly string[] },
  line: number,
): number {
  if (reference === undefined) return row.cells.length;
  const letters = /^([A-Z]{1,3})\d{1,7}$/.exec(reference)?.[1];
  if (letters === undefined)
    throw notRead({ file, row: row.number || line, column: reference }, 'there is no such cell.');
  const column = Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  if (column < limits.columns) return column;
  throw notRead(
    { file, row: row.number, column: column + 1 },
    `a row has at most ${limits.columns} columns.`,
  );
}

interface Cell {
  readonly type: string;
  readonly style: number;
  readonly column: number;
  readonly text: string;
}

function toText(
  file: string,
  row: number,
  { type, style, column, text }: Cell,
  { shared, styles, epoch }: Book,
): string {
  if (type === 'b') return text === '1' ? 'true' : 'false';
  if (type === 'n') {
    const shown = styles[style] ?? null;
    return shown === null ? text : toIsoDate(text, shown, epoch);
  }
  if (type !== 's') return fromXml(text);
  const found = shared[Number(text)];
  if (found === undefined)
    throw notRead({ file, row, column: column + 1 }, 'the text of the cell is missing.');
  return found;
}
