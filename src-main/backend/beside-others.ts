import { must } from './must.ts';
import type { Session } from './session.ts';
import { openBeside } from './store/database.ts';
import { shareWalks } from './store/kept-walks.ts';
import { type ReadableDb, watchSlowReads } from './store/sql.ts';

/** Reads on a handle and a snapshot of its own, whatever is written meanwhile; closing the workspace ends it. */
export async function besideOthers<T>(
  session: Session,
  body: (db: ReadableDb, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  session.db(); // says so where none is open
  const { path } = must(session.workspace(), 'the open workspace');
  const db = openBeside({ path, nativeBinding: session.ports.sqliteBinding });
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  session.runBesides(async (signal) => {
    try {
      db.exec('BEGIN');
      shareWalks(session.db(), db);
      watchSlowReads(db, session.ports.log);
      resolve(await body(db, signal));
    } catch (error) {
      reject(error);
    } finally {
      db.close();
    }
  });
  return await promise;
}
