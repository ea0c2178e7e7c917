import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueryError } from '../../../src-main/backend/query/errors.ts';
import type { Query } from '../../../src-main/backend/query/language.ts';
import { parseQuery, parseSearch } from '../../../src-main/backend/query/parse.ts';
import { printQuery } from '../../../src-main/backend/query/print.ts';
import { anyQuery } from '../../support/any-query.ts';

const words = (text: string, phrase = false): Query => ({ is: 'words', text, phrase });
const field = (name: string, ...values: string[]): Query => {
  return { is: 'field', field: name, operator: ':', values };
};

describe('reading', () => {
  test.each<[string, Query]>([
    ['', { is: 'everything' }],
    ['   ', { is: 'everything' }],
    ['pump', words('pump')],
    ['pump 12', { is: 'and', parts: [words('pump'), words('12')] }],
    ['"pump 12"', words('pump 12', true)],
    ['"say \\"hi\\" \\\\"', words('say "hi" \\', true)],
    ['kind:server', field('kind', 'server')],
    ['Kind:server', field('kind', 'server')],
    ['kind:server,"big pump"', field('kind', 'server', 'big pump')],
    ['name:"web 01"', field('name', 'web 01')],
    ['@serial:X-1', field('@serial', 'X-1')],
    ['changed>2026-01-01', { is: 'field', field: 'changed', operator: '>', values: ['2026-01-01'] }],
    ['changed:7d', field('changed', '7d')],
    ['-archived:true', { is: 'not', part: field('archived', 'true') }],
    ['a or b', { is: 'or', parts: [words('a'), words('b')] }],
    ['a b or c', { is: 'or', parts: [{ is: 'and', parts: [words('a'), words('b')] }, words('c')] }],
    ['a (b or c)', { is: 'and', parts: [words('a'), { is: 'or', parts: [words('b'), words('c')] }] }],
    ['((a))', words('a')],
    ['a OR b', { is: 'and', parts: [words('a'), words('OR'), words('b')] }],
    ['orbit', words('orbit')],
    ['a - b', { is: 'and', parts: [words('a'), words('-'), words('b')] }],
    ['web-01', words('web-01')],
  ])('%s', (text, query) => {
    expect(parseQuery(text)).toEqual(query);
  });
});

describe('a query that cannot be read is refused at the character', () => {
  test.each<[string, number, RegExp]>([
    ['pump (valve', 11, /a closing \)/],
    ['pump)', 4, /a word or the end/],
    ['()', 1, /a word, a field or a bracket/],
    ['pump or', 7, /a word, a field or a bracket/],
    ['or pump', 0, /a word, a field or a bracket/],
    ['pump "valve', 5, /a closing "/],
    ['pump colour:red', 5, /kind, name, id/],
    ['kind:', 5, /a value/],
    ['kind:a,', 7, /a value/],
    ['state:broken', 6, /pending, synced/],
    ['archived:maybe', 9, /true or false/],
    ['changed>soon', 8, /a date/],
    ['changed>2026-13-01', 8, /a date/],
    ['changed:2026-01-01', 8, /an age such as 7d/],
    ['kind>server', 5, /only “changed” is compared/],
    [`${'('.repeat(30)}a`, 21, /20 deep/],
    ['a '.repeat(101), 200, /100 words/],
    ['x'.repeat(2001), 2000, /2000 characters/],
  ])('%s', (text, position, expected) => {
    const error = catchError(() => parseQuery(text));
    expect(error).toMatchObject({ position, expected: expect.stringMatching(expected) });
    expect(error.message).toContain(`Character ${position + 1}`);
  });
});

function catchError(body: () => unknown): QueryError {
  try {
    body();
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

test('what is printed is read as the same query, 5,000 times', () => {
  fc.assert(
    fc.property(anyQuery, (query) => {
      expect(parseQuery(printQuery(query))).toEqual(query);
    }),
    { numRuns: 5000, seed: 1 },
  );
});

describe('a search box', () => {
  test('takes what is no query and names no field as plain words', () => {
    expect(parseSearch('pump (old')).toEqual(words('pump (old'));
    expect(parseSearch('10:20 "')).toEqual(words('10:20 "'));
  });

  test('refuses a faulty query that names a field', () => {
    expect(() => parseSearch('kind:server (old')).toThrow(QueryError);
  });
});
