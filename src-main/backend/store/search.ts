import type { EntityId, EntitySummary } from '../../../src-preload/contract/model.ts';
import type { Correction, ListOrder } from '../../../src-preload/contract/queries.ts';
import { join, type Query } from '../query/language.ts';
import { collectTexts, respell } from '../query/respell.ts';
import { readEntitySummaries } from './entities.ts';
import { everyEntity, type Narrowing, readByName, toNarrowed } from './entity-list.ts';
import type { Page } from './page.ts';
import { type Condition, isOfWords, MATCHES, toCondition, toIndexQuestion, toWords } from './query-sql.ts';
import { findLikeWords, hasWordsLike } from './search-words.ts';
import type { Turns } from './slices.ts';
import { all, count, type ReadableDb, tupleByTuple } from './sql.ts';

export interface SearchAnswer {
  readonly total: number;
  readonly rows: EntitySummary[];
  /** The order that they are in: by name where there are no words to rank by. */
  readonly order: ListOrder;
  /** How words that nothing begins with were taken; empty where the query was taken as it stands. */
  readonly corrections: Correction[];
}

export interface SearchOptions extends Narrowing {
  readonly order: ListOrder;
  /** Whether words that find nothing are taken for words one letter away. */
  readonly forgiving: boolean;
}

const bestOfAll: SearchOptions = { ...everyEntity, order: 'best', forgiving: true };

/**
 * A page of what a query finds, the best first: what is named so, then whole words before beginnings, and names before
 * other text. Words that find nothing as they stand are taken for words one letter away. Without words the order is by name.
 */
export function* search(
  db: ReadableDb,
  query: Query,
  page: Page,
  options: SearchOptions = bestOfAll,
): Turns<SearchAnswer> {
  const found = yield* findAsWritten(db, query, page, options);
  if (found.total > 0 || !options.forgiving) return { ...found, corrections: [] };
  const corrections = correct(db, query);
  if (corrections.length === 0) return { ...found, corrections };
  const spellings = new Map(corrections.map(({ word, takenFor }) => [word, takenFor]));
  const corrected = yield* findAsWritten(db, respell(query, spellings, toWords), page, options);
  return { ...corrected, corrections };
}

type Found = Omit<SearchAnswer, 'corrections'>;

function* findAsWritten(db: ReadableDb, query: Query, page: Page, options: SearchOptions): Turns<Found> {
  const ranking = options.order === 'best' ? yield* toRanking(db, query, options) : null;
  if (ranking !== null) return { ...(yield* ranked(db, ranking, page)), order: 'best' };
  return { ...(yield* readByName(db, query, options, page)), order: 'name' };
}

/** What to rank by, and what else is asked. */
interface Ranking {
  /** What is asked of the index: every word as the beginning of one. */
  readonly match: string;
  /** The same of whole words. */
  readonly whole: string;
  /** The words as they were written. */
  readonly written: string;
  readonly rest: Condition | null;
}

/** Null where there is no word that every answer must have. */
function* toRanking(db: ReadableDb, query: Query, narrowing: Narrowing): Turns<Ranking | null> {
  const parts = query.is === 'and' ? query.parts : [query];
  const words = join('and', parts.filter(isOfWords));
  const [match, whole] = [toIndexQuestion(words, false), toIndexQuestion(words, true)];
  if (match === null || whole === null) return null;
  const others = parts.filter((part) => !isOfWords(part));
  const asked = others.length === 0 ? null : yield* toCondition(db, join('and', others), true);
  const written = collectTexts(words).join(' ');
  return { match, whole, written, rest: joinConditions(asked, toNarrowed(narrowing)) };
}

function joinConditions<T extends Condition | null>(one: T, other: Condition | null): T | Condition {
  if (one === null || other === null) return one ?? other ?? one;
  return {
    where: `${one.where} AND ${other.where}`,
    parameters: { ...one.parameters, ...other.parameters },
  };
}

/** More matches than these are ranked with turns for everybody else. */
const RANKED_AT_ONCE = 20_000;

/** Only what is listed is indexed, so that words alone need no look at the entities. */
function* ranked(db: ReadableDb, ranking: Ranking, page: Page): Turns<Omit<Found, 'order'>> {
  const most = page.offset + page.limit;
  const found = readMatches(db, ranking.match, ranking.rest, most + 1);
  if (found.length <= most) {
    const order = found.length > 1 ? rankedOfFew(db, ranking, most) : found;
    return { total: found.length, rows: readRows(db, order.slice(page.offset)) };
  }
  const total = countMatches(db, ranking);
  const order =
    total > RANKED_AT_ONCE ? yield* rankInTurns(db, ranking, most) : rankAtOnce(db, ranking, most);
  const named = readNamed(db, ranking.written, toMatched(ranking));
  return { total, rows: readRows(db, withNamedFirst(named, order).slice(page.offset, most)) };
}

/** The most entities of one name that come before all others. */
const NAMED = 100;

function readNamed(db: ReadableDb, written: string, rest: Condition | null): EntityId[] {
  const sql = `SELECT e.id FROM entity e WHERE e.name = :written COLLATE NOCASE AND e.presence = 'listed'
    AND ${rest?.where ?? '1'} ORDER BY e.id LIMIT ${NAMED}`;
  return toIds(all(db, sql, { written, ...rest?.parameters }));
}

