import type { RelationshipType } from './relationship-types.ts';
import { createInterpreter, turnUnknown } from './type-meaning.ts';

/** How a type reads from the end that a relationship reaches; with an arrow before it where no word for that is known. */
export type ReadFromTarget = (type: string | null) => string | null;

/** Reads types from the other end by a vocabulary: “feeds” is “is fed by” there, “cools” is “← cools”, and the other way round. */
export function createReadFromTarget(vocabulary: readonly RelationshipType[]): ReadFromTarget {
  const interpret = createInterpreter(vocabulary, 'loose');
  return (type) => {
    if (type === null) return null;
    const meaning = interpret(type);
    if (meaning === null) return turnUnknown(type);
    if (meaning.type.symmetric) return type;
    return meaning.reversed ? meaning.type.name : meaning.type.inverse;
  };
}
