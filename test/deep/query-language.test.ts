import fc from 'fast-check';
import { expect, test } from 'vitest';
import { relate } from '../../src-main/backend/commands/relate.ts';
import { QueryError } from '../../src-main/backend/query/errors.ts';
import { limits } from '../../src-main/backend/query/language.ts';
import { parseQuery, parseSearch } from '../../src-main/backend/query/parse.ts';
import { printQuery } from '../../src-main/backend/query/print.ts';
import { anyQuery, countSteps } from '../support/any-query.ts';
import { search } from '../support/at-once.ts';
import { addSynced, createSmallPlant } from '../support/workspace.ts';

const fieldPieces = [
  'kind:',
  'name:',
  'changed>',
  'changed:7d',
  'state:pending',
  'archived:true',
  '@a:',
  'type:',
  'colour:',
];
const signs = [
  '(',
  ')',
  '((',
  '"',
  '\\',
  '\\"',
  '-',
  '--',
  ' or ',
  'or',
  ',',
  ':',
  '>=',
  '<',
  '*',
  '^',
  "'",
  ';',
  '%',
  '@',
];
const words = [
  'pump',
  'Öl',
  '水',
  '\u0000',
  '\ud800',
  '🏭',
  '\u0301',
  ' ',
  '\n',
  'a'.repeat(50),
  'NEAR',
  'AND',
  '12',
];
const arrowPieces = [
  '-[',
  '<-[',
  ']->',
  ']-',
  ']',
  '->',
  '*1..3',
  '*2',
  '..',
  'feeds',
  ' -[feeds]-> ',
  '<-["is fed by"]-',
  '-[]-',
  '-[*1..2]->',
];
const pieces = [...fieldPieces, ...signs, ...words];
const arrows = fc.array(
  fc.constantFrom(...arrowPieces, '(', ')', '"', ',', ' ', ' or ', '-', 'pump', 'kind:asset'),
  {
    maxLength: 12,
  },
);
const anyText = fc.oneof(
  { weight: 3, arbitrary: arrows.map((list) => list.join('')) },
  {
    weight: 4,
    arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((list) => list.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: anyQuery.map(printQuery) },
);

/** The query, or the error; anything else that is thrown ends the test. */
function tryParse(text: string) {
  try {
    return parseQuery(text);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
}

test('100,000 texts are read or refused at a character inside them', () => {
  const counts = { read: 0, withArrows: 0, refused: 0 };
  const RUNS = 100_000;
  fc.assert(
    fc.property(anyText, (text) => {
      const result = tryParse(text);
      if (result instanceof QueryError) {
        counts.refused += 1;
        expect(result.position).toBeGreaterThanOrEqual(0);
        expect(result.position).toBeLessThanOrEqual(Math.min(text.length, limits.length));
        expect(result.expected).not.toBe('');
      } else {
        counts.read += 1;
        if (countSteps(result) > 0) counts.withArrows += 1;
        expect(countSteps(result)).toBeLessThanOrEqual(limits.allSteps);
        expect(parseQuery(printQuery(result))).toEqual(result);
      }
    }),
    { numRuns: RUNS, seed: 5 },
  );
  process.stdout.write(`query language: ${JSON.stringify(counts)}\n`);
  expect(counts.read).toBeGreaterThan(10_000);
  expect(counts.withArrows).toBeGreaterThan(5000);
  expect(counts.refused).toBeGreaterThan(10_000);
});

test('20,000 texts are answered by the store, whatever they ask', () => {
  const small = createSmallPlant();
  const { db, context, boiler, pump, valve } = small;
  relate(context, { sourceId: boiler, targetId: pump, type: 'feeds', local: true });
  addSynced(small, pump, valve);
  let answered = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      const result = tryParse(text);
      if (result instanceof QueryError) return;
      const { total, rows } = search(db, result, { offset: 0, limit: 10 });
      expect(rows.length).toBe(Math.min(total, 10));
      answered += 1;
    }),
    { numRuns: 20_000, seed: 6 },
  );
  process.stdout.write(`store: ${answered} answered\n`);
  expect(answered).toBeGreaterThan(5000);
});

test('a search box refuses only what names a field or has an arrow', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      if (!/[:<>[]/.test(text)) expect(() => parseSearch(text)).not.toThrow();
    }),
    { numRuns: 20_000, seed: 7 },
  );
});