/** Who types a whole name wants what is named so, though another name may hold its words more often. */
function withNamedFirst(named: readonly EntityId[], order: readonly EntityId[]): EntityId[] {
  const isNamed = new Set(named);
  return [...named, ...order.filter((id) => !isNamed.has(id))];
}

/** That the index finds an entity. */
function toMatched({ match, rest }: Ranking): Condition {
  const where =
    'EXISTS (SELECT 1 FROM entity_search f WHERE f.entity_search MATCH :match AND f.rowid = e.id)';
  return joinConditions({ where, parameters: { match } }, rest);
}

function readRows(db: ReadableDb, ids: readonly EntityId[]): EntitySummary[] {
  const summaries = readEntitySummaries(db, ids);
  return ids.flatMap((id) => summaries.get(id) ?? []);
}

/** All that is found: ranking costs far more than finding, so it is done once for whole words and beginnings. */
function rankedOfFew(db: ReadableDb, { match, whole, written, rest }: Ranking, most: number): EntityId[] {
  const exact = new Set(readMatches(db, whole, rest, most));
  const order = readRanked(db, match, rest, most);
  const isFound = new Set(order);
  const named = readNamed(db, written, null).filter((id) => isFound.has(id));
  return withNamedFirst(named, [
    ...order.filter((id) => exact.has(id)),
    ...order.filter((id) => !exact.has(id)),
  ]);
}

function rankAtOnce(db: ReadableDb, { match, whole, rest }: Ranking, most: number): EntityId[] {
  const exact = readRanked(db, whole, rest, most);
  const isExact = new Set(exact);
  const others =
    exact.length >= most ? [] : readRanked(db, match, rest, most).filter((id) => !isExact.has(id));
  return [...exact, ...others];
}

function* rankInTurns(db: ReadableDb, { match, whole, rest }: Ranking, most: number): Turns<EntityId[]> {
  const exact = yield* readRankedInTurns(db, whole, rest, most);
  if (exact.length >= most) return exact;
  const isExact = new Set(exact);
  const all = yield* readRankedInTurns(db, match, rest, most);
  return [...exact, ...all.filter((id) => !isExact.has(id))];
}

function toFrom(rest: Condition | null): string {
  return rest === null
    ? 'FROM entity_search f WHERE f.entity_search MATCH :match'
    : `FROM entity_search f CROSS JOIN entity e ON e.id = f.rowid
       WHERE f.entity_search MATCH :match AND ${rest.where}`;
}

const WEIGHTS = '10.0, 2.0, 5.0, 1.0';

/** A hit in the name counts most, then one in the id on the remote, then one in the kind. */
function readRanked(db: ReadableDb, match: string, rest: Condition | null, limit: number): EntityId[] {
  const sql = `SELECT f.rowid AS id ${toFrom(rest)} AND f.rank MATCH 'bm25(${WEIGHTS})' ORDER BY f.rank LIMIT :limit`;
  return toIds(all(db, sql, { match, limit, ...rest?.parameters }));
}

/** As `readRanked`: a match at a time, of which the best are kept. Needs a handle of its own. */
function* readRankedInTurns(
  db: ReadableDb,
  match: string,
  rest: Condition | null,
  limit: number,
): Turns<EntityId[]> {
  const sql = `SELECT f.rowid, bm25(f.entity_search, ${WEIGHTS}) ${toFrom(rest)}`;
  const keepBest = (found: readonly Ranked[]) => found.toSorted(byRank).slice(0, limit);
  let best: Ranked[] = [];
  let looked = 0;
  for (const one of tupleByTuple<[EntityId, number]>(db, sql, { match, ...rest?.parameters })) {
    best.push(one);
    if (best.length >= limit + MATCHES) best = keepBest(best);
    looked += 1;
    if (looked % MATCHES === 0) yield;
  }
  return keepBest(best).map(([id]) => id);
}

type Ranked = readonly [EntityId, number];

function byRank([one, rank]: Ranked, [other, otherRank]: Ranked): number {
  return rank - otherRank || one - other;
}

/** In no order. */
function readMatches(db: ReadableDb, match: string, rest: Condition | null, limit: number): EntityId[] {
  const sql = `SELECT f.rowid AS id ${toFrom(rest)} LIMIT :limit`;
  return toIds(all(db, sql, { match, limit, ...rest?.parameters }));
}

function toIds(rows: readonly { readonly id: EntityId }[]): EntityId[] {
  return rows.map(({ id }) => id);
}

function countMatches(db: ReadableDb, { match, rest }: Ranking): number {
  return count(db, `SELECT COUNT(*) ${toFrom(rest)}`, { match, ...rest?.parameters });
}

/**
 * Every misspelt word with what it may be: those that begin no known word, wherever the query asks for them; where all
 * begin one, those that every answer must have.
 */
function correct(db: ReadableDb, query: Query): Correction[] {
  const parts = query.is === 'and' ? query.parts : [query];
  const [everywhere, required] = [query, join('and', parts.filter(isOfWords))].map((one) => [
    ...new Set(collectTexts(one).flatMap(toWords)),
  ]);
  const unknown = (everywhere ?? []).filter((word) => /\P{N}/u.test(word) && !hasWordsLike(db, word));
  return (unknown.length > 0 ? unknown : (required ?? [])).flatMap((word) => {
    const takenFor = findLikeWords(db, word);
    return takenFor.length === 0 ? [] : [{ word, takenFor }];
  });
}
