import type { EntityId } from '../../../src-preload/contract/model.ts';
import { createOtherEnd, turnUnknown } from '../../../src-preload/contract/type-meaning.ts';
import type { FieldQuery, Hop, HopQuery, Query } from '../query/language.ts';
import { agePattern } from '../query/language.ts';
import { printQuery } from '../query/print.ts';
import { type HopTypes, readHopTypes } from './hop-types.ts';
import { type Bind, compileHop, walkBack } from './hops.ts';
import { type Walked, walkOnce } from './kept-walks.ts';
import type { Turns } from './slices.ts';
import { type ReadableDb, rowByRow } from './sql.ts';
import { readVocabulary } from './vocabulary.ts';

/** A condition on `entity e`, and what is bound to it: values are never part of the text. */
export interface Condition {
  readonly where: string;
  readonly parameters: Readonly<Record<string, Walked | number>>;
}

/**
 * Turns a query into a condition; one that says nothing at all, such as a mere bracket, is met by nothing. Arrows are
 * walked here and now, which is all that yields: a condition that is made once and asked several times says the same
 * each time. `isOfFew` where few entities will be asked, such as those that words have found.
 */
export function toCondition(db: ReadableDb, query: Query, isOfFew = false): Turns<Condition> {
  let typesOf: TypesOf | null = null;
  return makeCondition(query, isOfFew, db, (hop) => {
    typesOf ??= readHopTypes(db);
    return typesOf(hop);
  });
}

/** What an arrow follows in this workspace. */
type TypesOf = (hop: Hop) => HopTypes;

interface Tools {
  readonly bind: Bind;
  /** A type as it is said from the other end. */
  readonly turn: (type: string) => string;
  /** Compiles a short arrow that is asked of few, or walks it. */
  readonly compileArrow: (hop: HopQuery, isOfFew: boolean) => Turns<string>;
}

function* makeCondition(query: Query, isOfFew: boolean, db: ReadableDb, typesOf: TypesOf): Turns<Condition> {
  const parameters: Record<string, Walked> = {};
  const bind = (value: Walked) => {
    const name = `q${String.fromCharCode(...toLetters(Object.keys(parameters).length))}`;
    parameters[name] = value;
    return `:${name}`;
  };
  const compileArrow = function* (hop: HopQuery, isAskedOfFew: boolean): Turns<string> {
    const types = typesOf(hop);
    const isAnything = hop.to.is === 'everything';
    const isShort = hop.most === 1 || (isAnything && hop.least === 1);
    if (isShort && isAskedOfFew && !findsFew(hop.to)) {
      return compileHop(types, bind, isAnything ? null : ((yield* compile(hop.to, tools, false)) ?? '0'));
    }
    const found = yield* walkOnce(db, toLasting(hop), function* () {
      const otherEnds = isAnything
        ? null
        : yield* findAll(db, yield* makeCondition(hop.to, false, db, typesOf));
      return yield* walkBack(db, hop, types, otherEnds);
    });
    return isAmong(found, bind(found));
  };
  const turn = (type: string) =>
    createOtherEnd(readVocabulary(db).map(({ type: known }) => known))(type) ?? turnUnknown(type);
  const tools = { bind, turn, compileArrow };
  return { where: (yield* compile(query, tools, isOfFew)) ?? '0', parameters };
}

function isAmong(found: Walked, parameter: string): string {
  return typeof found === 'string'
    ? `e.id IN (SELECT value FROM json_each(${parameter}))`
    : `substr(${parameter}, e.id, 1) IS x'01'`;
}

/** An arrow as text; null where it asks for an age, which is another one later. */
function toLasting(hop: HopQuery): string | null {
  const text = printQuery(hop);
  return text.includes('changed:') ? null : text;
}

/** Matches between two yields. */
export const MATCHES = 5000;

function* findAll(db: ReadableDb, { where, parameters }: Condition): Turns<EntityId[]> {
  const ids: EntityId[] = [];
  const sql = `SELECT e.id FROM entity e WHERE e.presence = 'listed' AND ${where}`;
  for (const id of rowByRow<EntityId>(db, sql, parameters)) {
    ids.push(id);
    if (ids.length % MATCHES === 0) yield;
  }
  return ids;
}

/** A number in the letters a to j: names of parameters hold letters alone. */
function toLetters(number: number): number[] {
  return Array.from(String(number), (digit) => 97 + Number(digit));
}

