import { createContext, use } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { Actions } from './actions.ts';
import type { AppState } from './state.ts';
import type { AppStore } from './store.ts';

/** What every view may reach: the store to read and the actions to call. */
export interface AppContextValue {
  readonly store: AppStore;
  readonly actions: Actions;
}

export const AppContext = createContext<AppContextValue | null>(null);

/** The part of the state that a selector picks; built objects are compared field by field. */
export function useAppState<T>(selector: (state: AppState) => T): T {
  return useStore(useApp().store, useShallow(selector));
}

export function useActions(): Actions {
  return useApp().actions;
}

export function useApp(): AppContextValue {
  const value = use(AppContext);
  if (value === null) throw new Error('A view was rendered outside the app.');
  return value;
}
