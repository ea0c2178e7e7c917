import { RelationshipState } from '../../../src-preload/contract/model.ts';

/**
 * The query language of search, lists and export, as data. Words must all match, `or` and brackets join them
 * otherwise, `-` turns one round, and `field:value,value` asks for a field.
 */
export type Query =
  | { readonly is: 'everything' }
  | { readonly is: 'and' | 'or'; readonly parts: readonly Query[] }
  | { readonly is: 'not'; readonly part: Query }
  /** `phrase` where it stood in quotes: its words then follow one another. */
  | { readonly is: 'words'; readonly text: string; readonly phrase: boolean }
  | FieldQuery;

export interface FieldQuery {
  readonly is: 'field';
  /** One of `fieldNames`, or `@name` for an attribute that the remote tells. */
  readonly field: string;
  readonly operator: Operator;
  /** Any of them; operators other than `:` have one. */
  readonly values: readonly string[];
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

/** What keeps a query from running away. */
export const limits = { length: 2000, depth: 20, terms: 100 } as const;

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
