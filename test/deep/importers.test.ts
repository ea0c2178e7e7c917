import { describe, expect, test } from 'vitest';
import { TransferError } from '../../src-main/backend/transfer/errors.ts';
import { type Format, formats, readFile } from '../../src-main/backend/transfer/read-file.ts';
import type { Sheet } from '../../src-main/backend/transfer/table.ts';
import { createRandom } from '../servers/shared/random.ts';
import { makeMutatedFile } from '../support/mutated-files.ts';

/** More turns than an input of this size can need. */
const STEPS = 1000;

function read(format: Format, bytes: Uint8Array): Sheet[] | TransferError {
  const reading = readFile(`fuzz.${format}`, bytes, format);
  try {
    for (let step = 0; step < STEPS; step += 1) {
      const { done, value } = reading.next();
      if (done === true) return value;
    }
  } catch (error) {
    if (error instanceof TransferError) return error;
    throw error;
  }
  throw new Error('The reader ran away');
}

const INPUTS = 25_000;

describe('importers', () => {
  test.each(formats)('%s: whatever is read is whole and bounded, or refused with its place', (format) => {
    const random = createRandom(formats.indexOf(format) + 1);
    const seen = { read: 0, refused: 0 };
    for (let input = 0; input < INPUTS; input += 1) {
      const result = read(format, makeMutatedFile(format, random));
      if (result instanceof TransferError) {
        seen.refused += 1;
        expect(result.message).toMatch(/^fuzz\.\w+.*, row \d+, column /s);
      } else {
        seen.read += 1;
        for (const { columns, rows } of result) {
          for (const { number, cells } of rows) {
            if (number >= 1 && cells.length <= columns.length) continue;
            throw new Error(`A row is odd: ${number} ${cells.length} of ${columns.length}`);
          }
        }
      }
    }
    expect(seen.read).toBeGreaterThan(INPUTS / 100);
    expect(seen.refused).toBeGreaterThan(INPUTS / 100);
  });
});
