import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueryError } from '../../../src-main/backend/query/errors.ts';
import { type Hop, limits, type Query } from '../../../src-main/backend/query/language.ts';
import { parseQuery, parseSearch } from '../../../src-main/backend/query/parse.ts';
import { printQuery } from '../../../src-main/backend/query/print.ts';
import { anyQuery, countSteps } from '../../support/any-query.ts';

const words = (text: string, phrase = false): Query => ({ is: 'words', text, phrase });
const field = (name: string, ...values: string[]): Query => {
  return { is: 'field', field: name, operator: ':', values };
};

const everything: Query = { is: 'everything' };
const hop = (
  direction: Hop['direction'],
  types: string[],
  to: Query = everything,
  length = [1, 1],
): Query => {
  const [least = 1, most = 1] = length;
  return { is: 'hop', direction, types, least, most, to };
};
const and = (...parts: Query[]): Query => ({ is: 'and', parts });

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
    ['-[feeds]-> b', hop('out', ['feeds'], words('b'))],
    ['<-[feeds]- b', hop('in', ['feeds'], words('b'))],
    ['-[feeds]- b', hop('either', ['feeds'], words('b'))],
    ['a -[feeds]-> b', and(words('a'), hop('out', ['feeds'], words('b')))],
    ['(a)-[feeds]->(b)', and(words('a'), hop('out', ['feeds'], words('b')))],
    ['"a"-[feeds]->kind:b', and(words('a', true), hop('out', ['feeds'], field('kind', 'b')))],
    ['-[]->', hop('out', [])],
    ['-[ is fed by , feeds ]->', hop('out', ['is fed by', 'feeds'])],
    ['-["a, b]","*"]->', hop('out', ['a, b]', '*'])],
    ['-[feeds*2]->', hop('out', ['feeds'], everything, [2, 2])],
    ['-[feeds*1..3]->', hop('out', ['feeds'], everything, [1, 3])],
    ['-[feeds *..3]->', hop('out', ['feeds'], everything, [1, 3])],
    ['-[*5]-', hop('either', [], everything, [5, 5])],
    ['-[feeds]-> or b', { is: 'or', parts: [hop('out', ['feeds']), words('b')] }],
    ['-[t]-> b -[u]-> c', hop('out', ['t'], and(words('b'), hop('out', ['u'], words('c'))))],
    ['-[t]-> -[u]-> c', hop('out', ['t'], hop('out', ['u'], words('c')))],
    ['(-[t]-> b) -[u]-> c', and(hop('out', ['t'], words('b')), hop('out', ['u'], words('c')))],
    ['a -[t]-> b c', and(words('a'), hop('out', ['t'], words('b')), words('c'))],
    ['a -[t]-> (b c)', and(words('a'), hop('out', ['t'], and(words('b'), words('c'))))],
    ['a -[t]-> -b', and(words('a'), hop('out', ['t'], { is: 'not', part: words('b') }))],
    ['-a -[t]-> b', and({ is: 'not', part: words('a') }, hop('out', ['t'], words('b')))],
    ['-(-[feeds]-> )', { is: 'not', part: hop('out', ['feeds']) }],
    ['[a', words('[a')],
    ['-([a)', { is: 'not', part: words('[a') }],
    ['kind:"a-[b]->c"', field('kind', 'a-[b]->c')],
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
    ['a -[feeds', 9, /a comma, a length such as/],
    ['a -[', 4, /a type of relationship, or \]/],
    ['a -[feeds,]->', 10, /a type of relationship, or \]/],
    ['a -[" "]->', 4, /a type of relationship, or \]/],
    ['a -[feeds "is fed by"]->', 10, /a comma, a length/],
    ['a -["feeds]->', 4, /a closing "/],
    ['a -[feeds] b', 10, /-> or -/],
    ['a <-[feeds]-> b', 11, /- without >/],
    ['a -[feeds*]->', 9, /a length from 1 to 5/],
    ['a -[feeds*0]->', 9, /a length from 1 to 5/],
    ['a -[feeds*6]->', 9, /a length from 1 to 5/],
    ['a -[feeds*3..2]->', 9, /a length from 1 to 5/],
    ['a -[feeds*2..]->', 9, /a length from 1 to 5/],
    ['a --[feeds]-> b', 3, /a bracket/],
    ['a -[draft]', 10, /-> or -/],
    ['kind:pump-[feeds]-> b', 9, /a space before it/],
    ['pump<-[feeds]- b', 4, /a space before it/],
    [`a ${'-[*5]- '.repeat(3)}`, 9, /6 steps/],
    [`-[${'a,'.repeat(50)}a]-`, 103, /50 types/],
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

test('a fault is named by the character that people count, however many numbers it takes', () => {
  const plain = catchError(() => parseQuery('a kind:'));
  const pictured = catchError(() => parseQuery('🏭 kind:'));
  expect(pictured.message).toBe(plain.message);
  expect(pictured.position).toBe(plain.position + 1);
});

test('what is printed is read as the same query, 5,000 times', () => {
  let arrows = 0;
  fc.assert(
    fc.property(anyQuery, (query) => {
      if (countSteps(query) > 0) arrows += 1;
      expect(parseQuery(printQuery(query))).toEqual(query);
    }),
    { numRuns: 5000, seed: 1 },
  );
  expect(arrows).toBeGreaterThan(1500);
});

describe('arrows are printed with the brackets that they need and no others', () => {
  test.each([
    ['a -[t]-> b c', 'a -[t]-> b c'],
    ['(a) (-[ t ]-> (b)) (c)', 'a -[t]-> b c'],
    ['a -[t]-> (b c)', 'a -[t]-> (b c)'],
    ['(-[t]->) c', '(-[t]->) c'],
    ['-[t]-> (b -[u]-> c)', '-[t]-> b -[u]-> c'],
    ['-[t]-> (b -[u]->) c', '(-[t]-> b -[u]->) c'],
    ['(-[t]-> b) -[u]-> c', '(-[t]-> b) -[u]-> c'],
    ['(-[t]-> b) (-[u]->) c', '-[t]-> b (-[u]->) c'],
    ['-[t]-> ((-[u]-> b) -[v]-> c)', '-[t]-> (-[u]-> b) -[v]-> c'],
    ['-[t]-> (b or c)', '-[t]-> (b or c)'],
    ['(-[t]->) or b', '-[t]-> or b'],
    ['-(-[t]->)', '-(-[t]->)'],
    ['-[t*1..1]-> -b', '-[t]-> -b'],
    ['-[t*2..2]-', '-[t*2]-'],
  ])('%s', (text, printed) => {
    expect(printQuery(parseQuery(text))).toBe(printed);
  });
});

test('no query is longer than its limits let the store look', () => {
  expect(() => parseQuery('-[*2]- '.repeat(limits.allSteps / 2))).not.toThrow();
  expect(() => parseQuery('-[]- '.repeat(limits.allSteps + 1))).toThrow(QueryError);
});

describe('a search box', () => {
  test('takes what is no query and names no field as plain words', () => {
    expect(parseSearch('pump (old')).toEqual(words('pump (old'));
    expect(parseSearch('10:20 "')).toEqual(words('10:20 "'));
  });

  test('refuses a faulty query that names a field or has an arrow', () => {
    expect(() => parseSearch('kind:server (old')).toThrow(QueryError);
    expect(() => parseSearch('pump -[feeds*9]-> valve')).toThrow(QueryError);
    expect(parseSearch('AB-[1]-CD')).toEqual(words('AB-[1]-CD'));
    expect(parseSearch('-[draft] pump')).toEqual(words('-[draft] pump'));
  });
});