/** Null where a part says nothing: a word without a letter or a digit. */
function* compile(query: Query, tools: Tools, isOfFew: boolean): Turns<string | null> {
  switch (query.is) {
    case 'everything':
      return '1';
    case 'words': {
      const match = toMatch(query);
      return match === null ? null : matches(tools.bind(match));
    }
    case 'field':
      return compileField(query, tools);
    case 'not': {
      const part = yield* compile(query.part, tools, isOfFew);
      return part === null ? null : `NOT (${part})`;
    }
    case 'hop':
      return yield* tools.compileArrow(query, isOfFew);
    case 'and': {
      const areFew = isOfFew || findsFew(query);
      const others = query.parts.filter(({ is }) => is !== 'words');
      const compiled = yield* compileEach(others, tools, areFew);
      return join([compileWords(query.parts, tools.bind), ...compiled], 'AND');
    }
    case 'or':
      return join(yield* compileEach(query.parts, tools, isOfFew), 'OR');
  }
}

function* compileEach(parts: readonly Query[], tools: Tools, areOfFew: boolean): Turns<(string | null)[]> {
  const compiled: (string | null)[] = [];
  for (const part of parts) compiled.push(yield* compile(part, tools, areOfFew));
  return compiled;
}

/** Whether an index leads to what is found, mostly to a small part of all. */
function findsFew(query: Query): boolean {
  if (query.is === 'words') return toMatch(query) !== null;
  if (query.is === 'and') return query.parts.some(findsFew);
  if (query.is === 'or') return query.parts.every(findsFew);
  return query.is === 'field' && (query.field.startsWith('@') || ['name', 'id', 'tag'].includes(query.field));
}

function join(parts: readonly (string | null)[], word: 'AND' | 'OR'): string | null {
  const said = parts.filter((part) => part !== null);
  return said.length === 0 ? null : `(${said.join(` ${word} `)})`;
}

/** Words that must all match are one question to the index. */
function compileWords(parts: readonly Query[], bind: Bind): string | null {
  const match = joinMatches(parts);
  return match === null ? null : matches(bind(match));
}

function matches(parameter: string): string {
  return `e.id IN (SELECT rowid FROM entity_search WHERE entity_search MATCH ${parameter})`;
}

/** The words of a text as the index cuts them. */
export function toWords(text: string): string[] {
  return text.normalize('NFC').match(/[\p{L}\p{N}]+/gu) ?? [];
}

type Words = Extract<Query, { is: 'words' }>;

/** Every word as a prefix, quoted, so that no character of the user's is read as the index's own syntax. */
export function toMatch({ text, phrase }: Words): string | null {
  const words = toWords(text);
  if (words.length === 0) return null;
  return phrase ? `"${words.join(' ')}"*` : words.map((word) => `"${word}"*`).join(' ');
}

/** What to ask of the index where words are all that is asked, else null. */
export function toMatchAlone(query: Query): string | null {
  const parts = query.is === 'and' ? query.parts : [query];
  return parts.every(({ is }) => is === 'words') ? joinMatches(parts) : null;
}

/** Whether it is made of words alone, joined in whatever way. */
export function isOfWords(query: Query): boolean {
  if (query.is === 'words') return true;
  return (query.is === 'and' || query.is === 'or') && query.parts.every(isOfWords);
}

/**
 * One question to the index for a query that is of words alone; null where it says nothing. `whole` takes every word as
 * it stands, else it is the beginning of one.
 */
export function toIndexQuestion(query: Query, whole: boolean): string | null {
  if (query.is === 'words') {
    const match = toMatch(query);
    return match === null || !whole ? match : match.replaceAll('"*', '"');
  }
  if (query.is !== 'and' && query.is !== 'or') return null;
  const parts = query.parts.flatMap((part) => toIndexQuestion(part, whole) ?? []);
  if (parts.length < 2) return parts[0] ?? null;
  return parts.map((part) => `(${part})`).join(query.is === 'and' ? ' AND ' : ' OR ');
}

/** The words among the parts as one match, or null. */
export function joinMatches(parts: readonly Query[]): string | null {
  const found = parts.flatMap((part) => (part.is === 'words' ? (toMatch(part) ?? []) : []));
  return found.length === 0 ? null : found.join(' ');
}

function compileField({ field, operator, values }: FieldQuery, tools: Tools): string {
  const { bind } = tools;
  if (field === 'changed') {
    return operator === ':'
      ? any(values, (value) => isYounger(value, bind))
      : compare(operator, values, bind);
  }
  return any(values, (value) => compileValue(field, value, tools));
}

function any(values: readonly string[], compileOne: (value: string) => string): string {
  return `(${values.map(compileOne).join(' OR ')})`;
}

