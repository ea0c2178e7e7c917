import type { Events } from '../../src-preload/contract/events.ts';
import type { CommandContext } from './commands/context.ts';
import type { Steps } from './commands/steps.ts';
import type { Session } from './session.ts';
import { runToEnd } from './store/slices.ts';
import { type ReadableDb, transaction, type WritableDb } from './store/sql.ts';
import { QueryCancelled } from './traverse/pace.ts';
import { writeBeside } from './write-beside.ts';

/** A command that is quick for what a hand does, and long for what an import did. */
export interface LongCommand<T> {
  readonly doing: Events['history:progressed']['doing'];
  /** How many rows it is about, as far as that is known before it begins; null where there is nothing to do. */
  readonly rows: (db: ReadableDb) => number | null;
  readonly steps: (context: CommandContext) => Steps<T>;
}

/** Up to as many rows are done in one go: a matter of milliseconds. */
const QUICK_ROWS = 1000;
/** How long others wait for their turn, in milliseconds. */
const TURN_MS = 8;
/** Time between two reports of progress, in milliseconds. */
const PROGRESS_EVERY_MS = 100;

/**
 * Runs a command as one transaction. A long one writes on a handle of its own while nobody else does, with a turn for
 * readers between its steps: whatever ends it before its end leaves everything as it was.
 */
export async function runLong<T>(session: Session, command: LongCommand<T>): Promise<T> {
  const quick = await session.writes.among(() => {
    const rows = command.rows(session.db());
    if (rows !== null && rows > QUICK_ROWS) return null;
    const context = session.commandContext();
    return transaction(context.db, () => ({ answer: runToEnd(command.steps(context)) }));
  });
  if (quick !== null) return quick.answer;
  return await writeBeside(session, [], (db, closing) => runInTurns(session, db, command, closing));
}

/** Closing the handle before the commit leaves nothing. */
async function runInTurns<T>(
  session: Session,
  db: WritableDb,
  { doing, rows, steps }: LongCommand<T>,
  closing: AbortSignal,
): Promise<T> {
  db.exec('BEGIN IMMEDIATE');
  const total = rows(db) ?? 0;
  const running = steps({ ...session.commandContext(), db });
  const tell = (done: number) => session.emit('history:progressed', { doing, name: null, done, total });
  let done = 0;
  let [turnSince, toldAt] = [performance.now(), Number.NEGATIVE_INFINITY];
  try {
    for (;;) {
      const step = running.next();
      if (step.done === true) {
        db.exec('COMMIT');
        return step.value;
      }
      done += step.value;
      const now = performance.now();
      if (now - turnSince < TURN_MS) continue;
      if (now - toldAt >= PROGRESS_EVERY_MS) {
        tell(Math.min(done, total - 1));
        toldAt = now;
      }
      await new Promise((next) => {
        setImmediate(next);
      });
      if (closing.aborted) throw new QueryCancelled();
      turnSince = performance.now();
    }
  } finally {
    tell(total);
  }
}
