import { z } from 'zod';
import {
  type ListedType,
  type RelationshipType,
  Vocabulary,
} from '../../../src-preload/contract/relationship-types.ts';
import { createInterpreter, normalizeTypeName } from '../../../src-preload/contract/type-meaning.ts';
import { RuleError } from '../rules/errors.ts';
import { openCommand, saveTypeChange } from '../store/history.ts';
import { type ReadableDb, rehearse, transaction, type WritableDb } from '../store/sql.ts';
import { readTypeUses } from '../store/types.ts';
import {
  NOT_OWN,
  readOwnTypes,
  readVocabulary,
  removeVocabularyType,
  saveVocabularyType,
} from '../store/vocabulary.ts';
import type { CommandContext } from './context.ts';
import { findLinesOfItems } from './lines-of-items.ts';

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

/** Makes or changes a type; throws where it or the vocabulary could then be read in two ways. */
export function saveType(context: TypeContext, type: RelationshipType): ListedType[] {
  const fault = findSymmetryFault(type);
  if (fault !== null) throw new RuleError('type-one-way', `“${type.name}” was not saved: ${fault}`);
  return asCommand(context, `Define the type ${type.name}`, () => {
    saveVocabularyType(context.db, type);
    refuseIfAmbiguous(context.db);
  });
}

export function removeType(context: TypeContext, name: string): ListedType[] {
  return asCommand(context, `Take the type ${name} out of the vocabulary`, () => {
    if (!readVocabulary(context.db).some(({ type }) => type.name === name)) {
      throw new RuleError('type-unknown', `There is no type “${name}” in the vocabulary.`);
    }
    removeVocabularyType(context.db, name);
  });
}

type TypeContext = Pick<CommandContext, 'db' | 'now'>;

/** One entry of the history for all that the body does to the vocabulary; none where that is nothing. */
function asCommand({ db, now }: TypeContext, label: string, body: () => void): ListedType[] {
  return transaction(db, () => {
    changeTypes(db, () => openCommand(db, label, now), body);
    return listTypes(db);
  });
}

/** Notes what the body does to the vocabulary in an entry, which is opened where that is anything. */
export function changeTypes(db: WritableDb, openEntry: () => number, body: () => void): void {
  const before = readOwnTypes(db);
  body();
  const after = readOwnTypes(db);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  if (changed.length === 0) return;
  const historyId = openEntry();
  for (const name of changed) {
    const change = { name, before: before.get(name) ?? NOT_OWN, after: after.get(name) ?? NOT_OWN };
    saveTypeChange(db, historyId, change);
  }
}

/** What `importTypes` would answer, or refuse. Changes nothing. */
export function rehearseImport(context: TypeContext, text: string, replace: boolean): ListedType[] {
  return rehearse(context.db, () => importTypes(context, text, replace));
}

/** Takes over a vocabulary as JSON text, whole or not at all. */
export function importTypes(context: TypeContext, text: string, replace: boolean): ListedType[] {
  const { db } = context;
  const types = parseVocabulary(text);
  return asCommand(context, `Import ${types.length} relationship types`, () => {
    if (replace) for (const { type } of readVocabulary(db)) removeVocabularyType(db, type.name);
    for (const type of types) saveVocabularyType(db, type);
    refuseIfAmbiguous(db);
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
  const types = readTypes(text);
  for (const [index, type] of types.entries()) {
    const fault = findSymmetryFault(type);
    if (fault === null) continue;
    throw new RuleError('type-one-way', `Nothing was taken over: ${toPlace(text, index)}: ${fault}`);
  }
  return types;
}

function readTypes(text: string): RelationshipType[] {
  try {
    return Vocabulary.parse(JSON.parse(text));
  } catch (error) {
    throw new RuleError('types-not-read', `Nothing was taken over: ${toReason(error, text)}`);
  }
}

/**
 * A symmetric type tells nobody which end is the source: a failure would go on, and a rule for one end would hold, by how
 * it happens to be stored. The schema does not say so, because what was saved before must still be read.
 */
export function findSymmetryFault(type: RelationshipType): string | null {
  const { name, symmetric, impact } = type;
  if (!symmetric) return null;
  const lead = `“${name}” is symmetric, so it has no source and no target that`;
  if (impact !== 'both' && impact !== 'none') {
    return `${lead} a failure could go on to alone. Give it the impact both or none, or make it not symmetric.`;
  }
  if (isAlikeAtBothEnds(type)) return null;
  return `${lead} could have kinds or a number of their own. Give both ends the same kinds and the same number, or make it not symmetric.`;
}

function isAlikeAtBothEnds({
  maxPerSource,
  maxPerTarget,
  sourceKinds,
  targetKinds,
}: RelationshipType): boolean {
  const toText = (kinds: readonly string[] | null) => JSON.stringify(kinds?.toSorted() ?? null);
  return maxPerSource === maxPerTarget && toText(sourceKinds) === toText(targetKinds);
}

function toPlace(text: string, index: number): string {
  return `type ${index + 1} (line ${findLinesOfItems(text)[index] ?? '?'})`;
}

function toReason(error: unknown, text: string): string {
  if (!(error instanceof z.ZodError)) {
    return `the text is not JSON: ${error instanceof Error ? error.message : String(error)}.`;
  }
  const issue = error.issues[0];
  const [index, ...rest] = issue?.path ?? [];
  const at =
    typeof index === 'number'
      ? `${toPlace(text, index)}${rest.length > 0 ? `, ${rest.join('.')}` : ''}: `
      : '';
  return `${at}${issue?.message ?? 'it is no list of types.'}`;
}

/** Two types must not read the same, by name or by inverse: a relationship could mean either. */
export function refuseIfAmbiguous(db: ReadableDb): void {
  const readings = new Map<string, string>();
  for (const { type } of readVocabulary(db)) {
    const { name, inverse, symmetric } = type;
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
