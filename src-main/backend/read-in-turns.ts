import { besideOthers } from './beside-others.ts';
import { createGate } from './gate.ts';
import type { Session } from './session.ts';
import { readChangeCount } from './store/adjacency-rows.ts';
import type { ReadableDb } from './store/sql.ts';
import { type Paced, QueryCancelled, runPaced } from './traverse/pace.ts';

/** Reads that are quick mostly, and long for some questions. */
export interface Reader {
  /** Throws QueryCancelled once the signal aborts, or the workspace is closed. */
  read<T>(signal: AbortSignal, work: (db: ReadableDb) => Paced<T>): Promise<T>;
  /**
   * As `read`, for work that leaves no statement open where it yields: others have their turn in the midst of it. Only
   * where something is changed meanwhile, more than once, it is read on a snapshot.
   */
  readHere<T>(signal: AbortSignal, work: (db: ReadableDb) => Paced<T>): Promise<T>;
}

/** How long others wait for their turn, in milliseconds. */
const TURN_MS = 8;
/** How often a reading is begun anew because something was changed meanwhile. */
const ATTEMPTS = 2;

/**
 * What never yields is read here and now. The rest is begun anew on a snapshot, with a turn for everybody else at every
 * yield: all of an answer is of one moment, whatever is written meanwhile. One is read after the other, since lists and
 * graph mostly ask for the same, and who comes later knows what the one before found.
 */
export function createReader(session: Session): Reader {
  const gate = createGate();
  return {
    read: async (signal, work) => {
      const asked = session.db();
      const quick = tryAtOnce(work(asked));
      if (quick !== null) return quick.answer;
      try {
        return await gate.alone(async () => {
          // another workspace may have taken its place meanwhile
          if (session.workspace()?.db !== asked) throw new QueryCancelled();
          return await besideOthers(session, (db, closing) =>
            runPaced(work(db), AbortSignal.any([signal, closing])),
          );
        }, signal);
      } catch (error) {
        throw signal.aborted ? new QueryCancelled() : error;
      }
    },
    readHere: async (signal, work) => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const unchanged = await tryBetween(session, signal, work);
        if (unchanged !== null) return unchanged.answer;
      }
      return await besideOthers(session, (db, closing) =>
        runPaced(work(db), AbortSignal.any([signal, closing])),
      );
    },
  };
}

/** Null where something was changed before the end: all of an answer is of one moment. */
async function tryBetween<T>(
  session: Session,
  signal: AbortSignal,
  work: (db: ReadableDb) => Paced<T>,
): Promise<{ readonly answer: T } | null> {
  const db = session.db();
  const course = work(db);
  let turnSince = performance.now();
  for (;;) {
    const { done, value } = course.next();
    if (done === true) return { answer: value };
    if (performance.now() - turnSince < TURN_MS) continue;
    const changes = readChangeCount(db);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (signal.aborted || session.workspace()?.db !== db) throw new QueryCancelled();
    if (readChangeCount(db) !== changes) return null;
    turnSince = performance.now();
  }
}

function tryAtOnce<T>(work: Paced<T>): { readonly answer: T } | null {
  const attempt = toAttempt(work);
  const { done, value } = attempt.next();
  if (done === true) return value;
  attempt.return(null); // so that it lets go of the handle
  return null;
}

function* toAttempt<T>(work: Paced<T>): Paced<{ readonly answer: T } | null> {
  return { answer: yield* work };
}
