import { CsvError, parse } from 'csv-parse/sync';
import { notRead } from './errors.ts';
import { type Reading, STRIDE } from './reading.ts';
import { createSheetBuilder, limits, type Sheet } from './table.ts';

/** Reads comma-, semicolon- or tab-separated text, with or without quotation marks. */
export function* readDelimited(name: string, text: string, delimiter: string | null): Reading<Sheet> {
  const cut = delimiter ?? guessDelimiter(text);
  const builder = createSheetBuilder(name, null);
  for (const { from, to, line } of pieces(text)) {
    let number = line;
    for (const { record, info } of parsePiece(name, text.slice(from, to), cut, line)) {
      builder.add(number, record);
      number = line + info.lines;
    }
    yield (to - from) / text.length;
  }
  return builder.build();
}

interface Parsed {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

function parsePiece(file: string, text: string, delimiter: string, line: number): Parsed[] {
  try {
    const options = {
      delimiter,
      info: true,
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      max_record_size: limits.cell * limits.columns,
    };
    return parse(text, options) as unknown as Parsed[]; // with info, every record comes with its place
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const lines: unknown = error['lines'];
    const column: unknown = error['index'] ?? error['column'];
    const row = line + (typeof lines === 'number' ? lines - 1 : 0);
    throw notRead({ file, row, column: typeof column === 'number' ? column + 1 : 1 }, toReason(error));
  }
}

function toReason({ code }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quotation mark is opened and never closed.';
  if (code === 'INVALID_OPENING_QUOTE')
    return 'a quotation mark stands inside a cell that does not begin with one.';
  if (code === 'CSV_INVALID_CLOSING_QUOTE') return 'text goes on after a closing quotation mark.';
  return 'the text cannot be cut into cells.';
}

/**
 * Cuts the text into pieces that end between two rows: where a line ends outside quotation marks. A mark inside a
 * quoted cell is doubled, so that counting them all says whether one is open.
 */
function* pieces(text: string): Generator<{ from: number; to: number; line: number }> {
  let from = 0;
  let line = 1;
  let isOpen = false;
  let at = 0;
  let lines = 0;
  const next = /["\n]/g;
  for (let match = next.exec(text); match !== null; match = next.exec(text)) {
    at = match.index;
    if (match[0] === '"') {
      isOpen = !isOpen;
      continue;
    }
    lines += 1;
    if (isOpen || at - from < STRIDE) continue;
    yield { from, to: at + 1, line };
    line += lines;
    lines = 0;
    from = at + 1;
  }
  if (from < text.length) yield { from, to: text.length, line };
}

/** The sign that stands most often in the first line outside quotation marks; a comma where none does. */
function guessDelimiter(text: string): string {
  const end = text.search(/[\r\n]/);
  const first = text.slice(0, Math.min(end < 0 ? text.length : end, limits.cell)).replaceAll(/"[^"]*"/g, '');
  const counted = ['\t', ';', ','].map((sign) => ({ sign, count: first.split(sign).length }));
  return counted.toSorted((a, b) => b.count - a.count)[0]?.sign ?? ',';
}
