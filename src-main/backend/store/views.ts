import type { EntityId } from '../../../src-preload/contract/model.ts';
import {
  type SavedView,
  type ViewId,
  type ViewPlace,
  ViewSettings,
  type ViewSummary,
} from '../../../src-preload/contract/views.ts';
import { StoreError } from './errors.ts';
import type { Page } from './page.ts';
import { all, first, type ReadableDb, run, runMany, type WritableDb } from './sql.ts';

/** Something that a view draws: an entity of this workspace, or one that is only known by its written form. */
export interface StoredPlace extends ViewPlace {
  readonly id: EntityId | null;
  readonly address: string;
  /** Its turn among those from which the picture grows; null for all others. */
  readonly root: number | null;
}

/** A view with all that belongs to it, as commands change it and the history keeps it. */
export interface StoredView {
  readonly key: ViewId;
  readonly name: string;
  readonly madeAt: string;
  readonly savedAt: string;
  readonly settings: ViewSettings;
  /** By address. */
  readonly places: readonly StoredPlace[];
}

interface ViewRow {
  readonly rowId: number;
  readonly key: ViewId;
  readonly name: string;
  readonly definition: string;
  readonly madeAt: string;
  readonly savedAt: string;
}

const viewColumns =
  'id AS rowId, key, name, definition, made_at AS madeAt, saved_at AS savedAt FROM view WHERE';

/** The view with its places; what was missing and is there by now counts as found. Undefined where there is none. */
export function findView(db: ReadableDb, key: string): StoredView | undefined {
  const row = first<ViewRow>(db, `SELECT ${viewColumns} key = :key`, { key });
  if (row === undefined) return undefined;
  const { rowId, definition, ...head } = row;
  const settings = ViewSettings.parse(JSON.parse(definition));
  return { ...head, settings, places: readPlaces(db, rowId) };
}

/** As `findView`; throws `not-found`. */
export function readView(db: ReadableDb, key: ViewId): StoredView {
  const view = findView(db, key);
  if (view === undefined) throw new StoreError('not-found', `There is no view ${key} in this workspace.`);
  return view;
}

/** A view by its id, or else by its name: whoever names a view like another's id does not get in its way. */
export function findViewByText(db: ReadableDb, text: string): StoredView {
  const byName = first<{ key: ViewId }>(db, 'SELECT key FROM view WHERE name = :text', { text });
  const view = findView(db, text) ?? (byName === undefined ? undefined : findView(db, byName.key));
  if (view === undefined) throw new StoreError('not-found', `There is no view “${text}” in this workspace.`);
  return view;
}

interface PlaceRow {
  readonly id: EntityId | null;
  readonly address: string;
  readonly x: number;
  readonly y: number;
  readonly pinned: number;
  readonly root: number | null;
}

/** What a view has and this workspace had not when it was saved. */
function readMissingRows(db: ReadableDb, rowId: number): StoredPlace[] {
  return all<PlaceRow>(
    db,
    'SELECT NULL AS id, address, x, y, pinned, root FROM view_missing WHERE view_id = :rowId',
    { rowId },
  ).map(toPlace);
}

function readPlaces(db: ReadableDb, rowId: number): StoredPlace[] {
  const placed = all<PlaceRow>(
    db,
    `SELECT p.entity_id AS id, c.name || ':' || e.kind || ':' || e.remote_id AS address, p.x, p.y, p.pinned, p.root
     FROM view_position p JOIN entity e ON e.id = p.entity_id JOIN connection c ON c.id = e.connection_id
     WHERE p.view_id = :rowId`,
    { rowId },
  ).map(toPlace);
  return sortPlaces(withFound(db, placed, readMissingRows(db, rowId)));
}

function toPlace({ pinned, ...row }: PlaceRow): StoredPlace {
  return { ...row, pinned: pinned === 1 };
}

/** By address, and the parts of each in one order, so that the same view always reads the same. */
export function sortPlaces(places: readonly StoredPlace[]): StoredPlace[] {
  return places
    .map(({ id, address, x, y, pinned, root }) => ({ id, address, x, y, pinned, root }))
    .toSorted((a, b) => (a.address < b.address ? -1 : 1));
}

/** Looks again for what was missing. What is placed already stays where it is. */
function withFound(
  db: ReadableDb,
  placed: readonly StoredPlace[],
  missing: readonly StoredPlace[],
): StoredPlace[] {
  const known = new Set(placed.map(({ id }) => id));
  const ids = findAddresses(
    db,
    missing.map(({ address }) => address),
  );
  const rest = missing.map((place) => ({ ...place, id: ids.get(place.address) ?? null }));
  return [...placed, ...rest.filter(({ id }) => id === null || !known.has(id))];
}

/** The entities with these written forms; one that only a relationship names is none yet. */
export function findAddresses(db: ReadableDb, addresses: readonly string[]): Map<string, EntityId> {
  const parts = addresses.map((address) => {
    const [connection = '', kind = '', ...rest] = address.split(':');
    return [address, connection, kind, rest.join(':')];
  });
  const rows = all<{ address: string; id: EntityId }>(
    db,
    `SELECT a.value ->> 0 AS address, e.id FROM json_each(:parts) a
     CROSS JOIN connection c ON c.name = a.value ->> 1
     CROSS JOIN entity e ON e.connection_id = c.id AND e.kind = a.value ->> 2 AND e.remote_id = a.value ->> 3
     WHERE e.presence <> 'unlisted'`,
    { parts: JSON.stringify(parts) },
  );
  return new Map(rows.map(({ address, id }) => [address, id]));
}

