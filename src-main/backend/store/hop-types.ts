import { createInterpreter, normalizeTypeName } from '../../../src-preload/contract/type-meaning.ts';
import type { Hop } from '../query/language.ts';
import { column, type ReadableDb } from './sql.ts';
import { readTypes } from './types.ts';
import { readVocabulary } from './vocabulary.ts';

/** Which relationships an arrow follows, from the entity that it is asked of. */
export interface HopTypes {
  /** Ids of the types it follows from their source to their target; null for any type, or none. */
  readonly along: readonly number[] | null;
  /** Ids of those it follows from their target to their source. */
  readonly against: readonly number[] | null;
  /** Connections whose relationships have no direction: what it follows either way, it follows both ways there. */
  readonly undirected: readonly number[];
}

/** How this workspace reads the types of arrows. Each may be named by its label or, from the other end, by its inverse. */
export function readHopTypes(db: ReadableDb): (hop: Hop) => HopTypes {
  const undirected = column<number>(db, "SELECT id FROM connection WHERE capabilities ->> 'directed' = 0");
  const interpret = createInterpreter(
    readVocabulary(db).map(({ type }) => type),
    'loose',
  );
  const used = readTypes(db).map(({ id, name }) => ({ id, name, meaning: interpret(name) }));
  const symmetric = used.filter(({ meaning }) => meaning?.type.symmetric === true).map(({ id }) => id);

  /** The types that a name stands for, in the direction in which it reads, or against it. */
  const idsOf = (name: string, isAgainst: boolean): number[] => {
    const meant = interpret(name);
    const normal = normalizeTypeName(name);
    return used
      .filter((type) => {
        if (meant === null) return !isAgainst && normalizeTypeName(type.name) === normal;
        if (type.meaning?.type.name !== meant.type.name) return false;
        return meant.type.symmetric || (type.meaning.reversed !== meant.reversed) === isAgainst;
      })
      .map(({ id }) => id);
  };
  return ({ direction, types }) => {
    const isAny = types.length === 0;
    const along = isAny ? null : types.flatMap((name) => idsOf(name, false));
    const against = isAny ? symmetric : types.flatMap((name) => idsOf(name, true));
    if (direction === 'out') return { along, against, undirected };
    if (direction === 'in') return { along: against, against: along, undirected };
    const both = along === null ? null : [...new Set([...along, ...against])];
    return { along: both, against: both, undirected: [] };
  };
}
