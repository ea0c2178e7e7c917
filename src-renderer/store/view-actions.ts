import type { ConnectionId, EntityId, RelationshipId } from '../../src-preload/contract/model.ts';
import type { ListOrder } from '../../src-preload/contract/queries.ts';
import { PAGE_LIMIT } from '../../src-preload/contract/requests.ts';
import { emptyDrawing, keepAfterCollapse } from './drawing-state.ts';
import type { RowRange } from './page-cache.ts';
import {
  type ConnectPrefill,
  type EntityFilter,
  HISTORY_PAGE,
  type PanelTab,
  RELATIONSHIP_PAGE,
  type RelateDraft,
  type Selection,
} from './state.ts';
import { type AppStore, patchView, readAgain } from './store.ts';

/** The most entities one picture grows from; the oldest leaves when one more is expanded. */
const ROOTS_KEPT = 40;

/** Actions that change only what is looked at. */
export function createViewActions(store: AppStore) {
  return {
    ...selectionActions(store),
    ...listActions(store),
    ...relateActions(store),
    ...panelActions(store),
  };
}

function selectionActions(store: AppStore) {
  const view = () => store.getState().view;
  const select = (selection: Selection) =>
    patchView(store, { selection, relationshipLimit: RELATIONSHIP_PAGE });
  const isDrawn = (id: EntityId) =>
    store.getState().server.neighbourhood?.entities.some((entity) => entity.id === id) ?? false;
  const expand = (id: EntityId) => {
    if (view().roots.includes(id)) return;
    patchView(store, { roots: [...view().roots, id].slice(-ROOTS_KEPT) });
  };
  return {
    /** Selects an entity and draws the graph around it alone. */
    openEntity: (id: EntityId) => {
      select({ kind: 'entity', id });
      const { filter, hiddenKinds, pins, openings } = view().drawing;
      patchView(store, { roots: [id], drawing: { ...emptyDrawing, filter, hiddenKinds, pins, openings } });
    },
    /** Selects an entity; where it is not drawn yet, the graph grows by it. */
    selectEntity: (id: EntityId) => {
      select({ kind: 'entity', id });
      if (!isDrawn(id)) expand(id);
    },
    selectRelationship: (id: RelationshipId) => select({ kind: 'relationship', id }),
    clearSelection: () => select({ kind: 'none' }),
    /** Draws the relationships of one more entity. */
    expand,
    /** No longer draws what only this entity brought in. The last one stays where nothing else is drawn. */
    collapse: (id: EntityId) => {
      const { drawing } = view();
      const roots = view().roots.filter((root) => root !== id);
      if (roots.length === 0 && drawing.kept.length === 0 && drawing.query === '') return;
      const kept = keepAfterCollapse(store.getState().server.neighbourhood, drawing.kept, roots, id);
      patchView(store, { roots, drawing: { ...drawing, kept } });
    },
    showMoreRelationships: () =>
      patchView(store, { relationshipLimit: view().relationshipLimit + RELATIONSHIP_PAGE }),
    showMoreHistory: () => patchView(store, { historyLimit: view().historyLimit + HISTORY_PAGE }),
  };
}

function listActions(store: AppStore) {
  const narrow = (change: Partial<EntityFilter>) => {
    const { filter } = store.getState().view;
    patchView(store, { filter: { ...filter, ...change }, listRange: { first: 0, last: 0 } });
  };
  return {
    setSearch: (search: string) => narrow({ search }),
    toggleKind: (kind: string) => {
      const { kinds } = store.getState().view.filter;
      narrow({ kinds: kinds.includes(kind) ? kinds.filter((other) => other !== kind) : [...kinds, kind] });
    },
    /** Chooses how what was found is ordered. */
    setListOrder: (order: ListOrder) => narrow({ order }),
    /** Says which rows of the entity list are in sight. */
    showRows: (listRange: RowRange) => patchView(store, { listRange }),
    /** Looks entities up by name for a picker; null ends it. */
    lookUp: (search: string | null) => patchView(store, { lookup: search }),
  };
}

function relateActions(store: AppStore) {
  const view = () => store.getState().view;
  return {
    /** Turns drawing on, from an entity if one is given, or off. */
    startRelating: (sourceId: EntityId | null) =>
      patchView(store, { relating: { sourceId }, relateDraft: null }),
    stopRelating: () => patchView(store, { relating: null, relateDraft: null }),
    /** Takes an end that was picked; the second one opens the draft at that place in the canvas. */
    pickEnd: (id: EntityId, at: { readonly x: number; readonly y: number }) => {
      const sourceId = view().relating?.sourceId ?? null;
      if (sourceId === null) patchView(store, { relating: { sourceId: id } });
      else if (sourceId !== id)
        patchView(store, { relateDraft: { sourceId, targetId: id, ...at }, relating: null });
    },
    draftRelationship: (relateDraft: RelateDraft | null) => patchView(store, { relateDraft, relating: null }),
  };
}

function panelActions(store: AppStore) {
  const view = () => store.getState().view;
  return {
    openPanel: (panel: PanelTab) => patchView(store, { panel }),
    closePanel: () => patchView(store, { panel: null }),
    togglePanel: (panel: PanelTab) => patchView(store, { panel: view().panel === panel ? null : panel }),
    openConnectDialog: (prefill: ConnectPrefill | null) =>
      patchView(store, { connecting: { prefill, more: [] } }),
    closeConnectDialog: () => patchView(store, { connecting: null }),
    askDryRun: (only: readonly RelationshipId[] | null, connectionId: ConnectionId | null = null) =>
      patchView(store, { dryRun: { connectionId, only, limit: PAGE_LIMIT } }),
    showMoreOfDryRun: () => {
      const { dryRun } = view();
      if (dryRun !== null) patchView(store, { dryRun: { ...dryRun, limit: dryRun.limit + PAGE_LIMIT } });
    },
    /** Opens the dialog that brings rows in or out; null closes it. */
    showTransfer: (transfer: 'import' | 'export' | null) => patchView(store, { transfer }),
    closeDryRun: () => patchView(store, { dryRun: null }),
    /** Reads everything that is shown again. */
    readAgain: () => readAgain(store),
    showShortcuts: (shortcutsShown: boolean) => patchView(store, { shortcutsShown }),
  };
}
