import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { toParts } from './parts.ts';
import { onlyWanted, shownInMirror } from './shown.ts';
import type { Turns } from './slices.ts';
import { all, column, type ReadableDb } from './sql.ts';

/** Entities asked for in one go, and the most rows of such a question: some ten milliseconds. */
const ENDS = 1000;
const ROWS = 100_000;

const ways = [
  ['source_id', 'target_id'],
  ['target_id', 'source_id'],
] as const;

/**
 * Tells the other ends of all that is shown at these entities, some more than once, in no order: SQLite sorts out
 * repeats slower than a set does. Not through the view, which takes several times as long. Leaves no statement open
 * where it yields.
 */
export function* readFarEnds(
  db: ReadableDb,
  ids: readonly EntityId[],
  take: (ends: readonly EntityId[]) => void,
  rows = ROWS,
): Turns<void> {
  for (const part of toParts(ids, ENDS)) yield* readPart(db, part, take, rows);
}

/** Where there are hubs, a question of fewer; of a single hub, part after part. */
function* readPart(
  db: ReadableDb,
  ids: readonly EntityId[],
  take: (ends: readonly EntityId[]) => void,
  rows: number,
): Turns<void> {
  const given = 'IN (SELECT value FROM json_each(:ids))';
  const arms = ways.flatMap(([near, far]) => [
    `SELECT r.${far} AS id FROM relationship r WHERE r.${near} ${given} AND ${shownInMirror}`,
    `SELECT i.${far} FROM intent i WHERE i.${near} ${given} AND ${onlyWanted}`,
    `SELECT ${far} FROM local_relationship WHERE ${near} ${given}`,
  ]);
  const asked = { ids: JSON.stringify(ids) };
  const ends = column<EntityId>(db, `${arms.join(' UNION ALL ')} LIMIT ${rows}`, asked);
  yield;
  if (ends.length < rows) return take(ends);
  const [only] = ids;
  if (ids.length > 1) {
    const half = Math.ceil(ids.length / 2);
    yield* readPart(db, ids.slice(0, half), take, rows);
    yield* readPart(db, ids.slice(half), take, rows);
  } else if (only !== undefined) {
    take(column<EntityId>(db, arms.filter((_, index) => index % 3 !== 0).join(' UNION ALL '), asked));
    for (const part of readMirrorOf(db, only, shownInMirror, rows)) {
      take(part.map(({ end }) => end));
      yield;
    }
  }
}

/** A relationship of the mirror by its id and its far end. */
interface MirrorLink {
  readonly id: RelationshipId;
  readonly end: EntityId;
}

/** What the mirror has at one entity, part after part in the order of its index; one with itself comes twice. */
export function* readMirrorOf(
  db: ReadableDb,
  id: EntityId,
  condition = 'r.base_present = 1',
  rows = ROWS,
): Generator<readonly MirrorLink[], void, undefined> {
  for (const [near, far] of ways) {
    let after: MirrorLink | undefined;
    do {
      const from = after === undefined ? '' : `AND (r.${far}, r.id) > (:end, :last)`;
      const part: readonly MirrorLink[] = all<MirrorLink>(
        db,
        `SELECT r.id, r.${far} AS end FROM relationship r
         WHERE r.${near} = :id AND r.base_present = 1 ${from} AND ${condition} ORDER BY r.${far}, r.id LIMIT ${rows}`,
        { id, ...(after === undefined ? {} : { end: after.end, last: after.id }) },
      );
      yield part;
      after = part.length < rows ? undefined : part.at(-1);
    } while (after !== undefined);
  }
}
