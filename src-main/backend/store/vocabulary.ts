import { z } from 'zod';
import shippedJson from '../../../resources/relationship-types.json' with { type: 'json' };
import { RelationshipType, Vocabulary } from '../../../src-preload/contract/relationship-types.ts';
import { all, type ReadableDb, run, type WritableDb } from './sql.ts';

const shipped: readonly RelationshipType[] = Vocabulary.parse(shippedJson);

/** A type and whether the workspace changed or made it. */
export interface VocabularyEntry {
  readonly type: RelationshipType;
  readonly origin: 'shipped' | 'workspace';
}

/** The shipped types overlaid by the workspace's own, by name. */
export function readVocabulary(db: ReadableDb): VocabularyEntry[] {
  return toVocabulary(readOwnTypes(db));
}

/** The shipped types overlaid by own ones as `readOwnTypes` tells them, by name. */
export function toVocabulary(ownTypes: ReadonlyMap<string, string>): VocabularyEntry[] {
  const own = new Map(
    [...ownTypes].flatMap(([name, text]): [string, string | null][] => {
      const kept = OwnType.parse(JSON.parse(text));
      return kept.own ? [[name, kept.definition]] : [];
    }),
  );
  const kept = shipped
    .filter(({ name }) => !own.has(name))
    .map((type) => ({ type, origin: 'shipped' as const }));
  const made = [...own.values()]
    .filter((definition) => definition !== null)
    .map((definition) => ({
      type: RelationshipType.parse(JSON.parse(definition)),
      origin: 'workspace' as const,
    }));
  return [...kept, ...made].toSorted((a, b) => (a.type.name < b.type.name ? -1 : 1));
}

/** Makes or changes a type. One that is again as it ships is no change any more. */
export function saveVocabularyType(db: WritableDb, type: RelationshipType): void {
  const same = shipped.find(({ name }) => name === type.name);
  if (same !== undefined && JSON.stringify(same) === JSON.stringify(type)) {
    run(db, 'DELETE FROM type_definition WHERE name = :name', { name: type.name });
    return;
  }
  saveDefinition(db, type.name, JSON.stringify(type));
}

/** Whether Weft ships with a type of this name. */
export function isShippedType(name: string): boolean {
  return shipped.some((type) => type.name === name);
}

/** Takes a type out of the vocabulary; the relationships that name it stay as they are. */
export function removeVocabularyType(db: WritableDb, name: string): void {
  if (isShippedType(name)) saveDefinition(db, name, null);
  else run(db, 'DELETE FROM type_definition WHERE name = :name', { name });
}

/** What the workspace itself has of each type, as JSON texts that `restoreOwnType` takes. */
export function readOwnTypes(db: ReadableDb): Map<string, string> {
  const rows = all<{ name: string; definition: string | null }>(
    db,
    'SELECT name, definition FROM type_definition',
  );
  return new Map(rows.map(({ name, definition }) => [name, JSON.stringify({ own: true, definition })]));
}

/** What `readOwnTypes` would tell of a type that the workspace left as it ships. */
export const NOT_OWN = JSON.stringify({ own: false });

const OwnType = z.union([
  z.object({ own: z.literal(true), definition: z.string().nullable() }),
  z.object({ own: z.literal(false) }),
]);

/** Makes a type what the workspace had of it before. */
export function restoreOwnType(db: WritableDb, name: string, text: string): void {
  const kept = OwnType.parse(JSON.parse(text));
  if (kept.own) saveDefinition(db, name, kept.definition);
  else run(db, 'DELETE FROM type_definition WHERE name = :name', { name });
}

function saveDefinition(db: WritableDb, name: string, definition: string | null): void {
  run(
    db,
    `INSERT INTO type_definition VALUES (:name, :definition)
     ON CONFLICT (name) DO UPDATE SET definition = :definition`,
    { name, definition },
  );
}
