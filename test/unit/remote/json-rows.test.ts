import { describe, expect, it } from 'vitest';
import { RemoteError } from '../../../src-main/backend/remote/errors.ts';
import { createRowReader } from '../../../src-main/backend/remote/json-rows.ts';
import { createRandom } from '../../servers/shared/random.ts';

/** Reads a text in pieces of so many characters. */
function read(text: string, size: number): { rows: unknown[]; frame: unknown } {
  const reader = createRowReader('data', 'Somewhere, GET /things');
  const rows: unknown[] = [];
  for (let at = 0; at < text.length; at += size) rows.push(...reader.push(text.slice(at, at + size)));
  return { rows, frame: reader.end() };
}

function catchKind(text: string, size = 3): string {
  try {
    read(text, size);
    return 'read';
  } catch (error) {
    return error instanceof RemoteError ? error.kind : String(error);
  }
}

const answers = [
  { success: true, data: [], meta: {} },
  { success: true, data: [1], meta: { n: [1, 2] } },
  { data: [{ a: 1 }, { b: [1, [2, { c: ']' }]] }, null, 'x, y', [], {}] },
  { note: '"data": [', meta: { data: [9, 8] }, data: [{ text: 'a "quoted" \\ ] } , [' }, { data: [7] }] },
  { before: [1, 2, 3], data: ['é – 😀', '\u0000', '\\"'], after: { data: [5] } },
];

describe('rows of a long answer', () => {
  for (const answer of answers) {
    it(`are the same whole or in pieces: ${JSON.stringify(answer)}`, () => {
      for (const text of [JSON.stringify(answer), JSON.stringify(answer, null, 2)]) {
        for (let size = 1; size <= text.length; size += 1) {
          const { rows, frame } = read(text, size);
          expect(rows).toEqual(answer.data);
          expect(frame).toEqual({ ...answer, data: [] });
        }
      }
    });
  }

  it('are the same for any values', () => {
    const random = createRandom(5);
    const draw = (depth: number): unknown => {
      const kind = Math.floor(random() * (depth > 3 ? 4 : 6));
      const many = Array.from({ length: Math.floor(random() * 4) }, () => depth + 1);
      if (kind === 4) return many.map(draw);
      if (kind === 5) return Object.fromEntries(many.map((deeper, n) => [`k"${n}`, draw(deeper)]));
      return [random(), 'a,]}"\\', null, true][kind];
    };
    for (let n = 0; n < 200; n += 1) {
      const data = Array.from({ length: 5 }, () => draw(0));
      expect(read(JSON.stringify({ success: true, data }), 1 + (n % 17)).rows).toEqual(data);
    }
  });

  for (const text of [
    '',
    '{',
    '{"data":[1,2',
    '{"data":[1,2]',
    '{"data":[1,]}',
    '{"data":[,1]}',
    '{"data":[1 2]}',
    '{"data":[1]}]',
    '{"data":[{]}]}',
    '{"data":["]}',
    '<html>',
    '{"data":[1]} and more',
  ]) {
    it(`are not believed of what is no JSON: ${text}`, () => {
      expect(catchKind(text)).toBe('foreign-answer');
    });
  }

  it('may each be long, but not without end', () => {
    expect(catchKind(`{"data":["${'x'.repeat(5_000_000)}"]}`, 65_536)).toBe('too-large');
    expect(catchKind(`{"meta":"${'x'.repeat(500_000)}","data":[]}`, 65_536)).toBe('too-large');
  });
});