/** The names of the views by their ids. */
export function readViewNames(db: ReadableDb): { key: ViewId; name: string }[] {
  return all(db, 'SELECT key, name FROM view');
}

/** Makes a view, or brings the one of that id to what is given. */
export function saveStoredView(db: WritableDb, view: StoredView): void {
  const { key, name, madeAt, savedAt, settings } = view;
  const row = first<{ rowId: number }>(
    db,
    `INSERT INTO view (key, name, definition, made_at, saved_at) VALUES (:key, :name, :definition, :madeAt, :savedAt)
     ON CONFLICT (key) DO UPDATE SET name = :name, definition = :definition, made_at = :madeAt, saved_at = :savedAt
     RETURNING id AS rowId`,
    { key, name, madeAt, savedAt, definition: JSON.stringify(settings) },
  );
  if (row !== undefined) savePlaces(db, row.rowId, view.places);
}

function savePlaces(db: WritableDb, rowId: number, places: readonly StoredPlace[]): void {
  run(db, 'DELETE FROM view_position WHERE view_id = :rowId', { rowId });
  run(db, 'DELETE FROM view_missing WHERE view_id = :rowId', { rowId });
  const values = ({ x, y, pinned, root }: StoredPlace) => [x, y, pinned ? 1 : 0, root];
  runMany(
    db,
    'INSERT INTO view_position (view_id, entity_id, x, y, pinned, root) VALUES (?, ?, ?, ?, ?, ?)',
    places.flatMap((place) => (place.id === null ? [] : [[rowId, place.id, ...values(place)]])),
  );
  runMany(
    db,
    'INSERT INTO view_missing (view_id, address, x, y, pinned, root) VALUES (?, ?, ?, ?, ?, ?)',
    places.flatMap((place) => (place.id === null ? [[rowId, place.address, ...values(place)]] : [])),
  );
}

/** Takes a view out with its places; the entities stay. */
export function removeStoredView(db: WritableDb, key: ViewId): void {
  run(db, 'DELETE FROM view WHERE key = :key', { key });
}

/** Brings a view back to what the history keeps of it. */
export function restoreStoredView(db: WritableDb, key: ViewId, kept: StoredView | null): void {
  if (kept === null) removeStoredView(db, key);
  else saveStoredView(db, toStandingView(db, kept));
}

/** A view that the history keeps as it can be drawn now: entities that are gone since are known by address alone. */
export function toStandingView(db: ReadableDb, kept: StoredView): StoredView {
  const placed = kept.places.filter(({ id }) => id !== null);
  const there = new Set(
    all<{ id: EntityId }>(db, 'SELECT id FROM entity WHERE id IN (SELECT value FROM json_each(:ids))', {
      ids: JSON.stringify(placed.map(({ id }) => id)),
    }).map(({ id }) => id),
  );
  const isThere = ({ id }: StoredPlace) => id !== null && there.has(id);
  const lost = kept.places.filter((place) => !isThere(place)).map((place) => ({ ...place, id: null }));
  return { ...kept, places: sortPlaces(withFound(db, kept.places.filter(isThere), lost)) };
}

export function toViewSummary({ key, name, savedAt, settings, places }: StoredView): ViewSummary {
  const missingCount = places.filter(({ id }) => id === null).length;
  return { id: key, name, savedAt, query: settings.query, entityCount: places.length, missingCount };
}

/** A view as it can be drawn. */
export function toSavedView(view: StoredView): SavedView {
  const { settings, places } = view;
  const found = places.flatMap(({ id, ...place }) => (id === null ? [] : [{ ...place, id }]));
  return {
    ...toViewSummary(view),
    settings,
    entities: found.map(({ id, address, x, y, pinned }) => ({ id, address, x, y, pinned })),
    roots: inTurn(found).map(({ id }) => id),
    missing: places.filter(({ id }) => id === null).map(({ address }) => address),
  };
}

/** Those from which the picture grows, the oldest first. */
export function inTurn<P extends { readonly root: number | null }>(places: readonly P[]): P[] {
  return places
    .filter(({ root }) => root !== null)
    .toSorted((one, other) => (one.root ?? 0) - (other.root ?? 0));
}

/** A page of the views whose names hold the words, by name. */
export function readViewPage(
  db: ReadableDb,
  search: string,
  { offset, limit }: Page,
): { total: number; rows: ViewSummary[] } {
  const wanted = search.trim().toLowerCase();
  const found = readViewNames(db)
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en') || (one.key < other.key ? -1 : 1));
  const shown = found.slice(offset, offset + limit);
  return { total: found.length, rows: shown.map(({ key }) => readSummary(db, key)) };
}

/** Counts the places of a view that lacks nothing, without a look at each. */
function readSummary(db: ReadableDb, key: ViewId): ViewSummary {
  const whole = first<Omit<ViewSummary, 'missingCount'>>(
    db,
    `SELECT v.key AS id, v.name, v.saved_at AS savedAt, v.definition ->> 'query' AS query,
       (SELECT COUNT(*) FROM view_position p WHERE p.view_id = v.id) AS entityCount
     FROM view v WHERE v.key = :key AND NOT EXISTS (SELECT 1 FROM view_missing m WHERE m.view_id = v.id)`,
    { key },
  );
  return whole === undefined ? toViewSummary(readView(db, key)) : { ...whole, missingCount: 0 };
}
