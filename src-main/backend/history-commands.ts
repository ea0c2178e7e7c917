import { type Reverted, revertInSteps } from './commands/revert.ts';
import { type Rollback, rollbackInSteps } from './commands/rollback-import.ts';
import { undoOrRedoInSteps } from './commands/undo.ts';
import type { LongCommand } from './long-commands.ts';
import { countChanges, findNextCommand } from './store/history.ts';
import { countPacked } from './store/history-packs.ts';
import type { ReadableDb } from './store/sql.ts';

/** What goes back and forth in the history, each as long as what it takes back. */

const countRows = (db: ReadableDb, id: number) => countChanges(db, id) + countPacked(db, id);

/** Takes the newest command back, or does the last undone one again. */
export function stepCommand(direction: 'undo' | 'redo'): LongCommand<{ label: string }> {
  return {
    doing: direction,
    rows: (db) => {
      const next = findNextCommand(db, direction);
      return next === undefined ? null : countRows(db, next.id);
    },
    steps: (context) => undoOrRedoInSteps(context, direction),
  };
}

/** Takes one entry back. */
export function revertCommand(id: number): LongCommand<Reverted> {
  return {
    doing: 'revert',
    rows: (db) => countRows(db, id),
    steps: (context) => revertInSteps(context, id),
  };
}

/** Takes an import back. */
export function rollbackCommand(id: number): LongCommand<Rollback> {
  return {
    doing: 'revert',
    rows: (db) => countRows(db, id),
    steps: (context) => rollbackInSteps(context, id),
  };
}
