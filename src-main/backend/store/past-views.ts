import type { ViewDifference } from '../../../src-preload/contract/history-requests.ts';
import type { SavedView, ViewId, ViewSummary } from '../../../src-preload/contract/views.ts';
import { compareTexts } from './compare-texts.ts';
import { StoreError } from './errors.ts';
import { describeFacts, type Facts } from './history-changes.ts';
import { findViewBefore } from './history-views.ts';
import { findInstant, type Instant } from './instant.ts';
import type { Page } from './page.ts';
import type { Slices } from './slices.ts';
import { all, column, type ReadableDb } from './sql.ts';
import { findView, type StoredView, toSavedView, toStandingView, toViewSummary } from './views.ts';

/** The saved views of a past moment, and what two moments do not have alike of them. */

/** The view as it was at the moment; undefined where it was not there. */
export function findViewAsOf(
  db: ReadableDb,
  { entry }: Pick<Instant, 'entry'>,
  id: ViewId,
): StoredView | undefined {
  const noted = findViewBefore(db, id, entry);
  if (noted === undefined) return findView(db, id);
  return noted === null ? undefined : toStandingView(db, noted);
}

/** As `findViewAsOf`, as it can be drawn now; throws `not-found`. */
export function readViewAsOf(db: ReadableDb, instant: Instant, id: ViewId): SavedView {
  const view = findViewAsOf(db, instant, id);
  if (view !== undefined) return toSavedView(view);
  throw new StoreError('not-found', `There was no view ${id} in this workspace at ${instant.at}.`);
}

/** The views of the moment by their ids, with their names of then. */
function readNamesAsOf(db: ReadableDb, { entry }: Instant): { id: ViewId; name: string }[] {
  return all(
    db,
    `SELECT v.key AS id, v.name FROM view v WHERE NOT EXISTS (
       SELECT 1 FROM history_view n WHERE n.key = v.key AND n.history_id > :entry)
     UNION ALL
     SELECT n.key, n.before ->> 'name' FROM history_view n WHERE n.before IS NOT NULL AND n.id IN (
       SELECT MIN(id) FROM history_view WHERE history_id > :entry GROUP BY key)`,
    { entry },
  );
}

interface Named {
  readonly id: string;
  readonly name: string;
}

const byName = (one: Named, other: Named) =>
  one.name.localeCompare(other.name, 'en') || compareTexts(one.id, other.id);

/** A page of the views that were there at the moment, by the names that they had. */
export function* readViewsAsOf(
  db: ReadableDb,
  instant: Instant,
  { offset, limit }: Page,
): Slices<{ total: number; rows: ViewSummary[] }> {
  const names = readNamesAsOf(db, instant).toSorted(byName);
  const shown = names.slice(offset, offset + limit);
  const rows: ViewSummary[] = [];
  for (const { id } of shown) {
    const view = findViewAsOf(db, instant, id);
    if (view !== undefined) rows.push(toViewSummary(view));
    yield { done: rows.length, total: shown.length };
  }
  return { total: names.length, rows };
}

/** A page of the views that two moments do not have alike: only those that were changed between them are looked at. */
export function* readViewDifference(
  db: ReadableDb,
  moments: { readonly from: string; readonly to: string },
  { offset, limit }: Page,
): Slices<{ total: number; rows: ViewDifference[] }> {
  const [from, to] = [findInstant(db, moments.from), findInstant(db, moments.to)];
  const [earlier, later] = from.entry < to.entry ? [from, to] : [to, from]; // told alike both ways round
  const keys = column<ViewId>(
    db,
    'SELECT DISTINCT key FROM history_view WHERE history_id > :earlier AND history_id <= :later',
    { earlier: earlier.entry, later: later.entry },
  );
  const found: ViewDifference[] = [];
  for (const [done, key] of keys.entries()) {
    const [was, is] = [findViewAsOf(db, earlier, key), findViewAsOf(db, later, key)];
    const told = describeFacts(toFacts(was), toFacts(is), TOLD);
    const [before, after] = later === to ? [told.before, told.after] : [told.after, told.before];
    if (before !== after) found.push({ id: key, ...toChange(before, after), name: (is ?? was)?.name ?? '' });
    yield { done, total: keys.length };
  }
  const rows = found.toSorted(byName);
  return { total: rows.length, rows: rows.slice(offset, offset + limit) };
}

/** How much that two moments of a view do not have alike is told one by one. */
const TOLD = 20;

function toChange(before: string | null, after: string | null) {
  const change = before === null ? 'added' : after === null ? 'removed' : 'changed';
  return { change, before, after } as const;
}

/** All of a view but when it was saved. */
function toFacts(view: StoredView | undefined): Facts {
  if (view === undefined) return new Map();
  const { name, settings, places } = view;
  const { query, filter, hiddenKinds, viewport } = settings;
  const looked = viewport === null ? 'all' : `${viewport.zoom} at ${viewport.x}, ${viewport.y}`;
  return new Map([
    ['name', name],
    ['query', query],
    ['filter', filter.text === '' ? '' : `${filter.mode} all but ${filter.text}`],
    ['hidden kinds', hiddenKinds.join(', ')],
    ['looked at', looked],
    ['entities', String(places.length)],
    ...places.map(({ address, x, y, pinned, root }): [string, string] => [
      address,
      `${x}, ${y}${pinned ? ', pinned' : ''}${root === null ? '' : `, grows from it (${root + 1})`}`,
    ]),
  ]);
}
