import type {
  Conflict,
  ConflictChoice,
  ConnectionId,
  HeldRemoval,
  RelationshipId,
} from '../../src-preload/contract/model.ts';
import { type Answer, MANY_LIMIT, PAGE_LIMIT } from '../../src-preload/contract/requests.ts';
import type { ConflictFilter, KeptReport, SyncSettings } from '../../src-preload/contract/sync-lists.ts';
import type { Request } from '../api/request.ts';
import { countOf } from '../ui/format.ts';
import type { Notices } from './notices.ts';
import type { RowRange } from './page-cache.ts';
import { LIST_TOP, type OutboxPart, type ReviewView, statesOfPart, toToggled } from './review-state.ts';
import { type AppStore, patchView } from './store.ts';

/** Which conflicts are settled at once: those named, or all that fit a filter. */
export type ConflictsMeant =
  | { readonly ids: readonly Conflict['id'][] }
  | { readonly filter: ConflictFilter };

/** Actions on the lists in which syncing is reviewed. */
export function createReviewActions(store: AppStore, request: Request, notices: Notices) {
  const review = () => store.getState().view.review;
  const patch = (change: Partial<ReviewView>) => patchView(store, { review: { ...review(), ...change } });
  return {
    ...outboxActions({ review, patch, request, notices }),
    ...conflictActions({ review, patch, request, notices }),
    ...reportActions({ review, patch, request, notices }),
  };
}

interface Parts {
  readonly review: () => ReviewView;
  readonly patch: (change: Partial<ReviewView>) => void;
  readonly request: Request;
  readonly notices: Notices;
}

function outboxActions({ review, patch, request, notices: { attempt, tell } }: Parts) {
  const narrow = (change: { connectionId?: ConnectionId | null; part?: OutboxPart }) =>
    patch({ outbox: { ...review().outbox, ...change, range: LIST_TOP }, chosenChanges: new Set() });
  const tellDropped = ({ dropped, kept }: Answer<'outbox:drop-many'>) => {
    const rest =
      kept === 0
        ? ''
        : ` ${countOf(kept, 'change')} stayed: an attempt left without an answer, and the next sync asks what became of it.`;
    tell(
      'plain',
      `${countOf(dropped, 'pending change')} dropped`,
      `Nothing of it will be sent. Undo brings it back.${rest}`,
    );
  };
  return {
    narrowOutbox: narrow,
    showOutboxRows: (range: RowRange) => patch({ outbox: { ...review().outbox, range } }),
    toggleChange: (id: RelationshipId) => patch({ chosenChanges: toToggled(review().chosenChanges, id) }),
    chooseNoChange: () => patch({ chosenChanges: new Set() }),
    /** Chooses all that the list is narrowed to, as many as one request may name; says so where there are more. */
    chooseAllChanges: async () => {
      const { connectionId, part } = review().outbox;
      const narrowed = { connectionId, states: [...statesOfPart[part]], unanswered: part === 'unanswered' };
      const chosen = new Set<RelationshipId>();
      let total = 1;
      for (let offset = 0; offset < Math.min(total, MANY_LIMIT); offset += PAGE_LIMIT) {
        const page = await attempt('choose them all', () =>
          request('outbox:page', { ...narrowed, offset, limit: PAGE_LIMIT }),
        );
        if (page === undefined || page.rows.length === 0) break;
        total = page.total;
        for (const { id } of page.rows) chosen.add(id);
      }
      if (review().outbox.connectionId !== connectionId || review().outbox.part !== part) return;
      patch({ chosenChanges: chosen });
      if (total > chosen.size)
        tell('plain', `The first ${countOf(chosen.size, 'change')} chosen`, `There are ${total} in all.`);
    },
    /** Gives up these pending changes as one step that can be undone. */
    dropChanges: async (ids: readonly RelationshipId[]) => {
      const dropped = await attempt('drop the pending changes', () =>
        request('outbox:drop-many', { ids: [...ids] }),
      );
      if (dropped === undefined) return;
      patch({ chosenChanges: new Set() });
      tellDropped(dropped);
    },
    /** Gives up everything that is pending of one connection, or of all of them. */
    dropAllChanges: async (connectionId: ConnectionId | null) => {
      const dropped = await attempt('drop the pending changes', () =>
        request('outbox:drop-many', { connectionId }),
      );
      if (dropped === undefined) return;
      patch({ chosenChanges: new Set() });
      tellDropped(dropped);
    },
  };
}

function conflictActions({ review, patch, request, notices: { attempt, tell } }: Parts) {
  return {
    narrowConflicts: (change: Partial<ConflictFilter>) =>
      patch({
        conflicts: { filter: { ...review().conflicts.filter, ...change }, range: LIST_TOP },
        chosenConflicts: new Set(),
      }),
    showConflictRows: (range: RowRange) => patch({ conflicts: { ...review().conflicts, range } }),
    toggleConflict: (id: Conflict['id']) =>
      patch({ chosenConflicts: toToggled(review().chosenConflicts, id) }),
    chooseConflicts: (ids: readonly Conflict['id'][]) => patch({ chosenConflicts: new Set(ids) }),
    /** How many conflicts fit a filter now. */
    countConflicts: async (filter: ConflictFilter) =>
      (await attempt('count the conflicts', () => request('conflicts:page', { filter, limit: 1 })))?.total,
    /** Settles many conflicts as one step that can be undone. */
    resolveConflicts: async (meant: ConflictsMeant, keep: ConflictChoice) => {
      const answer = await attempt('settle the conflicts', () =>
        request(
          'conflicts:resolve-many',
          'ids' in meant ? { ids: [...meant.ids], keep } : { ...meant, keep },
        ),
      );
      if (answer === undefined) return;
      patch({ chosenConflicts: new Set() });
      const skipped =
        answer.skipped === 0
          ? ''
          : ` ${countOf(answer.skipped, 'conflict')} stayed: that choice is not offered there.`;
      tell('plain', `${countOf(answer.resolved, 'conflict')} settled`, `Undo opens them again.${skipped}`);
    },
  };
}

function reportActions({ review, patch, request, notices: { attempt, tell } }: Parts) {
  return {
    showHeldList: (heldRange: RowRange) => patch({ heldRange }),
    /** Looks through what one held removal would take away; null ends it. */
    showHeld: (removal: HeldRemoval | null) =>
      patch({ heldShown: removal === null ? null : { removal, range: LIST_TOP } }),
    showHeldRows: (range: RowRange) => {
      const { heldShown } = review();
      if (heldShown !== null) patch({ heldShown: { ...heldShown, range } });
    },
    narrowReports: (connectionId: ConnectionId | null) =>
      patch({ reports: { connectionId, range: LIST_TOP } }),
    showReportRows: (range: RowRange) => patch({ reports: { ...review().reports, range } }),
    /** Looks through what failed in the sync of one report; null ends it. */
    showFailures: (report: KeptReport | null) =>
      patch({ failuresShown: report === null ? null : { report, range: LIST_TOP } }),
    showFailureRows: (range: RowRange) => {
      const { failuresShown } = review();
      if (failuresShown !== null) patch({ failuresShown: { ...failuresShown, range } });
    },
    showSyncSettings: (settingsShown: boolean) => patch({ settingsShown }),
    saveSyncSettings: async (settings: SyncSettings) => {
      const saved = await attempt('change when it syncs', () => request('sync:set-settings', settings));
      if (saved === undefined) return;
      patch({ settingsShown: false });
      tell('good', 'Saved', 'Weft syncs by itself as you have set.');
    },
  };
}
