import { QueryError } from './errors.ts';
import { type Hop, limits } from './language.ts';
import { type Place, take } from './place.ts';
import { quote, readQuoted } from './quotation.ts';

const bareTypePattern = /[^\s"\]*,](?:[^"\]*,]*[^\s"\]*,])?/y;
const lengthPattern = /\*\s*(?<least>\d*)\s*(?<upTo>\.\.)?\s*(?<most>\d*)/y;

/** Reads an arrow that begins here, such as `-[feeds*1..3]->`, or answers null. Throws a QueryError. */
export function readHop(place: Place): Hop | null {
  const opening = take(place, /<?-\[\s*/y)?.[0];
  if (opening === undefined) return null;
  const types = readTypes(place);
  const length = readLength(place);
  if (take(place, /\]/y) === null) {
    throw new QueryError(
      place.position,
      'the arrow is not ended; expected',
      'a comma, a length such as *1..3, or ]',
    );
  }
  return { direction: readHead(place, opening.startsWith('<')), types, ...length };
}

function readTypes(place: Place): string[] {
  const types: string[] = [];
  if (/[\]*]/.test(place.text[place.position] ?? '')) return types;
  do {
    take(place, /\s+/y);
    types.push(readType(place));
    take(place, /\s+/y);
  } while (take(place, /,/y) !== null);
  if (types.length > limits.types) {
    throw new QueryError(place.position, 'an arrow has at most', `${limits.types} types`);
  }
  return types;
}

function readType(place: Place): string {
  const { text, position } = place;
  const type = text[position] === '"' ? readQuoted(place) : (take(place, bareTypePattern)?.[0] ?? '');
  if (type.trim() !== '') return type;
  throw new QueryError(position, 'the arrow is not ended; expected', 'a type of relationship, or ]');
}

function readLength(place: Place): Pick<Hop, 'least' | 'most'> {
  const { position } = place;
  const groups = take(place, lengthPattern)?.groups;
  if (groups === undefined) return { least: 1, most: 1 };
  take(place, /\s+/y);
  const isRange = groups['upTo'] !== undefined;
  const most = Number(isRange ? groups['most'] : groups['least']);
  const least = isRange && groups['least'] === '' ? 1 : Number(groups['least']);
  const isLength = least >= 1 && least <= most && most <= limits.steps && (isRange || groups['most'] === '');
  if (isLength) return { least, most };
  throw new QueryError(
    position,
    'after * expected',
    `a length from 1 to ${limits.steps}, such as *2 or *1..3`,
  );
}

function readHead(place: Place, isBackward: boolean): Hop['direction'] {
  const head = take(place, isBackward ? /-(?!>)/y : /->?/y)?.[0];
  if (head === undefined) {
    const expected = isBackward ? '- without >: it points to the left already' : '-> or -';
    throw new QueryError(place.position, 'the arrow is not ended; expected', expected);
  }
  if (isBackward) return 'in';
  return head === '->' ? 'out' : 'either';
}

/** Writes an arrow so that reading it gives the same one again. */
export function printHop({ direction, types, least, most }: Hop): string {
  const length = most === 1 ? '' : least === most ? `*${most}` : `*${least}..${most}`;
  const [tail, head] = direction === 'in' ? ['<-', '-'] : ['-', direction === 'out' ? '->' : '-'];
  return `${tail}[${types.map(printType).join(',')}${length}]${head}`;
}

function printType(type: string): string {
  const bare = new RegExp(`^${bareTypePattern.source}$`);
  return bare.test(type) ? type : quote(type);
}
