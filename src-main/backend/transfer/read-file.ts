import { decodeInTurns } from './decode-text.ts';
import { notRead, TransferError } from './errors.ts';
import { readDelimited } from './read-delimited.ts';
import { readGraphml } from './read-graphml.ts';
import { readJson } from './read-json.ts';
import { beginsAsOwnExport, readOwnExport } from './read-own-json.ts';
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

type FileLimits = Pick<{ readonly [L in keyof typeof limits]: number }, 'bytes' | 'ownBytes' | 'ownRows'>;

/** The most bytes that a file of a format may have, before anything of it is read. */
export function toMostBytes(format: Format, within: FileLimits = limits): number {
  return format === 'json' ? Math.max(within.bytes, within.ownBytes) : within.bytes;
}

/** Says that a file is larger than what is taken. */
export function toTooLarge(name: string, most: number): TransferError {
  const message = `${name}, row 1, column 1: it is larger than ${most} bytes. Nothing was imported; split it.`;
  return new TransferError('file-too-large', message);
}

/** Reads a file into its tables. Throws a TransferError that names file, row and column where it cannot. */
export function* readFile(
  name: string,
  bytes: Uint8Array,
  format: Format,
  within: FileLimits = limits,
): Reading<Sheet[]> {
  const most = toMostBytes(format, within);
  if (bytes.length > most) throw toTooLarge(name, most);
  const isLarge = bytes.length > within.bytes;
  if (format === 'json' && beginsAsOwnExport(bytes)) {
    const read = yield* readOwnExport(name, bytes, within.ownRows);
    if (Array.isArray(read)) return read;
    if (isLarge) {
      const what = `this line is not as an export of Weft writes it, and other JSON is read up to ${within.bytes} bytes.`;
      throw notRead({ file: name, row: read.row, column: 1 }, what);
    }
  }
  if (isLarge) throw toTooLarge(name, within.bytes);
  if (format === 'xlsx') return yield* readXlsx(name, bytes);
  return yield* readText(name, yield* decodeInTurns(name, bytes), format);
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
