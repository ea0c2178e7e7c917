import { type RelationshipType, TYPE_LIMIT } from '../../../src-preload/contract/relationship-types.ts';
import { normalizeTypeName } from '../../../src-preload/contract/type-meaning.ts';
import type { ViewFile } from '../../../src-preload/contract/views.ts';
import { readTypeChanges, saveTypeChange } from '../store/history.ts';
import { readViewChanges } from '../store/history-views.ts';
import type { ReadableDb } from '../store/sql.ts';
import { findView, readViewNames } from '../store/views.ts';
import {
  NOT_OWN,
  readOwnTypes,
  readVocabulary,
  removeVocabularyType,
  restoreOwnType,
  saveVocabularyType,
} from '../store/vocabulary.ts';
import type { CommandContext } from './context.ts';
import { addView, isSameView, takeViewBack, VIEWS_KEPT, withFreeName } from './views.ts';
import { changeTypes, refuseIfAmbiguous } from './vocabulary.ts';

/** What an export holds beside its rows: the vocabulary and the saved views of the workspace it is of. */
export interface Carried {
  readonly types: readonly RelationshipType[];
  readonly views: readonly ViewFile[];
}

/** What of it this workspace takes over; what it has already stays as it is. */
export interface WantedCarried {
  /** Types to be made or, where nobody changed the vocabulary here, changed. */
  readonly types: readonly RelationshipType[];
  /** Shipped types that the other workspace had taken out. */
  readonly removed: readonly string[];
  readonly views: readonly ViewFile[];
  /** The vocabulary as it is then: the rows of the import are judged by it. */
  readonly vocabulary: readonly RelationshipType[];
}

/**
 * A vocabulary that nobody changed becomes the other one. One that was changed gets what it does not have and could not
 * be confused with. A view of an id that is here is here already.
 */
export function planCarried(db: ReadableDb, { types, views }: Carried): WantedCarried {
  const there = readVocabulary(db).map(({ type }) => type);
  const isReplaced = types.length > 0 && readOwnTypes(db).size === 0;
  const vocabulary = isReplaced ? [] : [...there];
  const readings = new Set(vocabulary.flatMap(toReadings));
  for (const type of types) {
    if (vocabulary.length >= TYPE_LIMIT || toReadings(type).some((reading) => readings.has(reading)))
      continue;
    vocabulary.push(type);
    for (const reading of toReadings(type)) readings.add(reading);
  }
  const before = new Map(there.map((type) => [type.name, JSON.stringify(type)]));
  const names = new Set(vocabulary.map(({ name }) => name));
  return {
    types: vocabulary.filter((type) => before.get(type.name) !== JSON.stringify(type)),
    removed: [...before.keys()].filter((name) => !names.has(name)),
    views: chooseViews(db, views),
    vocabulary,
  };
}

function chooseViews(db: ReadableDb, views: readonly ViewFile[]): ViewFile[] {
  const names = readViewNames(db);
  const known = new Set<string>(names.map(({ key }) => key));
  const chosen = views.filter(({ id }) => {
    const isNew = !known.has(id);
    known.add(id);
    return isNew;
  });
  return chosen.slice(0, Math.max(0, VIEWS_KEPT - names.length));
}

/** By what a type is recognised. */
export function toReadings({ name, inverse, symmetric }: RelationshipType): string[] {
  return (symmetric ? [name] : [name, inverse]).map(normalizeTypeName);
}

/** How much is taken over, for people. */
export function countCarried({ types, removed, views }: WantedCarried): { types: number; views: number } {
  return { types: types.length + removed.length, views: views.length };
}

/** The types, as a part of an import's entry: before its relationships, which are judged by them. */
export function saveCarriedTypes(
  { db }: CommandContext,
  historyId: number,
  { types, removed }: WantedCarried,
): void {
  changeTypes(
    db,
    () => historyId,
    () => {
      for (const name of removed) removeVocabularyType(db, name);
      for (const type of types) saveVocabularyType(db, type);
      refuseIfAmbiguous(db);
    },
  );
}

/** The views, as a part of an import's entry: after its entities, which they draw. */
export function saveCarriedViews(context: CommandContext, historyId: number, { views }: WantedCarried): void {
  for (const view of views) addView(context, historyId, withFreeName(context.db, view), toOwnAddress);
}

/** The id among the workspace's own entities of one whose connection is not here. */
export function toOwnId(connection: string, id: string): string {
  return `${connection}:${id}`;
}

function toOwnAddress(address: string): string {
  const [connection = '', kind = '', ...rest] = address.split(':');
  return `local:${kind}:${toOwnId(connection, rest.join(':'))}`;
}

/** What was changed since stays; answers with that. */
export function takeBackCarried(
  context: CommandContext,
  entryId: number,
  notedIn: number,
): { what: 'type' | 'view'; name: string; reason: string }[] {
  const { db } = context;
  const reason = 'changed after the import';
  const own = readOwnTypes(db);
  const types = readTypeChanges(db, entryId).flatMap(({ name, before, after }) => {
    if ((own.get(name) ?? NOT_OWN) !== after) return [{ what: 'type' as const, name, reason }];
    restoreOwnType(db, name, before);
    saveTypeChange(db, notedIn, { name, before: after, after: before });
    return [];
  });
  if (own.size > 0) refuseIfAmbiguous(db);
  const views = readViewChanges(db, entryId).flatMap((change) => {
    const now = findView(db, change.key);
    if (now !== undefined && change.after !== null && isSameView(now, change.after)) {
      takeViewBack(context, change, notedIn);
      return [];
    }
    const name = change.after?.name ?? change.key;
    return [{ what: 'view' as const, name, reason: now === undefined ? 'removed after the import' : reason }];
  });
  return [...types, ...views];
}
