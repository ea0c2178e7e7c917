import { RelationshipState } from '../../../src-preload/contract/model.ts';

/**
 * The query language of search, lists and export, as data. Words must all match, `or` and brackets join them
 * otherwise, `-` turns one round, and `field:value,value` asks for a field. An arrow such as `-[feeds]->` asks for a
 * relationship. How tightly they bind, the tightest first:
 *
 *  1. `-x` is not x: a word, a field or a bracket. To turn an arrow round, put it in brackets: `-(-[feeds]->)`.
 *  2. `a -[t]-> b` is a, where it has a t to b. An arrow takes the one word, field or bracket after it, and the arrows
 *     that follow that: in `a -[t]-> b -[u]-> c` it is b that has a u to c. With nothing after it, it takes anything.
 *  3. `a b` is a that is also b. So `a -[t]-> b c` is a, where it has a t to b, that is also c, and an arrow is one
 *     more thing said of the same entity: nothing has to stand before it.
 *  4. `a or b`.
 *
 * An arrow begins where a word can begin: `-[` is one there, never “not [”; within a word it needs quotation marks.
 */
export type Query =
  | { readonly is: 'everything' }
  | { readonly is: 'and' | 'or'; readonly parts: readonly Query[] }
  | { readonly is: 'not'; readonly part: Query }
  /** `phrase` where it stood in quotes: its words then follow one another. */
  | { readonly is: 'words'; readonly text: string; readonly phrase: boolean }
  | FieldQuery
  | HopQuery;

export interface FieldQuery {
  readonly is: 'field';
  /** One of `fieldNames`, or `@name` for an attribute that the remote tells. */
  readonly field: string;
  readonly operator: Operator;
  /** Any of them; operators other than `:` have one. */
  readonly values: readonly string[];
}

/** An arrow: that there is a relationship to what another query finds. */
export interface HopQuery extends Hop {
  readonly is: 'hop';
  /** What is at the other end; `everything` where nothing is said of it. */
  readonly to: Query;
}

/** An arrow without what it leads to. */
export interface Hop {
  /** As the source, as the target, or as either. */
  readonly direction: 'out' | 'in' | 'either';
  /** Labels or inverse labels, any of them; none for a relationship of any type or without one. */
  readonly types: readonly string[];
  /**
   * How many relationships in a row, with anything in between: `-[t*2]-> b` is `-[t]-> -[t]-> b`, so that one may be
   * gone over twice.
   */
  readonly least: number;
  readonly most: number;
}

export const operators = ['>=', '<=', ':', '>', '<'] as const;
export type Operator = (typeof operators)[number];

/** Every field and what its values look like, for people. */
export const fieldNames = {
  kind: 'a kind of entity',
  name: 'words of the name',
  id: 'the id on its remote',
  connection: 'the name of a connection',
  type: 'a type of relationship',
  state: 'pending, or a state of relationships',
  archived: 'true or false',
  changed: 'a date such as 2026-01-31, or after the colon an age such as 7d, 12h or 4w',
  tag: 'a tag',
} as const;
export type FieldName = keyof typeof fieldNames;

/** What keeps a query from running away. Every step of an arrow may look at all that is related. */
export const limits = { length: 2000, depth: 20, terms: 100, types: 50, steps: 5, allSteps: 6 } as const;

export const agePattern = /^(?<count>\d{1,4})(?<unit>[hdw])$/;
const datePattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?)?$/;

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(fieldNames, name);
}

/** What is wrong with a value of a field, as what was expected, or null. */
export function findFault(field: string, operator: Operator, value: string): string | null {
  if (field === 'changed') return isMoment(operator, value) ? null : fieldNames.changed;
  if (operator !== ':') return 'a colon: only “changed” is compared';
  if (field === 'archived' && value !== 'true' && value !== 'false') return fieldNames.archived;
  if (field === 'state' && value !== 'pending' && !RelationshipState.safeParse(value).success) {
    return `one of pending, ${RelationshipState.options.join(', ')}`;
  }
  return value.trim() === '' ? 'a value' : null;
}

function isMoment(operator: Operator, value: string): boolean {
  if (operator === ':') return agePattern.test(value);
  return datePattern.test(value) && !Number.isNaN(Date.parse(value));
}

/** Joins parts as the parser does: one alone stands for itself, and what is joined the same way is one list. */
export function join(is: 'and' | 'or', parts: readonly Query[]): Query {
  const flat = parts.flatMap((part) => (part.is === is ? part.parts : [part]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { is, parts: flat };
}
