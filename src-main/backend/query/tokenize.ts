import { readHop } from './arrows.ts';
import { QueryError } from './errors.ts';
import {
  findFault,
  type Hop,
  isFieldName,
  limits,
  type Operator,
  operators,
  type Query,
} from './language.ts';
import { type Place, take } from './place.ts';
import { readQuoted } from './quotation.ts';

/** A piece of a query and where it begins. */
export type Token =
  | { readonly is: '(' | ')' | '-' | 'or' | 'end'; readonly position: number }
  | { readonly is: 'hop'; readonly position: number; readonly hop: Hop }
  | { readonly is: 'term'; readonly position: number; readonly term: Query };

const fieldPattern = /(?<field>@[^\s()":<>=,]{1,100}|[A-Za-z]+)(?<operator>>=|<=|:|>|<(?!-\[))/y;
const barePattern = /[^\s()"]+/y;
const bareValuePattern = /[^\s()",]+/y;

/** Cuts a query into tokens; the last is `end`. Throws a QueryError. */
export function tokenize(text: string): Token[] {
  if (text.length > limits.length) {
    throw new QueryError(limits.length, 'a query has at most', `${limits.length} characters`);
  }
  const place: Place = { text, position: 0 };
  const tokens: Token[] = [];
  for (let terms = 0, steps = 0; ; ) {
    const token = readToken(place);
    tokens.push(token);
    if (token.is === 'end') return tokens;
    if (token.is === 'term') terms += 1;
    if (token.is === 'hop') steps += token.hop.most;
    if (terms > limits.terms) {
      throw new QueryError(token.position, 'a query has at most', `${limits.terms} words and fields`);
    }
    if (steps > limits.allSteps) {
      throw new QueryError(
        token.position,
        'the arrows of a query are at most',
        `${limits.allSteps} steps long together`,
      );
    }
  }
}

function readToken(place: Place): Token {
  take(place, /\s+/y);
  const { text, position } = place;
  const character = text[position];
  if (character === undefined) return { is: 'end', position };
  const hop = readHop(place);
  if (hop !== null) return { is: 'hop', position, hop };
  if (character === '(' || character === ')' || isMinus(text, position)) {
    place.position += 1;
    return { is: character === '(' || character === ')' ? character : '-', position };
  }
  if (take(place, /or(?=[\s()"]|$)/y) !== null) return { is: 'or', position };
  return { is: 'term', position, term: readTerm(place) };
}

/** A minus turns round what follows it at once; one by itself is a word like any other. Arrows are read before. */
function isMinus(text: string, position: number): boolean {
  return text[position] === '-' && /^[^\s)]/.test(text.slice(position + 1, position + 2));
}

function readTerm(place: Place): Query {
  if (place.text[place.position] === '"') return { is: 'words', text: readQuoted(place), phrase: true };
  const start = place.position;
  const groups = take(place, fieldPattern)?.groups;
  if (groups !== undefined)
    return readField(place, start, groups['field'] ?? '', toOperator(groups['operator']));
  return { is: 'words', text: takeBare(place, barePattern), phrase: false };
}

/** Words run together with an arrow could mean either. */
function takeBare(place: Place, pattern: RegExp): string {
  const start = place.position;
  const text = take(place, pattern)?.[0] ?? '';
  const arrow = text.search(/<?-\[/);
  if (arrow < 0) return text;
  throw new QueryError(
    start + arrow,
    'an arrow stands by itself; expected',
    'a space before it, or quotation marks around it',
  );
}

function toOperator(text: string | undefined): Operator {
  return operators.find((operator) => operator === text) ?? ':';
}

function readField(place: Place, start: number, written: string, operator: Operator): Query {
  const field = written.startsWith('@') ? written : written.toLowerCase();
  if (!field.startsWith('@') && !isFieldName(field)) {
    const known = 'kind, name, id, connection, type, state, archived, changed, tag or @attribute';
    throw new QueryError(start, `there is no field “${written}”; expected`, known);
  }
  const values = [readValue(place, field, operator)];
  const separator = operator === ':' ? /,/y : /(?!)/y;
  while (take(place, separator) !== null) values.push(readValue(place, field, operator));
  if (values.length > limits.terms) {
    throw new QueryError(start, 'a field has at most', `${limits.terms} values`);
  }
  return { is: 'field', field, operator, values };
}

function readValue(place: Place, field: string, operator: Operator): string {
  const { position } = place;
  const value = place.text[position] === '"' ? readQuoted(place) : takeBare(place, bareValuePattern);
  const fault = findFault(field, operator, value);
  if (fault !== null) throw new QueryError(position, `after ${field}${operator} expected`, fault);
  return value;
}
