import type { MenuItem } from '../../src-preload/contract/events.ts';
import type { Bridge } from '../api/request.ts';
import type { Actions } from './actions.ts';
import type { AppStore } from './store.ts';

/** What the menu needs of the page itself. */
export interface MenuPage {
  readonly openSearch: () => void;
  /** Undoes or redoes typing where a text field has the focus; answers whether one had. */
  readonly editText: (step: 'undo' | 'redo') => boolean;
}

/** Lets the app's menu do what the window's own buttons do. Returns the unsubscriber. */
export function connectMenu(store: AppStore, bridge: Bridge, actions: Actions, page: MenuPage): () => void {
  const run: Readonly<Record<MenuItem, () => unknown>> = {
    undo: () => page.editText('undo') || actions.undo(),
    redo: () => page.editText('redo') || actions.redo(),
    sync: () => actions.sync(),
    search: page.openSearch,
    connections: () => actions.openConnections(null),
    open: actions.chooseWorkspace,
    create: () => actions.createWorkspace('nothing'),
    import: () => actions.showTransfer('import'),
    export: () => actions.showTransfer('export'),
    'close-workspace': actions.closeWorkspace,
  };
  const withoutWorkspace: ReadonlySet<MenuItem> = new Set(['open', 'create']);
  return bridge.onEvent('menu:chosen', ({ item }) => {
    if (store.getState().view.openPath !== null || withoutWorkspace.has(item)) run[item]();
  });
}

/** Opens the workspace that the system hands to the running app. Returns the unsubscriber. */
export function connectOpenedFiles(bridge: Bridge, actions: Actions): () => void {
  return bridge.onEvent('app:file-opened', ({ path }) => void actions.openWorkspace(path));
}
