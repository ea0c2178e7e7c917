import * as fc from 'fast-check';
import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { dropIntent, dropIntents } from '../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../src-main/backend/commands/relate.ts';
import { resolveConflict, resolveConflicts } from '../../src-main/backend/commands/resolve-conflict.ts';
import { retype } from '../../src-main/backend/commands/retype.ts';
import { revert } from '../../src-main/backend/commands/revert.ts';
import { rollbackImport } from '../../src-main/backend/commands/rollback-import.ts';
import { unrelate } from '../../src-main/backend/commands/unrelate.ts';
import { importTypes, removeType, saveType } from '../../src-main/backend/commands/vocabulary.ts';
import { readConflictPage } from '../../src-main/backend/store/conflicts.ts';
import { findEntityByAddress } from '../../src-main/backend/store/entities.ts';
import { StoreError } from '../../src-main/backend/store/errors.ts';
import { readOutboxPage } from '../../src-main/backend/store/outbox.ts';
import { readRelationshipPage } from '../../src-main/backend/store/relationships.ts';
import type { ReadableDb } from '../../src-main/backend/store/sql.ts';
import type { ConflictChoice, EntityId, EntitySummary } from '../../src-preload/contract/model.ts';
import { importStep, isImportStep, takeImportStep } from './random-imports.ts';
import { isViewStep, takeViewStep, viewStep } from './random-views.ts';
import { toFeeds } from './rules-course.ts';

/** Every command of the user that makes history, drawn at random: each with what it means in any workspace. */

const page = { offset: 0, limit: 500 };
const address = fc.constantFrom(
  'plant:asset:10',
  'plant:asset:11',
  'plant:asset:12',
  'plant:asset:13',
  'other:asset:10',
  'local:asset:part 1',
);
const type = fc.constantFrom(null, 'feeds', 'installed in', 'Ü 🏭');
const pick = fc.nat({ max: 30 });
const keep = fc.constantFrom('local' as const, 'remote' as const);

const relateStep = fc.record({
  do: fc.constant('relate' as const),
  source: address,
  target: address,
  type,
  local: fc.boolean(),
});

const typeStep = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('define' as const),
      maxPerSource: fc.constantFrom(null, 1, 3),
      acyclic: fc.boolean(),
      inverse: fc.constantFrom('is fed by', 'gets from'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undefine' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('import-types' as const), replace: fc.boolean() }) },
);

/** Commands that act on one of the relationships that are shown, or on one of the open conflicts. */
const pickStep = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retype' as const), pick, type }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('unrelate' as const, 'drop' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('decide' as const), pick, keep }) },
);

const manyStep = fc.oneof(
  fc.record({ do: fc.constant('drop-all' as const) }),
  fc.record({ do: fc.constant('decide-all' as const), keep }),
);

const commandStep = fc.oneof(
  { weight: 8, arbitrary: relateStep },
  { weight: 7, arbitrary: pickStep },
  { weight: 1, arbitrary: manyStep },
  { weight: 2, arbitrary: typeStep },
  { weight: 4, arbitrary: viewStep },
  { weight: 7, arbitrary: importStep },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('revert' as const), pick }) },
);
type CommandStep = typeof commandStep extends fc.Arbitrary<infer S> ? S : never;

/** A command, or a step to and fro in the history of those. */
export type RandomStep = CommandStep | { readonly do: 'undo' | 'redo' };
export const randomStep: fc.Arbitrary<RandomStep> = fc.oneof(
  { weight: 8, arbitrary: commandStep },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const) }) },
);

/** Whether a step goes to and fro in the history. */
export function isToAndFro(step: RandomStep): step is Exclude<RandomStep, CommandStep> {
  return step.do === 'undo' || step.do === 'redo';
}

/** One command as it was drawn and found what to act on; `entryOf` tells the entry of one before it by its turn. */
export type Command = (context: CommandContext, entryOf: (turn: number) => number) => void;

