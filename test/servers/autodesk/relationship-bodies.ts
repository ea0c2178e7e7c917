import type { Answer } from '../shared/answer.ts';
import { badInput, badValue, type FieldError, isRecord, parseBody } from './answers.ts';
import { type EntityRef, isUuid, type PartialRef } from './entity-ref.ts';

/** A value, or the 400 that says what is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly answer: Answer };

/** A relationship that somebody wants. */
export interface Proposal {
  /** Undefined when the server is to choose. */
  readonly id: string | undefined;
  readonly ends: readonly [EntityRef, EntityRef];
}

const mostInPut = 20;
const mostIds = 50;
const longestName = 128;
const longestId = 512;

/** Wraps a value that is right. */
export function accept<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** Wraps the answer to a value that is wrong. */
export function reject(answer: Answer): Parsed<never> {
  return { ok: false, answer };
}

/** The body of `:batch` and `:delete`: 1 to 50 ids. */
export function parseIds(body: string): Parsed<string[]> {
  const value = parseBody(body);
  if (!Array.isArray(value) || value.length < 1 || value.length > mostIds)
    return reject(badValue('body', body));
  const ids: unknown[] = value;
  const errors = ids.flatMap((id, index): FieldError[] =>
    isUuid(id) ? [] : [{ field: `[${index}]`, detail: `The value '${String(id)}' is not valid.` }],
  );
  return errors.length > 0 ? reject(badInput(errors)) : accept(ids.filter(isUuid).map(toLower));
}

/** The body of PUT: 1 to 20 relationships. A `createdOn` beside the ids is not looked at. */
export function parseProposals(body: string): Parsed<Proposal[]> {
  const value = parseBody(body);
  if (!Array.isArray(value) || value.length < 1 || value.length > mostInPut) {
    return reject(badValue('body', body));
  }
  const items: unknown[] = value;
  const proposals = items.map(toProposal);
  const wrong = proposals.findIndex((proposal) => proposal === undefined);
  if (wrong >= 0) return reject(badValue(`[${wrong}]`, items[wrong]));
  return accept(proposals.filter((proposal) => proposal !== undefined));
}

/** A list of up to 20 ends named in full, such as `entities` of `:intersect`. */
export function parseEnds(field: string, value: unknown): Parsed<EntityRef[]> {
  const ends = toList(value)?.map(toEnd);
  if (!ends?.every((end) => end !== undefined)) return reject(badValue(field, value));
  return accept(ends);
}

/** A list of up to 20 ends where a type needs its domain and an id its type. */
export function parsePartialEnds(field: string, value: unknown): Parsed<PartialRef[]> {
  const ends = toList(value)?.map(toPartialEnd);
  if (!ends?.every((end) => end !== undefined)) return reject(badValue(field, value));
  return accept(ends);
}

function toList(value: unknown): unknown[] | undefined {
  return Array.isArray(value) && value.length >= 1 && value.length <= mostInPut ? value : undefined;
}

function toProposal(item: unknown): Proposal | undefined {
  if (!isRecord(item) || !Array.isArray(item.entities) || item.entities.length !== 2) return undefined;
  if (item.id !== undefined && item.id !== null && !isUuid(item.id)) return undefined;
  const entities: unknown[] = item.entities;
  const [one, other] = entities.map(toEnd);
  return one && other && { id: isUuid(item.id) ? toLower(item.id) : undefined, ends: [one, other] };
}

function toEnd(value: unknown): EntityRef | undefined {
  if (!isRecord(value)) return undefined;
  const { domain, type, id } = value;
  if (!isText(domain, longestName) || !isText(type, longestName) || !isText(id, longestId)) return undefined;
  return { domain, type, id };
}

function toPartialEnd(value: unknown): PartialRef | undefined {
  if (!isRecord(value)) return undefined;
  const { domain, type, id } = value;
  if (type === undefined && id !== undefined) return undefined;
  if (!isText(domain, longestName)) return undefined;
  if (type !== undefined && !isText(type, longestName)) return undefined;
  if (id !== undefined && !isText(id, longestId)) return undefined;
  return { domain, ...(type === undefined ? {} : { type }), ...(id === undefined ? {} : { id }) };
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= longest;
}

function toLower(text: string): string {
  return text.toLowerCase();
}
