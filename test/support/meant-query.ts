import fc from 'fast-check';

/** What the entities of a test are about, so that generated queries find some of them. */
export interface Meant {
  readonly words: readonly string[];
  readonly kinds: readonly string[];
  readonly connections: readonly string[];
  readonly types: readonly string[];
  readonly states: readonly string[];
}

/** Texts of queries that ask for what is there, three brackets deep, with `or`, minuses and several values. */
export function toMeantQuery(meant: Meant): fc.Arbitrary<string> {
  const quote = (text: string) => `"${text}"`;
  const field = (name: string, values: readonly string[]) =>
    fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }).map((some) => {
      return `${name}:${some.map(quote).join(',')}`;
    });
  const word = fc.constantFrom(...meant.words);
  const leaf = fc.oneof(
    { weight: 3, arbitrary: word },
    { weight: 1, arbitrary: word.map((text) => text.slice(0, 3)) },
    { weight: 1, arbitrary: word.map(quote) },
    { weight: 2, arbitrary: field('kind', meant.kinds) },
    { weight: 1, arbitrary: field('connection', meant.connections) },
    { weight: 2, arbitrary: field('type', meant.types) },
    { weight: 2, arbitrary: field('state', meant.states) },
    { weight: 1, arbitrary: field('name', meant.words) },
    { weight: 1, arbitrary: fc.constantFrom('archived:false', 'archived:true', 'changed:9w', '') },
  );
  const { query } = fc.letrec<{ query: string }>((tie) => ({
    query: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'query' },
      leaf,
      fc.tuple(tie('query'), tie('query')).map(([one, two]) => `${bracket(one)} ${bracket(two)}`),
      fc.tuple(tie('query'), tie('query')).map(([one, two]) => `${bracket(one)} or ${bracket(two)}`),
      tie('query').map((one) => `-${bracket(one)}`),
    ),
  }));
  return query;
}

function bracket(text: string): string {
  return text === '' ? 'kind:asset' : `(${text})`;
}