/** What a step acts on in this course, said so that another course understands it; null where there is nothing. */
export function toCommand(db: ReadableDb, step: CommandStep, turns: number): Command | null {
  if (isViewStep(step)) return (context) => takeViewStep(context, step);
  if (isImportStep(step) && step.do !== 'rollback') return (context) => takeImportStep(context, step);
  switch (step.do) {
    case 'relate':
      return (context) => {
        const [sourceId, targetId] = [find(context.db, step.source), find(context.db, step.target)];
        relate(context, { sourceId, targetId, type: step.type, local: step.local });
      };
    case 'retype':
    case 'unrelate':
    case 'drop':
      return toPicked(db, step);
    case 'decide':
      return toDecision(db, step);
    case 'drop-all':
      return toDropAll(db);
    case 'decide-all':
      return toDecideAll(db, step.keep);
    case 'define':
    case 'undefine':
    case 'import-types':
      return (context) => changeVocabulary(context, step);
    case 'revert':
    case 'rollback': {
      if (turns === 0) return null;
      const turn = step.pick % turns;
      const act = step.do === 'revert' ? revert : rollbackImport;
      return (context, entryOf) => void act(context, entryOf(turn));
    }
  }
}

function find(db: ReadableDb, of: string): EntityId {
  const found = findEntityByAddress(db, of);
  if (found === undefined) throw new StoreError('not-found', `There is no ${of}.`);
  return found.id;
}

function changeVocabulary(
  context: CommandContext,
  step: Extract<CommandStep, { readonly do: 'define' | 'undefine' | 'import-types' }>,
): void {
  if (step.do === 'undefine') {
    removeType(context, 'feeds');
    return;
  }
  if (step.do === 'define') {
    const { maxPerSource, acyclic, inverse } = step;
    saveType(context, toFeeds(context.db, { maxPerSource, acyclic, inverse }));
    return;
  }
  const vents = { ...toFeeds(context.db, {}), name: 'vents', inverse: 'is vented by' };
  importTypes(context, JSON.stringify([vents]), step.replace);
}

interface Shown {
  readonly connection: string;
  readonly source: Pick<EntitySummary, 'address'>;
  readonly target: Pick<EntitySummary, 'address'>;
  readonly type: string | null;
}

const toText = ({ connection, source, target, type: called }: Shown) =>
  JSON.stringify([connection, source.address, target.address, called]);

function toPicked(
  db: ReadableDb,
  step: Extract<CommandStep, { readonly do: 'retype' | 'unrelate' | 'drop' }>,
): Command | null {
  const { rows } = readRelationshipPage(db, null, page);
  const picked = rows[step.pick % Math.max(rows.length, 1)];
  if (picked === undefined) return null;
  const text = toText(picked);
  return (context) => {
    const same = readRelationshipPage(context.db, null, page).rows.find((row) => toText(row) === text);
    if (same === undefined) throw new StoreError('not-found', `There is no ${text}.`);
    if (step.do === 'retype') retype(context, same.id, step.type);
    else if (step.do === 'unrelate') unrelate(context, same.id);
    else dropIntent(context, same.id);
  };
}

/** What is pending now, and nothing that only another course has. */
function toDropAll(db: ReadableDb): Command {
  const pending = new Set(readOutboxPage(db, page).rows.map(toEnds));
  return (context) => {
    const same = readOutboxPage(context.db, page).rows.filter((row) => pending.has(toEnds(row)));
    dropIntents(context, { ids: same.map(({ id }) => id) });
  };
}

/** What is in conflict now, and nothing that only another course has. */
function toDecideAll(db: ReadableDb, keep: ConflictChoice): Command {
  const open = new Set(readConflictPage(db, page).rows.map(toEnds));
  return (context) => {
    const same = readConflictPage(context.db, page).rows.filter((row) => open.has(toEnds(row)));
    resolveConflicts(context, { ids: same.map(({ id }) => id), keep });
  };
}

const toEnds = ({ source, target }: Pick<Shown, 'source' | 'target'>) =>
  `${source.address} → ${target.address}`;

function toDecision(db: ReadableDb, step: Extract<CommandStep, { readonly do: 'decide' }>): Command | null {
  const { rows } = readConflictPage(db, page);
  const picked = rows[step.pick % Math.max(rows.length, 1)];
  if (picked === undefined) return null;
  const ends = toEnds(picked);
  return (context) => {
    const same = readConflictPage(context.db, page).rows.find((row) => toEnds(row) === ends);
    if (same === undefined) throw new StoreError('not-found', `There is no conflict about ${ends}.`);
    resolveConflict(context, same.id, step.keep);
  };
}
