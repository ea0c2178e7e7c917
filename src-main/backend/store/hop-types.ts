import {
  createInterpreter,
  normalizeTypeName,
  readTypeName,
  type TypeReading,
} from '../../../src-preload/contract/type-meaning.ts';
import type { Hop } from '../query/language.ts';
import { column, type ReadableDb } from './sql.ts';
import { readTypes } from './types.ts';
import { readVocabulary } from './vocabulary.ts';

/** Types that an arrow follows: these, or any but these; what has no type is followed as one of any. */
export interface Followed {
  readonly only: boolean;
  readonly ids: readonly number[];
}

interface Ways {
  /** What it follows from the source that is stored to the target, and the other way round. */
  readonly along: Followed;
  readonly against: Followed;
}

/** Which relationships an arrow follows, from the entity that it is asked of. */
export interface HopTypes extends Ways {
  /** What it follows on connections whose relationships have no direction, where that is something else. */
  readonly undirected: readonly (Ways & { readonly connections: readonly number[] })[];
}

/** Connections whose relationships have no direction: those that keep types, or those where a type is a mark. */
const UNDIRECTED = `SELECT id FROM connection
  WHERE capabilities ->> 'directed' = 0 AND IFNULL(capabilities ->> 'typed', 0) = :typed`;

const any: Followed = { only: false, ids: [] };

/** How this workspace reads the types of arrows. Each may be named by its label or, from the other end, by its inverse. */
export function readHopTypes(db: ReadableDb): (hop: Hop) => HopTypes {
  const typed = column<number>(db, UNDIRECTED, { typed: 1 });
  const marked = column<number>(db, UNDIRECTED, { typed: 0 });
  const interpret = createInterpreter(
    readVocabulary(db).map(({ type }) => type),
    'loose',
  );
  const read = (name: string) => {
    const { name: said, way } = readTypeName(interpret, name);
    return { said: normalizeTypeName(said), way };
  };
  const used = readTypes(db).map(({ id, name }) => ({ id, ...read(name) }));
  const idsOf = (way: TypeReading['way']) => used.filter((type) => type.way === way).map(({ id }) => id);

  /** The types that a name stands for, in the direction in which it reads, or against it. */
  const idsOfName = (name: string, isAgainst: boolean): number[] => {
    const asked = read(name);
    return used
      .filter(({ said, way }) => {
        return said === asked.said && (way === 'both' || (way !== asked.way) === isAgainst);
      })
      .map(({ id }) => id);
  };
  const only = (ids: readonly number[]): Followed => ({ only: true, ids: [...new Set(ids)] });
  const toWays = (types: readonly string[]): Ways =>
    types.length === 0
      ? { along: any, against: only(idsOf('both')) }
      : {
          along: only(types.flatMap((name) => idsOfName(name, false))),
          against: only(types.flatMap((name) => idsOfName(name, true))),
        };
  return ({ direction, types }) => {
    const ways = toWays(types);
    const both = types.length === 0 ? any : only([...ways.along.ids, ...ways.against.ids]);
    const bothWays = { along: both, against: both };
    if (direction === 'either') return { ...bothWays, undirected: [] };
    // stored in no order that means anything: where any type will do, it is the mark that says the direction
    const byMark = {
      along: { only: false, ids: idsOf('against') },
      against: { only: false, ids: idsOf('along') },
    };
    const undirected = [
      { connections: typed, ...bothWays },
      { connections: types.length === 0 ? marked : [], ...byMark },
    ].filter(({ connections }) => connections.length > 0);
    const hop = { ...ways, undirected };
    return direction === 'out' ? hop : { ...turn(hop), undirected: undirected.map(turn) };
  };
}

function turn<T extends Ways>(ways: T): T {
  return { ...ways, along: ways.against, against: ways.along };
}
