import type { EntityId, EntitySummary } from '../../../src-preload/contract/model.ts';
import type { Correction } from '../../../src-preload/contract/queries.ts';
import type { Query } from '../query/language.ts';
import { readEntitySummaries } from './entities.ts';
import type { Page } from './page.ts';
import { type Condition, joinMatches, toCondition, toWords } from './query-sql.ts';
import { findLikeWords, hasWordsLike } from './search-words.ts';
import type { Turns } from './slices.ts';
import { all, count, type ReadableDb } from './sql.ts';

export interface SearchAnswer {
  readonly total: number;
  readonly rows: EntitySummary[];
  /** How words that nothing begins with were taken; empty where the query was taken as it stands. */
  readonly corrections: Correction[];
}

/**
 * A page of what a query finds, the best first: whole words before beginnings, names before other text. Words that
 * find nothing as they stand are taken for words one letter away. Without words the order is by name.
 */
export function* search(db: ReadableDb, query: Query, page: Page): Turns<SearchAnswer> {
  const { words, others } = split(query);
  const match = joinMatches(words);
  if (match === null) return byName(db, yield* toCondition(db, query), page);
  const rest = others.length === 0 ? null : yield* toCondition(db, { is: 'and', parts: others }, true);
  const found = ranked(db, match, rest, page, toExactMatch(words));
  if (found.total > 0) return { ...found, corrections: [] };
  const corrections = correct(db, words);
  if (corrections.length === 0) return { ...found, corrections };
  return { ...ranked(db, toCorrectedMatch(words, corrections), rest, page, null), corrections };
}

type Words = Extract<Query, { is: 'words' }>;

/** The words that every answer must have, and what else it must meet. */
function split(query: Query): { words: readonly Words[]; others: readonly Query[] } {
  const parts = query.is === 'and' ? query.parts : [query];
  const isWords = (part: Query): part is Words => part.is === 'words';
  return { words: parts.filter(isWords), others: parts.filter((part) => !isWords(part)) };
}

function byName(db: ReadableDb, { where, parameters }: Condition, { offset, limit }: Page): SearchAnswer {
  const from = `FROM entity e WHERE e.presence = 'listed' AND ${where}`;
  const ids = all<{ id: EntityId }>(
    db,
    `SELECT e.id ${from} ORDER BY e.name COLLATE NOCASE, e.id LIMIT :limit OFFSET :offset`,
    { ...parameters, offset, limit },
  );
  return { total: count(db, `SELECT COUNT(*) ${from}`, parameters), ...withRows(db, ids), corrections: [] };
}

function withRows(db: ReadableDb, ids: readonly { id: EntityId }[]): { rows: EntitySummary[] } {
  const summaries = readEntitySummaries(
    db,
    ids.map(({ id }) => id),
  );
  return { rows: ids.flatMap(({ id }) => summaries.get(id) ?? []) };
}

/** Only what is listed is indexed, so that words alone need no look at the entities. */
function ranked(
  db: ReadableDb,
  match: string,
  rest: Condition | null,
  page: Page,
  exactMatch: string | null,
): Omit<SearchAnswer, 'corrections'> {
  const most = page.offset + page.limit;
  const found = readMatches(db, match, rest, most + 1);
  if (found.length > most) return rankedOfMany(db, match, rest, page, exactMatch);
  const order = found.length > 1 ? rankedOfFew(db, match, rest, most, exactMatch) : found;
  return { total: found.length, ...withRows(db, order.slice(page.offset)) };
}

/** All that is found: ranking costs far more than finding, so it is done once for whole words and beginnings. */
function rankedOfFew(
  db: ReadableDb,
  match: string,
  rest: Condition | null,
  most: number,
  exactMatch: string | null,
): { id: EntityId }[] {
  const exact = new Set(
    exactMatch === null ? [] : readMatches(db, exactMatch, rest, most).map(({ id }) => id),
  );
  const order = readRanked(db, match, rest, most);
  return [...order.filter(({ id }) => exact.has(id)), ...order.filter(({ id }) => !exact.has(id))];
}

function rankedOfMany(
  db: ReadableDb,
  match: string,
  rest: Condition | null,
  { offset, limit }: Page,
  exactMatch: string | null,
): Omit<SearchAnswer, 'corrections'> {
  const most = offset + limit;
  const exact = exactMatch === null ? [] : readRanked(db, exactMatch, rest, most);
  const isExact = new Set(exact.map(({ id }) => id));
  const others =
    exact.length >= most ? [] : readRanked(db, match, rest, most).filter(({ id }) => !isExact.has(id));
  const order = [...exact, ...others].slice(offset, most);
  return { total: countMatches(db, match, rest), ...withRows(db, order) };
}

function toFrom(rest: Condition | null): string {
  return rest === null
    ? 'FROM entity_search f WHERE f.entity_search MATCH :match'
    : `FROM entity_search f CROSS JOIN entity e ON e.id = f.rowid
       WHERE f.entity_search MATCH :match AND ${rest.where}`;
}

/** A hit in the name counts most, then one in the id on the remote, then one in the kind. */
function readRanked(
  db: ReadableDb,
  match: string,
  rest: Condition | null,
  limit: number,
): { id: EntityId }[] {
  return all(
    db,
    `SELECT f.rowid AS id ${toFrom(rest)} AND f.rank MATCH 'bm25(10.0, 2.0, 5.0, 1.0)' ORDER BY f.rank LIMIT :limit`,
    { match, limit, ...rest?.parameters },
  );
}

/** In no order. */
function readMatches(
  db: ReadableDb,
  match: string,
  rest: Condition | null,
  limit: number,
): { id: EntityId }[] {
  return all(db, `SELECT f.rowid AS id ${toFrom(rest)} LIMIT :limit`, { match, limit, ...rest?.parameters });
}

function countMatches(db: ReadableDb, match: string, rest: Condition | null): number {
  return count(db, `SELECT COUNT(*) ${toFrom(rest)}`, { match, ...rest?.parameters });
}

function toExactMatch(words: readonly Words[]): string {
  const exact = ({ text, phrase }: Words) => {
    const found = toWords(text);
    return phrase ? [found.join(' ')] : found;
  };
  return words
    .flatMap(exact)
    .filter((word) => word !== '')
    .map((word) => `"${word}"`)
    .join(' ');
}

/** Every misspelt word with what it may be: those that begin no known word, or all where all begin one. */
function correct(db: ReadableDb, words: readonly Words[]): Correction[] {
  const plain = [...new Set(words.flatMap(({ text }) => toWords(text)))];
  const unknown = plain.filter((word) => /\P{N}/u.test(word) && !hasWordsLike(db, word));
  return (unknown.length > 0 ? unknown : plain).flatMap((word) => {
    const taken = findLikeWords(db, word);
    return taken.length === 0 ? [] : [{ word, takenFor: taken }];
  });
}

function toCorrectedMatch(words: readonly Words[], corrections: readonly Correction[]): string {
  const takenFor = new Map(corrections.map((correction) => [correction.word, correction.takenFor]));
  return words
    .flatMap(({ text }) => toWords(text))
    .map((word) => {
      const likes = takenFor.get(word)?.map((like) => `"${like}"`) ?? [];
      return `(${[`"${word}"*`, ...likes].join(' OR ')})`;
    })
    .join(' AND ');
}
