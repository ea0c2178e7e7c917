import { StoreError } from './errors.ts';
import { readSetting } from './settings.ts';
import { first, type ReadableDb } from './sql.ts';

/** Moments as places in the history. */

/** A moment as the places in the history that come right after it. */
export interface Instant {
  readonly at: string;
  /** The last change of a relationship that the moment has. */
  readonly change: number;
  /** The last change of an entity that the moment has. */
  readonly entity: number;
  /** The last command, undo or redo that the moment has: for rows that are packed in their entry. */
  readonly entry: number;
}

/** Throws `history-too-short` where the history does not reach back that far. */
export function findInstant(db: ReadableDb, at: string): Instant {
  const since = readSetting(db, 'history')?.since;
  if (since !== undefined && at < since) {
    throw new StoreError('history-too-short', `The history of this workspace is whole since ${since} only.`);
  }
  const last = (rows: string) =>
    first<{ id: number | null }>(
      db,
      `SELECT CASE WHEN EXISTS (SELECT 1 FROM ${rows} AND at > :at)
         THEN (SELECT id FROM ${rows} AND at <= :at ORDER BY at DESC, id DESC LIMIT 1)
         ELSE (SELECT MAX(id) FROM ${rows}) END AS id`, // after all of it is now, even if a clock was set back
      { at },
    )?.id ?? 0;
  return {
    at,
    change: last('history_change WHERE TRUE'),
    entity: last('history_entity WHERE TRUE'),
    entry: last("history WHERE actor = 'user'"),
  };
}

/** Two moments as SQL is told them: the places in the history that come right after each. */
interface Span {
  readonly earlierAt: string;
  readonly laterAt: string;
  readonly earlierChange: number;
  readonly laterChange: number;
  readonly earlierEntity: number;
  readonly laterEntity: number;
  readonly earlierEntry: number;
  readonly laterEntry: number;
}

/** Two moments in the order of time, and what SQL about what is between them is told. */
export function findSpan(
  db: ReadableDb,
  moments: { readonly from: string; readonly to: string },
): { later: Instant; isBackward: boolean; parameters: Span } {
  const from = findInstant(db, moments.from);
  const to = findInstant(db, moments.to);
  const isBackward = from.at > to.at;
  const [earlier, later] = isBackward ? [to, from] : [from, to];
  const parameters = {
    earlierAt: earlier.at,
    laterAt: later.at,
    earlierChange: earlier.change,
    laterChange: Math.max(later.change, earlier.change),
    earlierEntity: earlier.entity,
    laterEntity: Math.max(later.entity, earlier.entity),
    earlierEntry: earlier.entry,
    laterEntry: Math.max(later.entry, earlier.entry),
  };
  return { later, isBackward, parameters };
}
