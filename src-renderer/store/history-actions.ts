import type { HistoryEntry } from '../../src-preload/contract/model.ts';
import type { Request } from '../api/request.ts';
import { countOf } from '../ui/format.ts';
import type { HistoryFilter, PastQuestion } from './history-state.ts';
import type { Notices } from './notices.ts';
import type { RowRange } from './page-cache.ts';
import { isCancelled } from './problems.ts';
import { selectShownPast } from './read-history.ts';
import { LIST_TOP } from './review-state.ts';
import { HISTORY_PAGE } from './state.ts';
import { type AppStore, patchView } from './store.ts';

/** Actions that look back, and those that take one entry back. */
export function createHistoryActions(store: AppStore, request: Request, { attempt, tell }: Notices) {
  const view = () => store.getState().view;
  let previews = 0;
  return {
    narrowHistory: (change: Partial<HistoryFilter>) =>
      patchView(store, {
        historyFilter: { ...view().historyFilter, ...change },
        historyLimit: HISTORY_PAGE,
      }),
    /** Looks at a past moment. */
    lookBack: (at: string, how: Partial<Pick<PastQuestion, 'showing' | 'of'>> = {}) => {
      const { showing = 'then', of = 'relationships' } = view().past ?? {};
      const shown = selectShownPast(store.getState());
      const before = shown && { ...shown, before: null };
      patchView(store, { past: { at, showing, of, ...how, range: LIST_TOP, before } });
    },
    /** Looks at the entries of the history again. */
    stopLookingBack: () => patchView(store, { past: null }),
    /** Ends the look into the past that takes long: what was shown before it is shown again. */
    cancelLooking: async () => {
      const { past } = view();
      const { historyProgress, past: list } = store.getState().server;
      const shown = selectShownPast(store.getState());
      if (past !== shown) patchView(store, { past: shown });
      else if (list.stale.size > 0)
        tell(
          'plain',
          'Cancelled',
          'What is shown was read before the last change; the next one reads it again.',
        );
      const name = historyProgress?.name ?? null;
      if (name !== null) await attempt('cancel it', () => request('query:cancel', { name }));
    },
    showPastRows: (range: RowRange) => {
      const { past } = view();
      if (past !== null) patchView(store, { past: { ...past, range } });
    },
    /** What taking one entry of the history back alone would do. */
    previewRevert: (id: HistoryEntry['id']) => {
      previews += 1;
      const name = `revert-preview-${previews}`;
      return attempt('look at the entry', () =>
        request('history:revert-preview', { id, name }).catch((error: unknown) => {
          if (!isCancelled(error)) throw error;
          return undefined;
        }),
      );
    },
    revertEntry: async (id: HistoryEntry['id']) => {
      const done = await attempt('take the entry back', () => request('history:revert', { id }));
      if (done === undefined) return;
      const { label, sparedCount, spared } = done;
      const [first] = spared;
      const kept =
        first === undefined
          ? ''
          : ` ${countOf(sparedCount, 'thing')} stayed, for it was edited since: ${first.name} ${first.reason}${sparedCount > 1 ? ', and others' : ''}.`;
      tell('plain', 'Taken back', `${label}.${kept} Undo brings it back.`);
    },
  };
}