function compileValue(field: string, value: string, { bind, turn }: Tools): string {
  if (field.startsWith('@')) return hasAttribute(bind(field.slice(1)), value, bind);
  switch (field) {
    case 'kind':
      return `e.kind = ${bind(value)} COLLATE NOCASE`;
    case 'id':
      return `e.remote_id = ${bind(value)}`;
    case 'connection':
      return `e.connection_id IN (SELECT id FROM connection WHERE name = ${bind(value)} COLLATE NOCASE)`;
    case 'archived':
      return `e.archived = ${value === 'true' ? 1 : 0}`;
    case 'name':
      return inColumn('name', value, bind);
    case 'tag':
      return `(${hasAttribute(bind('tag'), value, bind)} OR ${hasAttribute(bind('tags'), value, bind)})`;
    case 'type':
      return hasType(bind(value), bind(turn(value)));
    default:
      return hasState(value, bind);
  }
}

function inColumn(column: string, value: string, bind: Bind): string {
  const words = toWords(value);
  return words.length === 0 ? '0' : matches(bind(`${column} : ("${words.join(' ')}"*)`));
}

/** The index narrows it down to a few, of which the attribute itself is read. */
function hasAttribute(name: string, value: string, bind: Bind): string {
  const text = bind(value);
  return `(${inColumn('fields', value, bind)} AND EXISTS (SELECT 1 FROM json_each(e.fields) f
    WHERE f.value ->> 'name' = ${name} COLLATE NOCASE
      AND instr(lower(CAST(f.value ->> 'value' AS TEXT)), lower(${text})) > 0))`;
}

const bothEnds = (ids: string, condition: string) =>
  `e.id IN (SELECT s.source_id FROM shown_relationship s WHERE s.id IN (${ids}) AND ${condition}
    UNION ALL SELECT s.target_id FROM shown_relationship s WHERE s.id IN (${ids}) AND ${condition})`;

/** Each table is asked by its own index; the view then says which of them are shown with that type. */
function hasType(name: string, turned: string): string {
  const types = `SELECT id FROM relationship_type WHERE name COLLATE NOCASE IN (${name}, ${turned})`;
  const ids = `SELECT id FROM relationship WHERE base_type_id IN (${types})
    UNION SELECT relationship_id FROM intent WHERE wanted_type_id IN (${types})
    UNION SELECT relationship_id FROM type_mark WHERE type_id IN (${types})
    UNION SELECT id FROM local_relationship WHERE type_id IN (${types})`;
  return bothEnds(ids, `s.type_id IN (${types})`);
}

/** Whatever is neither synced nor local has an intent or an open conflict. */
const unsettled = `SELECT relationship_id FROM intent
  UNION SELECT relationship_id FROM conflict WHERE decision IS NULL`;

function hasState(state: string, bind: Bind): string {
  if (state === 'pending') return bothEnds(unsettled, "s.state NOT IN ('synced', 'local')");
  if (state === 'local') return bothEnds('SELECT id FROM local_relationship', "s.state = 'local'");
  if (state !== 'synced') return bothEnds(unsettled, `s.state = ${bind(state)}`);
  return `(EXISTS (SELECT 1 FROM shown_relationship s WHERE s.source_id = e.id AND s.state = 'synced')
    OR EXISTS (SELECT 1 FROM shown_relationship s WHERE s.target_id = e.id AND s.state = 'synced'))`;
}

const units = { h: 'hours', d: 'days', w: 'days' } as const;

function isYounger(age: string, bind: Bind): string {
  const groups = agePattern.exec(age)?.groups;
  const unit = groups?.['unit'] === 'h' ? 'h' : groups?.['unit'] === 'w' ? 'w' : 'd';
  const count = Number(groups?.['count'] ?? 0) * (unit === 'w' ? 7 : 1);
  const since = `strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ${bind(`-${count} ${units[unit]}`)})`;
  return `e.changed_at >= ${since}`;
}

/** Moments are compared as texts of one form; a day is its first moment, and its whole length for `<=` and `>`. */
function compare(operator: string, values: readonly string[], bind: Bind): string {
  const [value = ''] = values;
  const wholeDay = value.length === 10;
  const moment = new Date(value.length > 10 && !value.endsWith('Z') ? `${value}Z` : value);
  const isEnd = wholeDay && (operator === '<=' || operator === '>');
  if (isEnd) moment.setUTCDate(moment.getUTCDate() + 1);
  const exact = isEnd ? (operator === '>' ? '>=' : '<') : operator;
  return `e.changed_at ${exact} ${bind(moment.toISOString())}`;
}
