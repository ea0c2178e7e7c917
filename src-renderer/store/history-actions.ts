import type { HistoryEntry } from '../../src-preload/contract/model.ts';
import type { Request } from '../api/request.ts';
import { countOf } from '../ui/format.ts';
import type { HistoryFilter, PastQuestion } from './history-state.ts';
import type { Notices } from './notices.ts';
import type { RowRange } from './page-cache.ts';
import { isCancelled } from './problems.ts';
import { isLookAtPast, selectShownPast, toPastGaps } from './read-history.ts';
import { LIST_TOP } from './review-state.ts';
import { HISTORY_PAGE } from './state.ts';
import { type AppStore, patchView } from './store.ts';

/** Actions that look back, and those that take one entry back. */
export function createHistoryActions(store: AppStore, request: Request, { attempt, tell }: Notices) {
  const view = () => store.getState().view;
  let previews = 0;
  const leaveLook = () => {
    const shown = selectShownPast(store.getState());
    if (view().past !== shown) return patchView(store, { past: shown });
    const { isMissing, isStale } = toPastGaps(store.getState());
    if (isMissing)
      tell('plain', 'Cancelled', 'Rows in sight were not read and stay blank. “Read again” reads them.');
    else if (isStale)
      tell(
        'plain',
        'Cancelled',
        'What is shown was read before the last change; “Read again”, or the next change, reads it again.',
      );
  };
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
    /** Ends the look that takes long. Where it is one into the past, what was shown before it is shown again. */
    cancelLooking: async () => {
      const name = store.getState().server.historyProgress?.name ?? null;
      if (name === null) return;
      if (isLookAtPast(name) && view().panel === 'history') leaveLook();
      await attempt('cancel it', () => request('query:cancel', { name }));
    },
    /** Reads the rows of the past that are in sight. While another moment is looked at, those are of the one before. */
    showPastRows: (range: RowRange) => {
      const { past } = view();
      const shown = selectShownPast(store.getState());
      if (past === null || shown === null) return;
      const scrolled = { ...shown, range };
      patchView(store, { past: shown === past ? scrolled : { ...past, before: scrolled } });
    },
    /** What taking one entry of the history back alone would do; `left` ends it once nobody waits for it. */
    previewRevert: async (id: HistoryEntry['id'], left: AbortSignal) => {
      previews += 1;
      const name = `revert-preview-${previews}`;
      const end = () => void attempt('cancel it', () => request('query:cancel', { name }));
      left.addEventListener('abort', end);
      const preview = await attempt('look at the entry', () =>
        request('history:revert-preview', { id, name }).catch((error: unknown) => {
          if (!isCancelled(error)) throw error;
          return undefined;
        }),
      );
      left.removeEventListener('abort', end);
      return preview;
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
