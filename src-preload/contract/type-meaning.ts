import type { RelationshipType } from './relationship-types.ts';

/** A type of the vocabulary as a relationship names it: `reversed` where it is named by its inverse. */
export interface Meaning {
  readonly type: RelationshipType;
  readonly reversed: boolean;
}

/** Remotes write the same type in several ways: depends_on, Depends-On. They read the same here. */
export function normalizeTypeName(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, ' ')
    .trim();
}

/** What a relationship’s type means, or null where the vocabulary does not know it. Pure. */
export type Interpret = (name: string | null) => Meaning | null;

/**
 * Reads types by a vocabulary; a name wins over an inverse that reads the same. `exact` is for rules: free text that
 * is written otherwise breaks none. `loose` is for showing and following, whatever way a remote writes it.
 */
export function createInterpreter(
  vocabulary: readonly RelationshipType[],
  reading: 'exact' | 'loose',
): Interpret {
  const toKey = reading === 'loose' ? normalizeTypeName : (name: string) => name;
  const meanings = new Map<string, Meaning>();
  for (const type of vocabulary) {
    if (!type.symmetric) meanings.set(toKey(type.inverse), { type, reversed: true });
  }
  for (const type of vocabulary) meanings.set(toKey(type.name), { type, reversed: false });
  return (name) => (name === null ? null : (meanings.get(toKey(name)) ?? null));
}
