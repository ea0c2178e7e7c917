import type { EntityId } from '../../src-preload/contract/model.ts';
import type { Params } from '../../src-preload/contract/requests.ts';
import type { FilterMode, SavedView, ViewId, ViewSummary } from '../../src-preload/contract/views.ts';
import { type Request, RequestError } from '../api/request.ts';
import { answerForm, type FormAnswer } from './connection-actions.ts';
import {
  type AskedQuery,
  backToShown,
  type DrawingView,
  type DrawnPlaces,
  type ViewDialog,
} from './drawing-state.ts';
import type { Notices } from './notices.ts';
import { toProblem } from './problems.ts';
import { selectIsOpenViewRead, selectIsPictureRead } from './read-drawing.ts';
import { type AppStore, patchView } from './store.ts';

const STILL_READING = 'What is drawn is still being read. Nothing was saved; save again once it is drawn.';
const OLDER = 'What is drawn was read before the last change; the next change reads it again.';

/** Actions on what is drawn by a query, and on saved views. */
export function createSavedViewActions(store: AppStore, request: Request, notices: Notices) {
  return {
    ...drawingActions(store, request, notices),
    ...savingActions(store, request, notices),
    ...fileActions(store, request, notices),
  };
}

function patchDrawing(store: AppStore, change: Partial<DrawingView>): void {
  patchView(store, { drawing: { ...store.getState().view.drawing, ...change } });
}

function drawingActions(store: AppStore, request: Request, { attempt, tell }: Notices) {
  const drawing = () => store.getState().view.drawing;
  const toggle = <T>(list: readonly T[], item: T) =>
    list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
  return {
    /** Draws what the query finds and nothing else, once it is known that it can be read; an empty one draws nothing. */
    drawQuery: async (query: string) => {
      const asked: AskedQuery = { query, problem: null };
      patchDrawing(store, { asked });
      const problem = query === '' ? null : await findProblem(request, query);
      if (drawing().asked !== asked) return;
      if (problem !== null) return patchDrawing(store, { asked: { query, problem } });
      if (query === '' && drawing().query === '') return patchDrawing(store, { asked: null });
      patchView(store, { roots: [], drawing: { ...drawing(), query, kept: [], asked: null } });
    },
    /** Ends the reading of a picture that takes long. What is drawn stays, and what it was read for is wanted again. */
    cancelDrawing: async () => {
      const { server, view } = store.getState();
      if (server.drawingProgress === null) return;
      const { name } = server.drawingProgress;
      if (!selectIsPictureRead(store.getState()))
        return patchView(store, backToShown(view, server.drawing?.settings ?? null));
      tell('plain', 'Cancelled', OLDER);
      await attempt('cancel it', () => request('query:cancel', { name }));
    },
    /** What was to be drawn next is no longer; what is drawn stays. */
    dropAskedQuery: () => patchDrawing(store, { asked: null }),
    /** Lets only what matches stand out. */
    filterDrawing: (text: string, mode: FilterMode) => patchDrawing(store, { filter: { text, mode } }),
    /** Draws entities of a kind, or no longer. */
    toggleDrawnKind: (kind: string) =>
      patchDrawing(store, { hiddenKinds: toggle(drawing().hiddenKinds, kind) }),
    /** Lets an entity stay where it is when the rest is laid out, or no longer. */
    togglePin: (id: EntityId) => patchDrawing(store, { pins: toggle(drawing().pins, id) }),
    showViewDialog: (viewDialog: ViewDialog | null) => patchView(store, { viewDialog }),
  };
}

/** Why a query cannot be drawn; asked of no entity, it is only read. */
async function findProblem(request: Request, text: string): Promise<AskedQuery['problem']> {
  try {
    await request('graph:filter', { text, ids: [] });
    return null;
  } catch (error) {
    return toProblem(error);
  }
}

/** What the window has of the picture, as it is saved. */
function toSaved(
  store: AppStore,
  { places, viewport }: DrawnPlaces,
): Omit<Params<'views:save'>, 'id' | 'name'> {
  const { roots, drawing } = store.getState().view;
  const { query, filter, hiddenKinds, pins } = drawing;
  const drawn = new Set(places.map(({ id }) => id));
  return {
    settings: {
      query,
      filter: { ...filter, text: filter.text.trim() },
      hiddenKinds: [...hiddenKinds],
      viewport,
    },
    entities: places.map(({ id, x, y }) => ({ id, x, y, pinned: pins.includes(id) })),
    roots: roots.filter((id) => drawn.has(id)),
    missing: drawing.openId === null ? null : { viewId: drawing.openId, addresses: [...drawing.missing] },
  };
}

