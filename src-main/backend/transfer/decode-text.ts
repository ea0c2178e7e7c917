import { notRead } from './errors.ts';

/**
 * The text of a file, or of a piece of it that begins behind `linesBefore` lines: UTF-8, or UTF-16 where the file begins
 * with its mark, as spreadsheets save “Unicode text”.
 */
export function decodeText(file: string, bytes: Uint8Array, linesBefore = 0): string {
  try {
    return new TextDecoder(toEncoding(bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const { row, column } = findBroken(bytes);
    throw notRead({ file, row: linesBefore + row, column }, 'the text is not in UTF-8. Save it as UTF-8.');
  }
}

function toEncoding(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** Where the replacement for what cannot be read first stands. */
function findBroken(bytes: Uint8Array): { row: number; column: number } {
  const lines = new TextDecoder().decode(bytes).split('\n');
  const row = lines.findIndex((line) => line.includes('\uFFFD'));
  return { row: Math.max(row, 0) + 1, column: (lines[row]?.indexOf('\uFFFD') ?? 0) + 1 };
}
