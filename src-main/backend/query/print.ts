import type { FieldQuery, Query } from './language.ts';

/** Writes a query so that reading it gives the same query again. */
export function printQuery(query: Query): string {
  switch (query.is) {
    case 'everything':
      return '';
    case 'words':
      return query.phrase ? quote(query.text) : query.text;
    case 'field':
      return printField(query);
    case 'not':
      return `-${printTight(query.part)}`;
    case 'and':
      return query.parts
        .map((part) => (part.is === 'or' ? `(${printQuery(part)})` : printQuery(part)))
        .join(' ');
    case 'or':
      return query.parts.map(printQuery).join(' or ');
  }
}

function printTight(query: Query): string {
  return query.is === 'words' || query.is === 'field' ? printQuery(query) : `(${printQuery(query)})`;
}

function printField({ field, operator, values }: FieldQuery): string {
  return `${field}${operator}${values.map(printValue).join(',')}`;
}

function printValue(value: string): string {
  return /^[^\s()",]+$/.test(value) ? value : quote(value);
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
