import { printHop } from './arrows.ts';
import type { FieldQuery, Query } from './language.ts';
import { quote } from './quotation.ts';

/** Writes a query so that reading it gives the same query again, with no more brackets than that takes. */
export function printQuery(query: Query): string {
  switch (query.is) {
    case 'everything':
      return '';
    case 'words':
      return query.phrase ? quote(query.text) : query.text;
    case 'field':
      return printField(query);
    case 'not':
      return `-${printNegated(query.part)}`;
    case 'hop':
      return `${printHop(query)} ${printOtherEnd(query.to)}`.trimEnd();
    case 'and':
      return printParts(query.parts);
    case 'or':
      return query.parts.map(printQuery).join(' or ');
  }
}

/** A word that begins with a bracket would be taken for an arrow after a minus. */
function printNegated(query: Query): string {
  const isPlain =
    query.is === 'field' || (query.is === 'words' && (query.phrase || !query.text.startsWith('[')));
  return isPlain ? printQuery(query) : `(${printQuery(query)})`;
}

/** From the last part to the first: an arrow takes what follows it, if that can be taken. */
function printParts(parts: readonly Query[]): string {
  return parts.reduceRight((rest, part) => {
    const taken = part.is === 'hop' && rest !== '' && (isOpen(part) || /^<?-\[/.test(rest));
    const printed = part.is === 'or' || taken ? `(${printQuery(part)})` : printQuery(part);
    return rest === '' ? printed : `${printed} ${rest}`;
  }, '');
}

/** Whether the last arrow says nothing of its other end. */
function isOpen(query: Query): boolean {
  if (query.is === 'hop') return query.to.is === 'everything' || isOpen(query.to);
  return isChain(query) && isOpen(query.parts[1]);
}

/** What an arrow takes as a whole without brackets: one part and the arrow that follows it. */
function isChain(query: Query): query is Query & { readonly parts: readonly [Query, Query] } {
  return query.is === 'and' && query.parts.length === 2 && query.parts[1]?.is === 'hop';
}

function printOtherEnd(query: Query): string {
  const needsBracket = query.is === 'or' || (query.is === 'and' && !isChain(query));
  return needsBracket ? `(${printQuery(query)})` : printQuery(query);
}

function printField({ field, operator, values }: FieldQuery): string {
  return `${field}${operator}${values.map(printValue).join(',')}`;
}

function printValue(value: string): string {
  return /^[^\s()",]+$/.test(value) && !value.includes('-[') ? value : quote(value);
}
