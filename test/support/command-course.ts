import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { relate } from '../../src-main/backend/commands/relate.ts';
import { retype } from '../../src-main/backend/commands/retype.ts';
import { undoOrRedo } from '../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../src-main/backend/commands/unrelate.ts';
import { RuleError } from '../../src-main/backend/rules/errors.ts';
import { readConflictPage, saveConflict } from '../../src-main/backend/store/conflicts.ts';
import { openWorkspace, type Workspace } from '../../src-main/backend/store/database.ts';
import { StoreError } from '../../src-main/backend/store/errors.ts';
import { findNextCommand, readCommand } from '../../src-main/backend/store/history.ts';
import { readHistoryChanges } from '../../src-main/backend/store/history-changes.ts';
import { readOutboxPage } from '../../src-main/backend/store/outbox.ts';
import { readRelationshipPage, saveObserved } from '../../src-main/backend/store/relationships.ts';
import type { WritableDb } from '../../src-main/backend/store/sql.ts';
import { readVocabulary } from '../../src-main/backend/store/vocabulary.ts';
import { settle } from '../../src-main/backend/sync/settle.ts';
import type { EntityId, RelationshipId } from '../../src-preload/contract/model.ts';
import { type Command, isToAndFro, type RandomStep, toCommand } from './random-commands.ts';
import { readOwnEntities } from './random-imports.ts';
import { readViewLines } from './random-views.ts';
import { latest } from './rules-course.ts';
import { createSmallPlant, NOW, sqliteBinding, toContext } from './workspace.ts';

const page = { offset: 0, limit: 500 };

/** A command that stands in the history of a course. */
export interface Played {
  readonly entry: number;
  readonly command: Command;
  readonly step: RandomStep['do'];
}

/**
 * A course of random commands on a small plant where three wishes are in conflict from the beginning, with what the
 * remote keeps of types. What was done before the course is never undone by it.
 */
export interface CommandCourse {
  readonly db: () => WritableDb;
  readonly now: () => string;
  readonly next: () => CommandContext;
  /** Every command that was not refused, in the order in which it was done. */
  readonly played: readonly Played[];
  /** Does one step; false where it is refused. */
  play(step: RandomStep): boolean;
  /** Does a command of another course; false where it is refused. */
  repeat(played: Played): boolean;
  /** Leaves out the turn of a command of another course. */
  skip(): void;
  step(direction: 'undo' | 'redo'): boolean;
  reopen(): void;
  close(): void;
}

/** The turn of a command that is left out. */
const NOTHING: Played = { entry: 0, command: () => undefined, step: 'undo' };

/** Starts a course on remotes that keep types, or on such that do not. */
export function startCommandCourse({ typed }: { readonly typed: boolean }): CommandCourse {
  const small = createSmallPlant();
  let workspace: Workspace = small.workspace;
  workspace.db.pragma('synchronous = OFF'); // nothing here is about power cuts
  let seconds = 0;
  const now = () => new Date(Date.UTC(2026, 3, 1) + seconds * 1000).toISOString();
  const next = (): CommandContext => {
    seconds += 1;
    const context = toContext(workspace.db);
    const capabilitiesOf: CommandContext['capabilitiesOf'] = (id) => {
      const told = context.capabilitiesOf(id);
      return typed && id !== 0 ? { ...told, typed } : told;
    };
    return { ...context, now: now(), capabilitiesOf };
  };
  bringConflicts(small, next, typed);
  const played: Played[] = [];
  const firstEntry = latest(workspace.db);
  const entryOf = (turn: number) => played[turn]?.entry ?? 0;
  const perform = (command: Command, step: RandomStep['do']): boolean => {
    const before = latest(workspace.db);
    const isDone = isAllowed(() => command(next(), entryOf));
    const entry = latest(workspace.db);
    if (isDone && entry !== before) played.push({ entry, command, step });
    return isDone;
  };
  const stepTo = (direction: 'undo' | 'redo'): boolean => {
    const found = findNextCommand(workspace.db, direction);
    if (found === undefined || found.id <= firstEntry) return false;
    return isAllowed(() => undoOrRedo(next(), direction));
  };
  return {
    db: () => workspace.db,
    now,
    next,
    played,
    play: (step) => {
      if (isToAndFro(step)) return stepTo(step.do);
      const command = toCommand(workspace.db, step, played.length);
      return command !== null && perform(command, step.do);
    },
    repeat: ({ command, step }) => {
      const turns = played.length;
      const isDone = perform(command, step);
      if (played.length === turns) played.push({ ...NOTHING, step });
      return isDone;
    },
    skip: () => void played.push(NOTHING),
    step: stepTo,
    reopen: () => {
      const { path } = workspace;
      workspace.close();
      workspace = openWorkspace({ path, nativeBinding: sqliteBinding });
      workspace.db.pragma('synchronous = OFF');
    },
    close: () => workspace.close(),
  };
}

