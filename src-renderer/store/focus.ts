import type { EntityId } from '../../src-preload/contract/model.ts';
import { FOCUS_LIMIT } from '../../src-preload/contract/requests.ts';
import { type Bridge, createRequest } from '../api/request.ts';
import { rowAt } from './page-cache.ts';
import type { AppState } from './state.ts';
import type { AppStore } from './store.ts';

/** How long what is on screen must rest before the backend is told, in milliseconds. */
export const FOCUS_REST_MS = 600;

/** What is on screen: first what is inspected, then what the graph is about, what else it draws, the list's rows. */
export function selectFocus({ server, view }: AppState): readonly EntityId[] {
  const inspected = view.selection.kind === 'entity' ? [view.selection.id] : [];
  const drawn = server.neighbourhood?.entities.map(({ id }) => id) ?? [];
  const { first, last } = view.listRange;
  const listed = Array.from(
    { length: Math.min(FOCUS_LIMIT, Math.max(0, last - first + 1)) },
    (_, index) => rowAt(server.entityList, first + index)?.id ?? [],
  ).flat();
  return [...new Set([...inspected, ...view.roots, ...drawn, ...listed])].slice(0, FOCUS_LIMIT);
}

/** Tells the backend which entities are on screen, once that rests: the next sweep reads them first. */
export function connectFocus(store: AppStore, bridge: Bridge): () => void {
  const request = createRequest(bridge);
  let told = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    const state = store.getState();
    const entityIds = [...selectFocus(state)];
    const next = JSON.stringify([state.view.openPath, entityIds]);
    if (state.view.openPath === null || next === told) return;
    told = next;
    request('sync:focus', { entityIds }).catch(() => {
      // Only the order of reading depends on it: it is said again with the next change.
      told = '';
    });
  };
  const schedule = () => {
    clearTimeout(timer);
    timer = setTimeout(tell, FOCUS_REST_MS);
  };
  const endRestarts = bridge.onEvent('backend:restarted', () => {
    told = '';
    schedule();
  });
  const end = store.subscribe(({ server, view }, before) => {
    const same =
      view.selection === before.view.selection &&
      view.roots === before.view.roots &&
      view.listRange === before.view.listRange &&
      view.openPath === before.view.openPath &&
      server.neighbourhood === before.server.neighbourhood &&
      server.entityList === before.server.entityList;
    if (!same) schedule();
  });
  return () => {
    clearTimeout(timer);
    endRestarts();
    end();
  };
}
