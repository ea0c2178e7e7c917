import { readAuthor } from './machine.ts';
import { must } from './must.ts';
import type { Session } from './session.ts';
import { openBeside } from './store/database.ts';
import { nameAuthor } from './store/history.ts';
import type { WritableDb } from './store/sql.ts';
import { QueryCancelled } from './traverse/pace.ts';

/**
 * Writes on a handle of its own, once nobody else does; it is closed in any case. `signal` ends with `cancelled` or with
 * the workspace. Rejects with `QueryCancelled` where it did.
 */
export async function writeBeside<T>(
  session: Session,
  cancelled: readonly AbortSignal[],
  body: (db: WritableDb, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { path } = must(session.workspace(), 'the open workspace');
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  session.runBesides(async (closing) => {
    const signal = AbortSignal.any([...cancelled, closing]);
    const write = async () => {
      const db = openBeside({ path, nativeBinding: session.ports.sqliteBinding });
      try {
        nameAuthor(db, readAuthor());
        return await body(db, signal);
      } finally {
        db.close();
      }
    };
    try {
      resolve(await session.writes.alone(write, signal));
    } catch (error) {
      reject(signal.aborted ? new QueryCancelled() : error);
    }
  });
  return await promise;
}
