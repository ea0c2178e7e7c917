import { createStore, type StoreApi } from 'zustand/vanilla';
import { type AppState, emptyServerData, emptyViewData, type ViewData } from './state.ts';

/** The store that every action and view is given. */
export type AppStore = StoreApi<AppState>;

/** The one store of the window. */
export function createAppStore(): AppStore {
  return createStore<AppState>()(() => ({ server: emptyServerData, view: emptyViewData }));
}

/** Has everything that is shown read again. */
export function readAgain(store: AppStore): void {
  patchView(store, { readAttempts: store.getState().view.readAttempts + 1 });
}

/** Changes what the person looks at. */
export function patchView(store: AppStore, change: Partial<ViewData>): void {
  store.setState((state) => ({ view: { ...state.view, ...change } }));
}
