import { join, type Query } from './language.ts';

/** What words may stand for: each misspelt one with those it is taken for. */
export type Spellings = ReadonlyMap<string, readonly string[]>;

/** The texts of all words that what is found must have, or that what it is related to must have. */
export function collectTexts(query: Query): string[] {
  switch (query.is) {
    case 'words':
      return [query.text];
    case 'and':
    case 'or':
      return query.parts.flatMap(collectTexts);
    case 'hop':
      return collectTexts(query.to);
    // what is not to be there is missing under any spelling
    case 'not':
    case 'field':
    case 'everything':
      return [];
  }
}

/** The same query with misspelt words taken for any of what they may be as well. `toWords` cuts a text into words. */
export function respell(query: Query, spellings: Spellings, toWords: (text: string) => string[]): Query {
  const again = (part: Query) => respell(part, spellings, toWords);
  switch (query.is) {
    case 'words': {
      const words = toWords(query.text);
      return words.some((word) => spellings.has(word))
        ? join(
            'and',
            words.map((word) => toAny(word, spellings.get(word) ?? [])),
          )
        : query;
    }
    case 'and':
    case 'or':
      return join(query.is, query.parts.map(again));
    case 'hop':
      return { ...query, to: again(query.to) };
    case 'not':
    case 'field':
    case 'everything':
      return query;
  }
}

function toAny(word: string, takenFor: readonly string[]): Query {
  return join(
    'or',
    [word, ...takenFor].map((text) => ({ is: 'words', text, phrase: false })),
  );
}
