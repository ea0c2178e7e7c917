import { createStore, type StoreApi } from 'zustand/vanilla';
import { type AppState, emptyServerData, emptyViewData, type ViewData } from './state.ts';

export type AppStore = StoreApi<AppState>;

/** The one store of the window. */
export function createAppStore(): AppStore {
  return createStore<AppState>()(() => ({ server: emptyServerData, view: emptyViewData }));
}

/** Changes what the person looks at. */
export function patchView(store: AppStore, change: Partial<ViewData>): void {
  store.setState((state) => ({ view: { ...state.view, ...change } }));
}
