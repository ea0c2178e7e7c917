import type { EntityId } from '../../../src-preload/contract/model.ts';
import { DRAWN_LIMIT, ROOT_LIMIT } from '../../../src-preload/contract/request.ts';
import {
  TOO_MANY_DRAWN,
  TOO_MANY_ROOTS,
  type ViewFile,
  type ViewId,
  type ViewPlace,
  type ViewSettings,
  type ViewSummary,
} from '../../../src-preload/contract/views.ts';
import { RuleError } from '../rules/errors.ts';
import { readEntitySummaries } from '../store/entities.ts';
import { StoreError } from '../store/errors.ts';
import { type CommandEntry, openCommand } from '../store/history.ts';
import { readViewChanges, saveViewChange, type ViewChange } from '../store/history-views.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import {
  findAddresses,
  findView,
  readView,
  readViewNames,
  removeStoredView,
  restoreStoredView,
  type StoredPlace,
  type StoredView,
  saveStoredView,
  sortPlaces,
  toViewSummary,
} from '../store/views.ts';
import type { CommandContext } from './context.ts';

type ViewContext = Pick<CommandContext, 'db' | 'now'>;

/** The most views that one workspace holds. */
export const VIEWS_KEPT = 1000;

/** What is drawn and how, as the window has it. */
export interface DrawnView {
  readonly id: ViewId;
  readonly name: string;
  readonly settings: ViewSettings;
  readonly entities: readonly (ViewPlace & { readonly id: EntityId })[];
  readonly roots: readonly EntityId[];
  /** What was missing of a view when it was opened, which is kept. */
  readonly missing: { readonly viewId: ViewId; readonly addresses: readonly string[] } | null;
}

/** Makes a view of that id, or saves over it. What the window was told to be missing is kept. */
export function saveView(context: ViewContext, { id, ...drawn }: DrawnView): ViewSummary {
  return asCommand(context, id, `Save the view ${drawn.name}`, (before) => ({
    key: id,
    name: drawn.name,
    madeAt: before?.madeAt ?? context.now,
    savedAt: context.now,
    settings: drawn.settings,
    places: toPlaces(context, drawn),
  }));
}

function toPlaces({ db }: ViewContext, { entities, roots, missing }: Omit<DrawnView, 'id'>): StoredPlace[] {
  const known = readEntitySummaries(
    db,
    entities.map(({ id }) => id),
  );
  const turns = new Map(roots.map((id, index) => [id, index]));
  const drawn = new Map(entities.map((place) => [place.id, place]));
  const placed = [...drawn.values()].map(({ id, x, y, pinned }) => {
    const entity = known.get(id);
    if (entity === undefined)
      throw new StoreError('not-found', `There is no entity ${id} in this workspace.`);
    return { id, address: entity.address, x, y, pinned, root: turns.get(id) ?? null };
  });
  const told = new Set(missing?.addresses);
  const opened = missing === null ? undefined : findView(db, missing.viewId);
  const kept = (opened?.places ?? []).filter(
    ({ id, address }) => told.has(address) && (id === null || !drawn.has(id)),
  );
  const byAddress = new Map([...kept, ...placed].map((place) => [place.address, place]));
  const places = [...byAddress.values()];
  refuseIfTooLarge(places);
  return sortPlaces(places);
}

/** What is drawn and what is kept are bounded together, as in a file, so that what is saved can be opened and imported. */
function refuseIfTooLarge(places: readonly StoredPlace[]): void {
  if (places.length > DRAWN_LIMIT) {
    const missing = places.filter(({ id }) => id === null).length;
    const counts = `This one would draw ${places.length}, ${missing} that this workspace does not have among them.`;
    const message = `${TOO_MANY_DRAWN} ${counts} Nothing was saved; draw fewer and save again.`;
    throw new RuleError('view-too-large', message);
  }
  const roots = places.filter(({ root }) => root !== null).length;
  if (roots > ROOT_LIMIT) {
    const counts = `This one would grow from ${roots}, what is kept until it appears among them.`;
    const message = `${TOO_MANY_ROOTS} ${counts} Nothing was saved; collapse some and save again.`;
    throw new RuleError('view-too-large', message);
  }
}

export function renameView(context: ViewContext, id: ViewId, name: string): ViewSummary {
  const { name: old } = readView(context.db, id);
  return asCommand(context, id, `Rename the view ${old} to ${name}`, () => ({
    ...readView(context.db, id),
    name,
  }));
}

export function removeView(context: ViewContext, id: ViewId): void {
  const { db, now } = context;
  transaction(db, () => {
    const before = readView(db, id);
    removeStoredView(db, id);
    saveViewChange(db, openCommand(db, `Remove the view ${before.name}`, now), {
      key: id,
      before,
      after: null,
    });
  });
}

/** The view as it is, or with a number behind its name where another view has that. */
export function withFreeName(db: ReadableDb, file: ViewFile): ViewFile {
  const others = readViewNames(db).filter(({ key }) => key !== file.id);
  const taken = new Set(others.map(({ name }) => name));
  if (!taken.has(file.name)) return file;
  for (let number = 2; ; number += 1) {
    const name = `${file.name.slice(0, 110).trimEnd()} (${number})`;
    if (!taken.has(name)) return { ...file, name };
  }
}

