import type { Difference } from '../../../src-preload/contract/history-requests.ts';
import { LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import { readLastRelationshipId } from './adjacency-rows.ts';
import {
  broughtAfter,
  hasNotes,
  inScope,
  type PastRow,
  packedTable,
  toPackedParameters,
  wantedNow,
  withPastEnds,
} from './as-of.ts';
import { findSpan, type Instant } from './instant.ts';
import { createRelationshipStates, isAllAbsent, isNothing, toRange, WINDOW } from './packed-states.ts';
import type { Page } from './page.ts';
import { readWindows, type Slices, type Windows } from './slices.ts';
import { all, count, type ReadableDb } from './sql.ts';

/** What two moments do not have alike: only what the history noted between them is looked at. */

const packed = `${packedTable('packed_early')}, ${packedTable('packed_late')}`;

/** The first note after a moment, unless packed rows came before it. */
const firstAfter = (change: string, packs: string) =>
  `(SELECT n.id FROM history_change n WHERE n.relationship_id = c.id AND +n.id > ${change}
    AND NOT EXISTS (SELECT 1 FROM ${packs} p WHERE p.id = c.id AND p.step < n.history_id)
    ORDER BY n.id LIMIT 1)`;

/** Everything that changed or was brought between the moments, with the first note after each of them. */
const candidates = `
  SELECT c.id, c.brought, ${firstAfter(':earlierChange', 'packed_early')} AS first,
    ${firstAfter(':laterChange', 'packed_late')} AS next FROM (
    SELECT id, MAX(brought) AS brought FROM (
      SELECT relationship_id AS id, 0 AS brought FROM history_change
        WHERE +id > :earlierChange AND +id <= :laterChange AND ${inScope('relationship_id', 'window')}
      UNION ALL
      SELECT id, 0 FROM packed_early WHERE step <= :laterEntry
      UNION ALL
      SELECT r.id, 1 FROM history_added a JOIN relationship r ON r.id BETWEEN a.from_id AND a.to_id
        WHERE a.at > :earlierAt AND a.at <= :laterAt AND a.from_id <= :high AND a.to_id > :low
          AND ${inScope('r.id', 'window')})
    GROUP BY id) c
  WHERE NOT ${broughtAfter(':laterAt', 'c.id')}`;

/** All that is looked at, each part read once. */
const tables = `${packed}, candidate AS MATERIALIZED (${candidates}),
  wanted AS MATERIALIZED (SELECT * FROM (${wantedNow}) WHERE ${inScope('id', 'window')})`;

/** Both sides of each; a side that nothing noted after it is as it is now. A change noted first is before its pack. */
const compared = `
  SELECT c.id,
    COALESCE(f.connection_id, x.connection_id, w.connection_id, ${LOCAL_CONNECTION_ID}) AS connectionId,
    COALESCE(f.source_id, x.source_id, w.source_id, pe.source_id, pl.source_id) AS sourceId,
    COALESCE(f.target_id, x.target_id, w.target_id, pe.target_id, pl.target_id) AS targetId,
    CASE WHEN c.brought = 1 THEN 0 WHEN c.first IS NULL THEN pe.present ELSE f.before_present END AS wasPresent,
    CASE WHEN c.first IS NULL THEN pe.type ELSE f.before_type END AS wasType,
    CASE WHEN c.next IS NOT NULL THEN x.before_present WHEN pl.id IS NOT NULL THEN pl.present
      ELSE w.id IS NOT NULL END AS isPresent,
    CASE WHEN c.next IS NOT NULL THEN x.before_type WHEN pl.id IS NOT NULL THEN pl.type ELSE w.type END AS isType
  FROM candidate c
  LEFT JOIN history_change f ON f.id = c.first
  LEFT JOIN history_change x ON x.id = c.next
  LEFT JOIN packed_early pe ON pe.id = c.id
  LEFT JOIN packed_late pl ON pl.id = c.id
  LEFT JOIN wanted w ON w.id = c.id`;

const endsKnown = `EXISTS (SELECT 1 FROM entity WHERE id = sourceId) AND EXISTS (SELECT 1 FROM entity WHERE id = targetId)`;

const differing = `SELECT * FROM (${compared})
  WHERE sourceId IS NOT NULL AND ${endsKnown} AND (wasPresent <> isPresent OR (isPresent = 1 AND wasType IS NOT isType))`;

interface RawDifference extends PastRow {
  readonly wasPresent: number;
  readonly wasType: string | null;
  readonly isPresent: number;
  readonly isType: string | null;
}

/** The same where the first moment had none of a window, and all that is there now was there at the second. */
const allAdded = `SELECT * FROM (SELECT x.id, x.connection_id AS connectionId, x.source_id AS sourceId,
    x.target_id AS targetId, 0 AS wasPresent, NULL AS wasType, 1 AS isPresent, x.type AS isType
  FROM (${wantedNow}) x WHERE ${inScope('x.id', 'window')} AND NOT ${broughtAfter(':laterAt', 'x.id')})
  WHERE ${endsKnown}`;

const toCount = (allAre: boolean) =>
  allAre ? `SELECT COUNT(*) FROM (${allAdded})` : `WITH ${tables} SELECT COUNT(*) FROM (${differing})`;
const toRows = (allAre: boolean) =>
  `${allAre ? allAdded : `WITH ${tables} ${differing}`} ORDER BY id LIMIT :limit OFFSET :offset`;

/** A page of the differences between two moments, the other way round where `from` is the later one. */
export function* readDifference(
  db: ReadableDb,
  moments: { readonly from: string; readonly to: string },
  page: Page,
  counts: number[] = [],
): Slices<{ total: number; rows: Difference[] }> {
  const { later, isBackward, parameters } = findSpan(db, moments);
  const { earlierEntry, laterEntry, ...places } = parameters;
  const [early, late] = [
    createRelationshipStates(db, earlierEntry),
    createRelationshipStates(db, laterEntry),
  ];
  const parametersOf = (window: number) => ({
    ...places,
    laterEntry,
    ...toRange(window),
    ...toPackedParameters('packed_early', early.in(window)),
    ...toPackedParameters('packed_late', late.in(window)),
  });
  const isAllAdded = (window: number) =>
    isAllAbsent(early.in(window), toRange(window)) &&
    isNothing(late.in(window)) &&
    !hasNotes(db, places.earlierChange, toRange(window));
  const windows: Windows<RawDifference> = {
    length: Math.ceil(readLastRelationshipId(db) / WINDOW),
    count: (window) => count(db, toCount(isAllAdded(window)), parametersOf(window)),
    read: (window, part) =>
      all(db, toRows(isAllAdded(window)), {
        ...parametersOf(window),
        ...part,
      }),
  };
  const { total, rows } = yield* readWindows(windows, page, counts);
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
