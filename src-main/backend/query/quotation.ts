import { QueryError } from './errors.ts';
import { type Place, take } from './place.ts';

/** Reads a text in quotation marks, of which the first is here. */
export function readQuoted(place: Place): string {
  const start = place.position;
  const match = take(place, /"(?<content>(?:[^"\\]|\\["\\])*)"/y);
  if (match === null) throw new QueryError(start, 'this quotation is not ended; expected', 'a closing "');
  return (match.groups?.['content'] ?? '').replaceAll(/\\(["\\])/g, '$1');
}

/** Writes a text in quotation marks. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
