import type { Difference } from '../../../src-preload/contract/history-requests.ts';
import { broughtAfter, findInstant, type Instant, type PastRow, wantedNow, withPastEnds } from './as-of.ts';
import { all, count, type ReadableDb } from './sql.ts';

/** What two moments do not have alike: only what the history noted between them is looked at. */

const firstAfter = (change: string) =>
  `(SELECT MIN(n.id) FROM history_change n WHERE n.relationship_id = c.id AND n.id > ${change})`;

/** Everything that changed or was brought between the moments, with the first note after each of them. */
const candidates = `
  SELECT c.id, c.brought, ${firstAfter(':earlierChange')} AS first, ${firstAfter(':laterChange')} AS next FROM (
    SELECT id, MAX(brought) AS brought FROM (
      SELECT relationship_id AS id, 0 AS brought FROM history_change
        WHERE id > :earlierChange AND id <= :laterChange
      UNION ALL
      SELECT r.id, 1 FROM history_added a JOIN relationship r ON r.id BETWEEN a.from_id AND a.to_id
        WHERE a.at > :earlierAt AND a.at <= :laterAt)
    GROUP BY id) c
  WHERE NOT ${broughtAfter(':laterAt', 'c.id')}`;

/** Both sides of each; a side that nothing noted after it is as it is now. */
const compared = `
  SELECT c.id,
    COALESCE(f.connection_id, x.connection_id, w.connection_id) AS connectionId,
    COALESCE(f.source_id, x.source_id, w.source_id) AS sourceId,
    COALESCE(f.target_id, x.target_id, w.target_id) AS targetId,
    CASE WHEN c.brought = 1 THEN 0 ELSE f.before_present END AS wasPresent, f.before_type AS wasType,
    CASE WHEN c.next IS NULL THEN w.id IS NOT NULL ELSE x.before_present END AS isPresent,
    CASE WHEN c.next IS NULL THEN w.type ELSE x.before_type END AS isType
  FROM (${candidates}) c
  LEFT JOIN history_change f ON f.id = c.first
  LEFT JOIN history_change x ON x.id = c.next
  LEFT JOIN (${wantedNow}) w ON w.id = c.id`;

const differing = `SELECT * FROM (${compared})
  WHERE sourceId IS NOT NULL AND EXISTS (SELECT 1 FROM entity WHERE id = sourceId)
    AND EXISTS (SELECT 1 FROM entity WHERE id = targetId)
    AND (wasPresent <> isPresent OR (isPresent = 1 AND wasType IS NOT isType))`;

interface RawDifference extends PastRow {
  readonly wasPresent: number;
  readonly wasType: string | null;
  readonly isPresent: number;
  readonly isType: string | null;
}

/** A page of the differences between two moments, the other way round where `from` is the later one. */
export function readDifference(
  db: ReadableDb,
  moments: { readonly from: string; readonly to: string },
  page: { readonly offset: number; readonly limit: number },
): { total: number; rows: Difference[] } {
  const from = findInstant(db, moments.from);
  const to = findInstant(db, moments.to);
  const isBackward = from.at > to.at;
  const [earlier, later] = isBackward ? [to, from] : [from, to];
  const parameters = {
    earlierChange: earlier.change,
    laterChange: Math.max(later.change, earlier.change),
    earlierAt: earlier.at,
    laterAt: later.at,
  };
  const rows = all<RawDifference>(db, `${differing} ORDER BY id LIMIT :limit OFFSET :offset`, {
    ...parameters,
    ...page,
  });
  const total = count(db, `SELECT COUNT(*) FROM (${differing})`, parameters);
  return { total, rows: toDifferences(db, later, rows, isBackward) };
}

function toDifferences(
  db: ReadableDb,
  instant: Instant,
  rows: readonly RawDifference[],
  isBackward: boolean,
): Difference[] {
  const named = withPastEnds(db, instant, rows);
  return rows.flatMap((row, index) => {
    const relationship = named[index];
    if (relationship === undefined) return [];
    const was = { present: row.wasPresent === 1, type: row.wasType };
    const is = { present: row.isPresent === 1, type: row.isType };
    const [before, after] = isBackward ? [is, was] : [was, is];
    const change = before.present === after.present ? 'changed' : after.present ? 'added' : 'removed';
    return [
      {
        change,
        relationship,
        before: before.present ? before.type : null,
        after: after.present ? after.type : null,
      },
    ];
  });
}