/** What taking a view over brought. */
export interface ImportedView {
  readonly view: ViewSummary;
  readonly replaced: boolean;
  /** What the view draws and this workspace does not have. */
  readonly missing: string[];
}

/** Takes over a view from a file; one of the same id is replaced. */
export function importView(context: ViewContext, file: ViewFile): ImportedView {
  const { db, now } = context;
  const { id, name, query, filter, hiddenKinds, viewport, roots, entities } = file;
  const replaced = findView(db, id) !== undefined;
  const ids = findAddresses(
    db,
    entities.map(({ entity }) => entity),
  );
  const turns = new Map(roots.map((address, index) => [address, index]));
  const places = entities.map(({ entity, ...place }) => {
    return { ...place, id: ids.get(entity) ?? null, address: entity, root: turns.get(entity) ?? null };
  });
  const view = asCommand(context, id, `Import the view ${name}`, (before) => ({
    key: id,
    name,
    madeAt: before?.madeAt ?? now,
    savedAt: now,
    settings: { query, filter, hiddenKinds, viewport },
    places: sortPlaces(places),
  }));
  return {
    view,
    replaced,
    missing: places.filter((place) => place.id === null).map((place) => place.address),
  };
}

/**
 * Adds a view from a file to an entry that is open, where none of its id is here. What is not found by its address is
 * looked for at the other one.
 */
export function addView(
  { db, now }: ViewContext,
  historyId: number,
  { id, name, query, filter, hiddenKinds, viewport, roots, entities }: ViewFile,
  toOther: (address: string) => string,
): void {
  const ids = findAddresses(
    db,
    entities.flatMap(({ entity }) => [entity, toOther(entity)]),
  );
  const turns = new Map(roots.map((address, index) => [address, index]));
  const drawn = new Set<EntityId>();
  const places = entities.map(({ entity, ...place }): StoredPlace => {
    const address = ids.has(entity) || !ids.has(toOther(entity)) ? entity : toOther(entity);
    const found = ids.get(address);
    const own = found === undefined || drawn.has(found) ? null : found; // nothing is drawn twice
    if (own !== null) drawn.add(own);
    return { ...place, id: own, address: own === null ? entity : address, root: turns.get(entity) ?? null };
  });
  const settings = { query, filter, hiddenKinds, viewport };
  const after = { key: id, name, madeAt: now, savedAt: now, settings, places: sortPlaces(places) };
  saveStoredView(db, after);
  saveViewChange(db, historyId, { key: id, before: null, after });
}

/** One entry of the history for what becomes of the view; none where that is nothing but the moment. */
function asCommand(
  { db, now }: ViewContext,
  key: ViewId,
  label: string,
  change: (before: StoredView | undefined) => StoredView,
): ViewSummary {
  return transaction(db, () => {
    const before = findView(db, key);
    const after = change(before);
    if (before !== undefined && isSameView(before, after)) return toViewSummary(before);
    refuseIfTaken({ db }, after);
    saveStoredView(db, after);
    saveViewChange(db, openCommand(db, label, now), { key, before: before ?? null, after });
    return toViewSummary(after);
  });
}

/** Whether a view is the same but for when it was saved. */
export function isSameView(before: StoredView, after: StoredView): boolean {
  return JSON.stringify({ ...before, savedAt: '' }) === JSON.stringify({ ...after, savedAt: '' });
}

function refuseIfTaken({ db }: Pick<ViewContext, 'db'>, { key, name }: StoredView): void {
  const views = readViewNames(db);
  if (views.some((view) => view.name === name && view.key !== key)) {
    throw new StoreError('view-name-taken', `There is another view called “${name}”. Choose another name.`);
  }
  if (views.length >= VIEWS_KEPT && !views.some((view) => view.key === key)) {
    const message = `A workspace holds at most ${VIEWS_KEPT} views. Remove one first; nothing was saved.`;
    throw new RuleError('too-many-views', message);
  }
}

/** Brings the views that an entry changed to what they were before it, or after it, and notes that. */
export function applyViews(
  { db }: Pick<ViewContext, 'db'>,
  { id }: CommandEntry,
  side: 'before' | 'after',
  notedIn: number,
): void {
  for (const change of readViewChanges(db, id)) applyView(db, change, side, notedIn);
}

/** Brings one view to what it was before a change, and notes that. */
export function takeViewBack({ db }: Pick<ViewContext, 'db'>, change: ViewChange, notedIn: number): void {
  applyView(db, change, 'before', notedIn);
}

function applyView(
  db: ViewContext['db'],
  { key, ...sides }: ViewChange,
  side: 'before' | 'after',
  notedIn: number,
): void {
  const before = findView(db, key) ?? null;
  const wanted = sides[side];
  if (wanted !== null) refuseIfTaken({ db }, wanted);
  restoreStoredView(db, key, wanted);
  saveViewChange(db, notedIn, { key, before, after: wanted });
}
