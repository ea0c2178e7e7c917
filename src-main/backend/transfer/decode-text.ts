import { notRead } from './errors.ts';
import type { Reading } from './reading.ts';

/**
 * The text of a piece of a file that begins behind `linesBefore` lines: UTF-8, or UTF-16 where it begins with its mark,
 * as spreadsheets save “Unicode text”.
 */
export function decodeText(file: string, bytes: Uint8Array, linesBefore = 0): string {
  try {
    return new TextDecoder(toEncoding(bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    throw orNotText(file, error, bytes, linesBefore);
  }
}

/** Bytes that are decoded in one turn. */
const DECODED = 1024 * 1024;

/** The text of a whole file, with turns for others. */
export function* decodeInTurns(file: string, bytes: Uint8Array): Reading<string> {
  const decoder = new TextDecoder(toEncoding(bytes), { fatal: true });
  let text = '';
  try {
    for (let from = 0; from < bytes.length; from += DECODED) {
      text += decoder.decode(bytes.subarray(from, from + DECODED), { stream: true });
      yield 0;
    }
    return text + decoder.decode();
  } catch (error) {
    throw orNotText(file, error, bytes);
  }
}

function orNotText(file: string, error: unknown, bytes: Uint8Array, linesBefore = 0): unknown {
  if (!(error instanceof TypeError)) return error;
  const { row, column } = findBroken(bytes);
  return notRead({ file, row: linesBefore + row, column }, 'the text is not in UTF-8. Save it as UTF-8.');
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
