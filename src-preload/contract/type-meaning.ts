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

/** What a type is called whichever end it is said from, and whether it is meant from source to target, or against it. */
export interface TypeReading {
  readonly name: string;
  readonly way: 'along' | 'against' | 'both';
}

/** Stands before a type that is said from the target, where the vocabulary has no word for that. */
const TURNED = '← ';

/** A type without the sign that it is said from the target, and whether it had it. */
function withoutTurn(name: string): { readonly name: string; readonly turned: boolean } {
  const turned = name.startsWith(TURNED);
  return { name: turned ? name.slice(TURNED.length) : name, turned };
}

/** A type that the vocabulary does not know as said from the other end: “cools” is “← cools”, and the other way round. */
export function turnUnknown(name: string): string {
  const bare = withoutTurn(name);
  return bare.turned ? bare.name : `${TURNED}${name}`;
}

/** Reads a type, known to the vocabulary or not. Pure. */
export function readTypeName(interpret: Interpret, name: string): TypeReading {
  const meaning = interpret(name);
  if (meaning === null) {
    const bare = withoutTurn(name);
    return { name: bare.name, way: bare.turned ? 'against' : 'along' };
  }
  const { type, reversed } = meaning;
  return { name: type.name, way: type.symmetric ? 'both' : reversed ? 'against' : 'along' };
}

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
  return (name) => (name === null ? null : findMeaning(meanings, toKey(name)));
}

function findMeaning(meanings: ReadonlyMap<string, Meaning>, key: string): Meaning | null {
  const known = meanings.get(key);
  if (known !== undefined) return known;
  const { name, turned } = withoutTurn(key);
  const meant = turned ? meanings.get(name) : undefined;
  return meant === undefined ? null : { ...meant, reversed: !meant.type.symmetric && !meant.reversed };
}

/** What a type is said as from the other end, or null where the vocabulary has no word for that. Pure. */
export type SayFromOtherEnd = (name: string) => string | null;

/** Turns types round by a vocabulary. Free text that only reads like a type of it keeps its own way of being written. */
export function createOtherEnd(vocabulary: readonly RelationshipType[]): SayFromOtherEnd {
  const exact = createInterpreter(vocabulary, 'exact');
  const loose = createInterpreter(vocabulary, 'loose');
  return (name) => {
    if (loose(name)?.type.symmetric === true) return name;
    const meaning = exact(name);
    if (meaning === null) return null;
    return meaning.reversed ? meaning.type.name : meaning.type.inverse;
  };
}
