import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import type { Cancellable } from './cancellable.ts';
import { previewRevertInSlices } from './commands/revert.ts';
import { createLateTeller } from './late-teller.ts';
import type { Session } from './session.ts';
import { readChangeCount } from './store/adjacency-rows.ts';
import { readEntityAsOf, readRelationshipsAsOf } from './store/as-of.ts';
import { readDifference } from './store/history-difference.ts';
import { readEntitiesAsOf, readEntityDifference } from './store/history-entities.ts';
import { findInstant } from './store/instant.ts';
import { readPackVersion } from './store/pack-steps.ts';
import { readTypeDifference, readTypesAsOf } from './store/past-types.ts';
import { readViewAsOf, readViewDifference, readViewsAsOf } from './store/past-views.ts';
import { runToEnd, type SliceProgress, type Slices } from './store/slices.ts';
import type { ReadableDb } from './store/sql.ts';
import { QueryCancelled } from './traverse/pace.ts';

type PastChannel =
  | 'history:as-of'
  | 'history:entity-as-of'
  | 'history:entities-as-of'
  | 'history:diff'
  | 'history:entity-diff'
  | 'history:types-as-of'
  | 'history:type-diff'
  | 'history:views-as-of'
  | 'history:view-as-of'
  | 'history:view-diff'
  | 'history:revert-preview';

/** The questions about the past: they let others have their turn, and can be cancelled by name. */
export type Past = { readonly [C in PastChannel]: (params: ParsedParams<C>) => Promise<Answer<C>> };

/** How long others wait for their turn, in milliseconds. */
const TURN_MS = 8;
/** How often a reading is begun anew because a command came in between; then it is done in one go. */
const ATTEMPTS = 3;
/** For how many questions it is kept how many rows each window has. */
const KEPT = 8;

export function createPast(session: Session, cancellable: Cancellable): Past {
  const counts = createKeptCounts();
  const ask = async <T>(name: string | undefined, read: (db: ReadableDb) => Slices<T>): Promise<T> =>
    await cancellable.run(name, (signal) => runBetween(session, { name: name ?? null, signal }, read));
  return {
    'history:as-of': ({ name, at, entityId, ...page }) =>
      ask(name, (db) =>
        readRelationshipsAsOf(
          db,
          findInstant(db, at),
          entityId,
          page,
          counts.of(db, ['as-of', at, entityId]),
        ),
      ),
    'history:entity-as-of': ({ name, at, id }) =>
      ask(name, (db) => readEntityAsOf(db, findInstant(db, at), id)),
    'history:entities-as-of': ({ name, at, ...page }) =>
      ask(name, (db) => readEntitiesAsOf(db, findInstant(db, at), page, counts.of(db, ['entities', at]))),
    'history:diff': ({ name, from, to, ...page }) =>
      ask(name, (db) => readDifference(db, { from, to }, page, counts.of(db, ['diff', from, to]))),
    'history:entity-diff': ({ name, from, to, ...page }) =>
      ask(name, (db) =>
        readEntityDifference(db, { from, to }, page, counts.of(db, ['entity-diff', from, to])),
      ),
    'history:types-as-of': ({ name, at, ...page }) =>
      ask(name, (db) => inOneGo(() => readTypesAsOf(db, findInstant(db, at), page))),
    'history:type-diff': ({ name, from, to, ...page }) =>
      ask(name, (db) => inOneGo(() => readTypeDifference(db, { from, to }, page))),
    'history:views-as-of': ({ name, at, ...page }) =>
      ask(name, (db) => readViewsAsOf(db, findInstant(db, at), page)),
    'history:view-as-of': ({ name, at, id }) =>
      ask(name, (db) => inOneGo(() => readViewAsOf(db, findInstant(db, at), id))),
    'history:view-diff': ({ name, from, to, ...page }) =>
      ask(name, (db) => readViewDifference(db, { from, to }, page)),
    'history:revert-preview': ({ name, id }) =>
      ask(name, () => previewRevertInSlices(session.commandContext(), id)),
  };
}

/** A short read among those that let others have their turn. */
function* inOneGo<T>(read: () => T): Slices<T> {
  yield { done: 0, total: 1 };
  return read();
}

/**
 * What was at a moment stays so whatever is done meanwhile, for every change notes what was before. Only a step of packed
 * rows must be known from the beginning: where one is added, the reading begins anew.
 */
async function runBetween<T>(
  session: Session,
  { name, signal }: { readonly name: string | null; readonly signal: AbortSignal },
  read: (db: ReadableDb) => Slices<T>,
): Promise<T> {
  const tell = createTeller(session, name);
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const db = session.db();
      const version = readPackVersion(db);
      const reading = read(db);
      let turnSince = Number.NEGATIVE_INFINITY; // a cancel that was sent right after the question finds it
      for (;;) {
        const slice = reading.next();
        if (slice.done === true) return slice.value;
        if (performance.now() - turnSince < TURN_MS) continue;
        tell.soFar(slice.value);
        await new Promise((next) => {
          setImmediate(next);
        });
        if (signal.aborted || session.workspace()?.db !== db) throw new QueryCancelled();
        if (readPackVersion(db) !== version) break;
        turnSince = performance.now();
      }
    }
    return runToEnd(read(session.db()));
  } finally {
    tell.end();
  }
}

function createTeller({ emit }: Session, name: string | null) {
  return createLateTeller(
    ({ done, total }: SliceProgress) => emit('history:progressed', { doing: 'look', name, done, total }),
    ({ total }) => ({ done: total, total }),
  );
}

/** How many rows each window of a question has, for its further pages; forgotten as soon as anything is changed. */
function createKeptCounts() {
  let kept: { readonly db: ReadableDb; readonly changes: number; readonly of: Map<string, number[]> } | null =
    null;
  return {
    of: (db: ReadableDb, question: readonly unknown[]): number[] => {
      const changes = readChangeCount(db);
      if (kept === null || kept.db !== db || kept.changes !== changes) kept = { db, changes, of: new Map() };
      const key = JSON.stringify(question);
      const counts = kept.of.get(key) ?? [];
      if (kept.of.size >= KEPT) kept.of.clear();
      kept.of.set(key, counts);
      return counts;
    },
  };
}
