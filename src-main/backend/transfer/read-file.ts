import { notRead, TransferError } from './errors.ts';
import { readDelimited } from './read-delimited.ts';
import { readGraphml } from './read-graphml.ts';
import { readJson } from './read-json.ts';
import { readXlsx } from './read-xlsx.ts';
import type { Reading } from './reading.ts';
import { limits, type Sheet } from './table.ts';

/** The formats that are read and written. */
export const formats = ['csv', 'tsv', 'xlsx', 'json', 'graphml'] as const;
export type Format = (typeof formats)[number];

const endings: Readonly<Record<string, Format>> = {
  csv: 'csv',
  txt: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  xlsx: 'xlsx',
  json: 'json',
  graphml: 'graphml',
  xml: 'graphml',
};

/** The format that the ending of a file name says; throws where it says none. */
export function toFormat(name: string): Format {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const format = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  if (format !== undefined) return format;
  throw new TransferError(
    'format-unknown',
    `${name} is none of ${formats.join(', ')}: its name says what it is.`,
  );
}

/** Reads a file into its tables. Throws a TransferError that names file, row and column where it cannot. */
export function* readFile(name: string, bytes: Uint8Array, format: Format): Reading<Sheet[]> {
  if (bytes.length > limits.bytes) {
    throw new TransferError(
      'file-too-large',
      `${name}, row 1, column 1: it is larger than ${limits.bytes} bytes. Nothing was imported.`,
    );
  }
  if (format === 'xlsx') return yield* readXlsx(name, bytes);
  return yield* readText(name, yield* decode(name, bytes), format);
}

/** Reads a text, such as what was pasted. */
export function* readText(name: string, text: string, format: Exclude<Format, 'xlsx'>): Reading<Sheet[]> {
  switch (format) {
    case 'json':
      return yield* readJson(name, text);
    case 'graphml':
      return yield* readGraphml(name, text);
    case 'tsv':
      return [yield* readDelimited(name, text, '\t')];
    case 'csv':
      return [yield* readDelimited(name, text, null)];
  }
}

/** Bytes that are decoded in one turn. */
const DECODED = 1024 * 1024;

/** UTF-8, or UTF-16 where the file begins with its mark, as spreadsheets save “Unicode text”. */
function* decode(file: string, bytes: Uint8Array): Reading<string> {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8';
  const decoder = new TextDecoder(encoding, { fatal: true });
  let text = '';
  try {
    for (let from = 0; from < bytes.length; from += DECODED) {
      text += decoder.decode(bytes.subarray(from, from + DECODED), { stream: true });
      yield 0;
    }
    return text + decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const { row, column } = findBroken(bytes);
    throw notRead({ file, row, column }, 'the text is not in UTF-8. Save it as UTF-8.');
  }
}

/** Where the replacement for what cannot be read first stands. */
function findBroken(bytes: Uint8Array): { row: number; column: number } {
  const lines = new TextDecoder().decode(bytes).split('\n');
  const row = lines.findIndex((line) => line.includes('\uFFFD'));
  return { row: Math.max(row, 0) + 1, column: (lines[row]?.indexOf('\uFFFD') ?? 0) + 1 };
}
