import { z } from 'zod';
import {
  type ListedType,
  type RelationshipType,
  Vocabulary,
} from '../../../src-preload/contract/relationship-types.ts';
import { RuleError } from '../rules/errors.ts';
import { createInterpreter, normalizeTypeName } from '../rules/vocabulary.ts';
import { type ReadableDb, transaction, type WritableDb } from '../store/sql.ts';
import { readTypeUses } from '../store/types.ts';
import { readVocabulary, removeVocabularyType, saveVocabularyType } from '../store/vocabulary.ts';

/** The vocabulary of the workspace, and how much each type is in use. */
export function listTypes(db: ReadableDb): ListedType[] {
  const entries = readVocabulary(db);
  const interpret = createInterpreter(
    entries.map(({ type }) => type),
    'loose',
  );
  const uses = new Map<string, number>();
  for (const { name, count } of readTypeUses(db)) {
    const known = interpret(name)?.type.name;
    if (known !== undefined) uses.set(known, (uses.get(known) ?? 0) + count);
  }
  return entries.map((entry) => ({ ...entry, uses: uses.get(entry.type.name) ?? 0 }));
}

/** Makes or changes a type; throws where the vocabulary could then be read in two ways. */
export function saveType(db: WritableDb, type: RelationshipType): ListedType[] {
  return transaction(db, () => {
    saveVocabularyType(db, type);
    refuseIfAmbiguous(readVocabulary(db).map((entry) => entry.type));
    return listTypes(db);
  });
}

export function removeType(db: WritableDb, name: string): ListedType[] {
  return transaction(db, () => {
    if (!readVocabulary(db).some(({ type }) => type.name === name)) {
      throw new RuleError('type-unknown', `There is no type “${name}” in the vocabulary.`);
    }
    removeVocabularyType(db, name);
    return listTypes(db);
  });
}

/** Takes over a vocabulary as JSON text, whole or not at all. */
export function importTypes(db: WritableDb, text: string, replace: boolean): ListedType[] {
  const types = parseVocabulary(text);
  return transaction(db, () => {
    if (replace) for (const { type } of readVocabulary(db)) removeVocabularyType(db, type.name);
    for (const type of types) saveVocabularyType(db, type);
    refuseIfAmbiguous(readVocabulary(db).map((entry) => entry.type));
    return listTypes(db);
  });
}

/** The vocabulary as JSON text, in the form that `importTypes` takes. */
export function exportTypes(db: ReadableDb): { text: string } {
  return {
    text: `${JSON.stringify(
      readVocabulary(db).map(({ type }) => type),
      null,
      2,
    )}\n`,
  };
}

function parseVocabulary(text: string): RelationshipType[] {
  try {
    return Vocabulary.parse(JSON.parse(text));
  } catch (error) {
    throw new RuleError('types-not-read', `Nothing was taken over: ${toReason(error)}`);
  }
}

function toReason(error: unknown): string {
  if (!(error instanceof z.ZodError)) return 'the text is not JSON.';
  const issue = error.issues[0];
  const [index, ...rest] = issue?.path ?? [];
  const at =
    typeof index === 'number' ? `type ${index + 1}${rest.length > 0 ? `, ${rest.join('.')}` : ''}: ` : '';
  return `${at}${issue?.message ?? 'it is no list of types.'}`;
}

/** Two types must not read the same, by name or by inverse: a relationship could mean either. */
function refuseIfAmbiguous(types: readonly RelationshipType[]): void {
  const readings = new Map<string, string>();
  for (const { name, inverse, symmetric } of types) {
    for (const reading of symmetric ? [name] : [name, inverse]) {
      const normal = normalizeTypeName(reading);
      const other = readings.get(normal);
      if (other !== undefined) {
        throw new RuleError('type-ambiguous', `“${reading}” of “${name}” already belongs to “${other}”.`);
      }
      readings.set(normal, name);
    }
  }
}
