import type { PastType, TypeDifference } from '../../../src-preload/contract/history-requests.ts';
import type { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import { createReadFromTarget, type ReadFromTarget } from '../../../src-preload/contract/type-label.ts';
import { describeFacts, type Facts } from './history-changes.ts';
import { findInstant, type Instant } from './instant.ts';
import type { Page } from './page.ts';
import { all, type ReadableDb } from './sql.ts';
import { readOwnTypes, toVocabulary } from './vocabulary.ts';

/** The vocabulary of a past moment, and what two moments do not have alike of it. */

/** The vocabulary as it was at the moment, by name. */
function readVocabularyAsOf(db: ReadableDb, { entry }: Pick<Instant, 'entry'>): PastType[] {
  const own = readOwnTypes(db);
  const noted = all<{ name: string; before: string }>(
    db,
    `SELECT name, before FROM history_type WHERE id IN (
       SELECT MIN(id) FROM history_type WHERE history_id > :entry GROUP BY name)`,
    { entry },
  );
  for (const { name, before } of noted) own.set(name, before);
  return toVocabulary(own);
}

/** A page of the vocabulary of the moment. */
export function readTypesAsOf(
  db: ReadableDb,
  instant: Instant,
  { offset, limit }: Page,
): { total: number; rows: PastType[] } {
  const types = readVocabularyAsOf(db, instant);
  return { total: types.length, rows: types.slice(offset, offset + limit) };
}

/** How types were read from the target at the moment. */
export function createReadFromTargetAsOf(db: ReadableDb, instant: Instant): ReadFromTarget {
  return createReadFromTarget(readVocabularyAsOf(db, instant).map(({ type }) => type));
}

/** A page of the types that two moments do not have alike. */
export function readTypeDifference(
  db: ReadableDb,
  moments: { readonly from: string; readonly to: string },
  { offset, limit }: Page,
): { total: number; rows: TypeDifference[] } {
  const read = (at: string) =>
    new Map(readVocabularyAsOf(db, findInstant(db, at)).map(({ type }) => [type.name, toFacts(type)]));
  const [before, after] = [read(moments.from), read(moments.to)];
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const rows = names.flatMap((name) => toDifference(name, before.get(name) ?? none, after.get(name) ?? none));
  return { total: rows.length, rows: rows.slice(offset, offset + limit) };
}

const none: Facts = new Map();

function toDifference(name: string, was: Facts, is: Facts): TypeDifference[] {
  const { before, after } = describeFacts(was, is);
  if (before === '' && after === '') return []; // there at both, and the same
  const change = before === null ? 'added' : after === null ? 'removed' : 'changed';
  return [{ change, name, before, after }];
}

const yesOrNo = (is: boolean) => (is ? 'yes' : 'no');
const kindsOrAny = (kinds: readonly string[] | null) => kinds?.join(', ') ?? 'any';
const most = (number: number | null) => (number === null ? 'any number' : String(number));

function toFacts(type: RelationshipType): Facts {
  return new Map([
    ['inverse', type.inverse],
    ['symmetric', yesOrNo(type.symmetric)],
    ['source kinds', kindsOrAny(type.sourceKinds)],
    ['target kinds', kindsOrAny(type.targetKinds)],
    ['most per source', most(type.maxPerSource)],
    ['most per target', most(type.maxPerTarget)],
    ['acyclic', yesOrNo(type.acyclic)],
    ['duplicates', yesOrNo(type.duplicates)],
    ['self', yesOrNo(type.self)],
    ['impact', type.impact],
    ['needed', type.needed === null ? 'all' : String(type.needed)],
  ]);
}
