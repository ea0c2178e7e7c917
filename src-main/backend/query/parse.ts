import { QueryError, readCounting } from './errors.ts';
import { join, limits, type Query } from './language.ts';
import { type Token, tokenize } from './tokenize.ts';

/** Reads a query. Throws a QueryError that points at the character where it cannot go on. */
export function parseQuery(text: string): Query {
  return readCounting(text, () => parse(text));
}

function parse(text: string): Query {
  const reader = createReader(tokenize(text));
  if (reader.peek().is === 'end') return { is: 'everything' };
  const query = parseOr(reader, 0);
  const { is, position } = reader.peek();
  if (is !== 'end')
    throw new QueryError(position, `there is no bracket for this “${is}”; expected`, 'a word or the end');
  return query;
}

const namesField =
  /(?:^|[\s(-])(?:@[^\s:]+|kind|name|id|connection|type|state|archived|changed|tag)(?::|[<>])/i;
const hasArrow = /(?:^|[\s()"])<?-\[[^\]]*\]-/;

/**
 * Reads what a person typed into a search box: a text that has no field and no arrow and is no query is taken as
 * plain words, so that a bracket or a quotation mark in what was pasted is no mistake.
 */
export function parseSearch(text: string): Query {
  try {
    return parseQuery(text);
  } catch (error) {
    if (!(error instanceof QueryError) || namesField.test(text) || hasArrow.test(text)) throw error;
    return { is: 'words', text, phrase: false };
  }
}

interface Reader {
  peek(): Token;
  next(): Token;
}

function createReader(tokens: readonly Token[]): Reader {
  let index = 0;
  const end: Token = { is: 'end', position: tokens.at(-1)?.position ?? 0 };
  const peek = () => tokens[index] ?? end;
  const next = () => {
    const token = peek();
    index += 1;
    return token;
  };
  return { peek, next };
}

function parseOr(reader: Reader, depth: number): Query {
  const parts = [parseAnd(reader, depth)];
  while (reader.peek().is === 'or') {
    reader.next();
    parts.push(parseAnd(reader, depth));
  }
  return join('or', parts);
}

function parseAnd(reader: Reader, depth: number): Query {
  const parts = [parseOne(reader, depth)];
  for (let { is } = reader.peek(); is !== 'end' && is !== ')' && is !== 'or'; { is } = reader.peek()) {
    parts.push(parseOne(reader, depth));
  }
  return join('and', parts);
}

function parseOne(reader: Reader, depth: number): Query {
  const token = reader.next();
  if (depth > limits.depth) {
    throw new QueryError(token.position, 'brackets and minuses go at most', `${limits.depth} deep`);
  }
  if (token.is === 'term') return token.term;
  if (token.is === 'hop') return { is: 'hop', ...token.hop, to: parseOtherEnd(reader, depth) };
  if (token.is === '-') return { is: 'not', part: parseNegated(reader, depth + 1) };
  if (token.is === '(') return parseBracket(reader, token.position, depth);
  throw new QueryError(token.position, 'expected', 'a word, a field or a bracket');
}

function parseNegated(reader: Reader, depth: number): Query {
  const { is, position } = reader.peek();
  if (is !== 'hop') return parseOne(reader, depth);
  throw new QueryError(position, 'an arrow is turned round in brackets only; expected', 'a bracket');
}

function parseOtherEnd(reader: Reader, depth: number): Query {
  const { is } = reader.peek();
  if (is === 'end' || is === ')' || is === 'or') return { is: 'everything' };
  const first = parseOne(reader, depth);
  const isChain = is !== 'hop' && reader.peek().is === 'hop';
  return isChain ? join('and', [first, parseOne(reader, depth)]) : first;
}

function parseBracket(reader: Reader, opened: number, depth: number): Query {
  const query = parseOr(reader, depth + 1);
  const { is, position } = reader.next();
  if (is === ')') return query;
  throw new QueryError(position, `the bracket of character ${opened + 1} is open; expected`, 'a closing )');
}
