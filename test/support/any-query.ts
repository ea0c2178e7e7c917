import fc from 'fast-check';
import { fieldNames, type Hop, join, limits, type Query } from '../../src-main/backend/query/language.ts';
import { RelationshipState } from '../../src-preload/contract/model.ts';

/** Queries in the form in which the parser gives them, for tests that print and read them again. */

const bare = fc.stringMatching(/^[a-zA-Z0-9éß.*/_+]{1,8}$/).filter((text) => text !== 'or');
const words = fc.oneof(
  bare.map((text): Query => ({ is: 'words', text, phrase: false })),
  fc.string({ maxLength: 12 }).map((text): Query => ({ is: 'words', text, phrase: true })),
);

const values = fc.array(
  fc.string({ minLength: 1, maxLength: 10 }).filter((text) => text.trim() !== ''),
  { minLength: 1, maxLength: 3 },
);
const free = Object.keys(fieldNames).filter((name) => !['archived', 'state', 'changed'].includes(name));
const withValues = (field: string, values: readonly string[]): Query => {
  return { is: 'field', field, operator: ':', values };
};
const day = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2050-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const fields = fc.oneof(
  fc.tuple(fc.constantFrom(...free, '@serial', '@büro'), values).map(([name, of]) => withValues(name, of)),
  fc.constantFrom('pending', ...RelationshipState.options).map((state) => withValues('state', [state])),
  fc.constantFrom('true', 'false').map((flag) => withValues('archived', [flag])),
  fc.nat({ max: 999 }).map((count) => withValues('changed', [`${count}d`])),
  fc.tuple(fc.constantFrom('>', '<', '>=', '<=' as const), day).map(([operator, date]): Query => {
    return { is: 'field', field: 'changed', operator, values: [date] };
  }),
);

const types = fc.array(
  fc.oneof(
    fc.constantFrom('feeds', 'is fed by', 'depends_on', 'a*b'),
    fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text.trim() !== ''),
  ),
  { maxLength: 2 },
);
const lengths = fc.oneof(
  { weight: 4, arbitrary: fc.constant([1, 1] as const) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: limits.steps }), fc.integer({ min: 1, max: limits.steps }))
      .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const),
  },
);
const hops = fc
  .tuple(fc.constantFrom<Hop['direction'][]>('out', 'in', 'either'), types, lengths)
  .map(([direction, of, [least, most]]): Hop => ({ direction, types: of, least, most }));

/** How many steps its arrows are long together. */
export function countSteps(query: Query): number {
  if (query.is === 'hop') return query.most + countSteps(query.to);
  if (query.is === 'not') return countSteps(query.part);
  if (query.is !== 'and' && query.is !== 'or') return 0;
  return query.parts.reduce((sum, part) => sum + countSteps(part), 0);
}

/** As deep as five brackets, and everything in between. */
export const anyQuery: fc.Arbitrary<Query> = fc.oneof(
  { weight: 20, arbitrary: toTree(5).filter((query) => countSteps(query) <= limits.allSteps) },
  { weight: 1, arbitrary: fc.constant<Query>({ is: 'everything' }) },
);

function toTree(depth: number): fc.Arbitrary<Query> {
  const leaf = fc.oneof(words, fields);
  if (depth === 0) return leaf;
  const below = toTree(depth - 1);
  const parts = fc.array(below, { minLength: 2, maxLength: 3 });
  return fc.oneof(
    leaf,
    below.map((part): Query => ({ is: 'not', part })),
    parts.map((list) => join('and', list)),
    parts.map((list) => join('or', list)),
    fc.tuple(hops, below).map(([hop, to]): Query => ({ is: 'hop', ...hop, to })),
    hops.map((hop): Query => ({ is: 'hop', ...hop, to: { is: 'everything' } })),
  );
}
