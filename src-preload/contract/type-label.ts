import type { RelationshipType } from './relationship-types.ts';
import { createInterpreter, readTypeName } from './type-meaning.ts';

/** How a type reads from the end that a relationship reaches; as it is written where the vocabulary does not know it. */
export type ReadFromTarget = (type: string | null) => string | null;

/** Reads types from the other end by a vocabulary: “feeds” is “is fed by” there, and the other way round. */
export function createReadFromTarget(vocabulary: readonly RelationshipType[]): ReadFromTarget {
  const interpret = createInterpreter(vocabulary, 'loose');
  return (type) => {
    const meaning = interpret(type);
    if (type === null || meaning === null) return type === null ? null : readTypeName(interpret, type).name;
    if (meaning.type.symmetric) return type;
    return meaning.reversed ? meaning.type.name : meaning.type.inverse;
  };
}
