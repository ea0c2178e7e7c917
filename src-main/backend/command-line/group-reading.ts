import type { GroupKey } from '../../../src-preload/contract/queries.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { createReadFromTarget } from '../../../src-preload/contract/type-label.ts';
import { createInterpreter, readTypeName } from '../../../src-preload/contract/type-meaning.ts';

type Direction = GroupKey['direction'];

/** How the relationships of an entity are said from its side, and which of them are meant. */
export interface GroupReading {
  /** The type as it reads from the entity; null where there is none. */
  toLabel(key: GroupKey): string | null;
  /** For people: the way that is meant, and the label. */
  toText(key: GroupKey): string;
  /**
   * Whether a relationship is of one of the types, by name or inverse, and goes that way. Of an inverse, out is the way
   * in which the inverse is said. Null stands for any; an empty type for none.
   */
  isMeant(key: GroupKey, types: readonly string[] | null, direction: Direction | null): boolean;
}

/** Reads groups by a vocabulary. Pure. */
export function createGroupReading(vocabulary: readonly RelationshipType[]): GroupReading {
  const interpret = createInterpreter(vocabulary, 'loose');
  const readFromTarget = createReadFromTarget(vocabulary);
  const toLabel = ({ type, direction }: GroupKey) => (direction === 'out' ? type : readFromTarget(type));
  const read = (type: string) => (type === '' ? untyped : readTypeName(interpret, type));
  const isOfType = (key: GroupKey, type: string, direction: Direction | null) => {
    const [stored, wanted] = [read(key.type ?? ''), read(type)];
    if (stored.name !== wanted.name) return false;
    if (direction === null || stored.way === 'both') return true;
    return turn(key.direction, stored.way) === turn(direction, wanted.way);
  };
  return {
    toLabel,
    toText: (key) => {
      const label = toLabel(key);
      const arrow = turn(key.direction, read(key.type ?? '').way) === 'out' ? '→' : '←';
      return `${arrow} ${label === null ? 'no type' : readTypeName(knowNothing, label).name}`;
    },
    isMeant: (key, types, direction) => {
      if (types !== null) return types.some((type) => isOfType(key, type, direction));
      const { way } = read(key.type ?? '');
      return direction === null || way === 'both' || turn(key.direction, way) === direction;
    },
  };
}

const untyped = { name: '', way: 'along' } as const;

/** The arrow says which way a type is meant, so that a sign before its name would say it twice. */
const knowNothing = () => null;

function turn(direction: Direction, way: 'along' | 'against' | 'both'): Direction {
  if (way !== 'against') return direction;
  return direction === 'out' ? 'in' : 'out';
}