/** Whether a command is not refused; any other failure is one of the test. */
function isAllowed(command: () => void): boolean {
  try {
    command();
    return true;
  } catch (error) {
    const isRefused =
      error instanceof RuleError ||
      (error instanceof StoreError && ['not-found', 'view-name-taken'].includes(error.kind));
    if (!isRefused) throw error;
    return false;
  }
}

/** Whether the entry of a command stands in a course. */
export function isStanding(course: CommandCourse, { entry }: Played): boolean {
  return readCommand(course.db(), entry).state === 'done';
}

/** What a command changed, the same in any workspace. */
export function readEffect({ db }: CommandCourse, { entry }: Played): string[] {
  return readHistoryChanges(db(), entry, page)
    .rows.map(({ what, name, before, after }) => JSON.stringify([what, name, before, after]))
    .toSorted();
}

type Plant = ReturnType<typeof createSmallPlant>;

/** One to be made, one to be removed and, where types are kept, one of which both sides changed the type. */
function bringConflicts(small: Plant, next: () => CommandContext, typed: boolean): void {
  const { building, boiler, pump, valve } = small;
  const type = typed ? 'feeds' : null;
  const made = relate(next(), { sourceId: pump, targetId: valve, type, local: false }).id;
  openConflict(small, made);
  const removed = bring(small, boiler, pump, type);
  unrelate(next(), removed);
  openConflict(small, removed);
  const changed = bring(small, building, boiler, type);
  bring(small, valve, building, type);
  if (!typed) return;
  retype(next(), changed, 'contains');
  const key = { connectionId: small.plant, sourceId: building, targetId: boiler, slot: 0 };
  saveObserved(small.db, changed, key, { present: true, type: 'backs up' }, NOW);
  openConflict(small, changed);
}

function bring({ db, plant }: Plant, sourceId: EntityId, targetId: EntityId, type: string | null) {
  const key = { connectionId: plant, sourceId, targetId, slot: 0 };
  settle(db, key, { type, remoteId: null }, NOW);
  const row = readRelationshipPage(db, sourceId, page).rows.find(
    ({ source, target }) => source.id === sourceId && target.id === targetId,
  );
  if (row === undefined) throw new Error('It was just brought');
  return row.id;
}

function openConflict({ db }: Plant, relationshipId: RelationshipId): void {
  const side = { present: true, type: null, at: null, told: false, by: null };
  const sides = { base: side, local: side, remote: side };
  const choices = ['local', 'remote'] as const;
  saveConflict(db, {
    relationshipId,
    reason: 'changed-both',
    cause: 'Both changed it.',
    ...sides,
    choices,
    now: NOW,
  });
}

/** All that a user sees and a command can change, without numbers: the same in any workspace. */
export function readAllSeen({ db: read }: CommandCourse) {
  const db = read();
  return {
    relationships: readRelationshipPage(db, null, page)
      .rows.map(
        ({ connection, source, target, type, state }) =>
          `${connection} ${source.address} → ${target.address} ${type ?? '-'} ${state}`,
      )
      .toSorted(),
    outbox: readOutboxPage(db, page)
      .rows.map(
        ({ action, source, target, type, state }) =>
          `${action} ${source.address} → ${target.address} ${type ?? '-'} ${state}`,
      )
      .toSorted(),
    conflicts: readConflictPage(db, page)
      .rows.map(
        ({ source, target, choices }) => `${source.address} → ${target.address} ${choices.join(', ')}`,
      )
      .toSorted(),
    own: readOwnEntities(db)
      .map((line) => line.replace(/^\d+ /, ''))
      .toSorted(),
    types: readVocabulary(db),
    views: readViewLines(db),
  };
}