/** Puts what a view holds in the place of what is drawn. */
function present(store: AppStore, view: SavedView): void {
  const { drawing } = store.getState().view;
  const { settings, entities, roots, missing, id } = view;
  const openings = drawing.openings + 1;
  patchView(store, {
    selection: { kind: 'none' },
    roots,
    viewDialog: null,
    drawing: {
      query: settings.query,
      asked: null,
      filter: settings.filter,
      hiddenKinds: settings.hiddenKinds,
      pins: entities.filter(({ pinned }) => pinned).map((entity) => entity.id),
      kept: entities.map((entity) => entity.id),
      missing,
      openId: id,
      openings,
      arrangement: { sequence: openings, places: entities, viewport: settings.viewport },
    },
  });
}

function savingActions(store: AppStore, request: Request, { attempt, tell }: Notices) {
  const openView = () => store.getState().server.openView;
  return {
    /** Saves the picture over the view that is open. */
    saveView: async (drawn: DrawnPlaces) => {
      const open = openView();
      if (open === null) return;
      if (!selectIsOpenViewRead(store.getState())) return tell('plain', 'Not saved yet', STILL_READING);
      const params = { id: open.id, name: open.name, ...toSaved(store, drawn) };
      const saved = await attempt('save the view', () => request('views:save', params));
      if (saved !== undefined) tell('good', `Saved “${saved.name}”`, 'Undo brings back what it was.');
    },
    /** Saves the picture as a new view, which is then the open one. */
    saveViewAs: (name: string, drawn: DrawnPlaces): Promise<FormAnswer<null>> =>
      answerForm(async () => {
        if (!selectIsPictureRead(store.getState())) throw new RequestError('still-reading', STILL_READING);
        const saved = await request('views:save', { id: null, name, ...toSaved(store, drawn) });
        patchView(store, {
          viewDialog: null,
          drawing: { ...store.getState().view.drawing, openId: saved.id },
        });
        tell('good', `Saved “${saved.name}”`, 'It is in the list of views.');
        return null;
      }),
    openSavedView: async (id: ViewId) => {
      const view = await attempt('open the view', () => request('views:read', { id }));
      if (view !== undefined) present(store, view);
    },
    renameView: (id: ViewId, name: string): Promise<FormAnswer<null>> =>
      answerForm(async () => {
        await request('views:rename', { id, name });
        patchView(store, { viewDialog: null });
        return null;
      }),
    removeView: async ({ id, name }: ViewSummary) => {
      const removed = await attempt('delete the view', () => request('views:remove', { id }));
      if (removed === null) {
        tell('plain', `Deleted “${name}”`, 'What it draws stays as it is. Undo brings the view back.');
      }
    },
  };
}

function fileActions(store: AppStore, request: Request, { attempt, tell }: Notices) {
  const choose = async (purpose: Params<'app:choose-file'>['purpose']) =>
    (await attempt('show the file dialog', () => request('app:choose-file', { purpose })))?.path ?? null;
  return {
    exportView: async ({ id, name }: ViewSummary) => {
      const path = await choose('view');
      if (path === null) return;
      const written = await attempt('export the view', () => request('views:export', { id, path }));
      if (written !== undefined) tell('good', `Exported “${name}”`, path);
    },
    /** Takes over a view from a file, opens it and says what it draws and this workspace does not have. */
    importView: async () => {
      const path = await choose('open-view');
      if (path === null) return;
      const taken = await attempt('import the view', () =>
        request('views:import', { source: { path }, rename: true }),
      );
      if (taken === undefined) return;
      const { view, replaced, missing } = taken;
      tell('good', `${replaced ? 'Replaced' : 'Imported'} “${view.name}”`, toMissingText(missing));
      const read = await attempt('open the view', () => request('views:read', { id: view.id }));
      if (read !== undefined) present(store, read);
    },
  };
}

function toMissingText(missing: readonly string[]): string {
  if (missing.length === 0) return 'All that it draws is in this workspace. Undo takes it back.';
  const named = missing.slice(0, 5).join(', ');
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
  return `Not in this workspace, and kept for when they appear: ${named}${more}.`;
}
