import { type ReviewData, statesOfPart } from './review-state.ts';
import type { ViewData } from './state.ts';
import { type Followed, follow, followList, toParams, type Wiring } from './wiring.ts';

/** Keeps the lists in which syncing is reviewed equal to what the backend has, while they are shown. */
export function readReview(wiring: Wiring): readonly Followed[] {
  return [
    readOutbox(wiring),
    readConflicts(wiring),
    ...readHeld(wiring),
    ...readReports(wiring),
    readSettings(wiring),
  ];
}

const patchReview = ({ server, patch }: Wiring, change: Partial<ReviewData>) =>
  patch({ review: { ...server().review, ...change } });

const isShown = ({ openPath, panel }: ViewData, tab: ViewData['panel']) => openPath !== null && panel === tab;

function readOutbox(wiring: Wiring): Followed {
  const { view, server, request, fail } = wiring;
  return followList(['outbox', 'relationships', 'conflicts', 'held', 'connections'], {
    wanted: () => {
      const { connectionId, part, range } = view().review.outbox;
      return isShown(view(), 'outbox')
        ? { params: { path: view().openPath, connectionId, part }, range }
        : null;
    },
    read: async ({ connectionId, part }, offset, limit) => {
      const narrowed = { connectionId, states: [...statesOfPart[part]], unanswered: part === 'unanswered' };
      const answer = await request('outbox:page', { ...narrowed, offset, limit });
      patchReview(wiring, { outboxGroups: answer.groups });
      return answer;
    },
    cache: () => server().review.outbox,
    write: (outbox) => patchReview(wiring, { outbox }),
    fail: fail('the outbox'),
  });
}

function readConflicts(wiring: Wiring): Followed {
  const { view, server, request, fail } = wiring;
  return followList(['conflicts'], {
    wanted: () => {
      const { filter, range } = view().review.conflicts;
      return isShown(view(), 'conflicts') ? { params: { path: view().openPath, filter }, range } : null;
    },
    read: async ({ filter }, offset, limit) => {
      const answer = await request('conflicts:page', { filter, offset, limit });
      patchReview(wiring, { conflictGroups: answer.groups });
      return answer;
    },
    cache: () => server().review.conflicts,
    write: (conflicts) => patchReview(wiring, { conflicts }),
    fail: fail('the conflicts'),
  });
}

function readHeld(wiring: Wiring): readonly Followed[] {
  const { view, server, request, fail } = wiring;
  return [
    followList(['held'], {
      wanted: () =>
        isShown(view(), 'held')
          ? { params: { path: view().openPath }, range: view().review.heldRange }
          : null,
      read: (_, offset, limit) => request('held:list', { offset, limit }),
      cache: () => server().review.held,
      write: (held) => patchReview(wiring, { held }),
      fail: fail('what is held'),
    }),
    followList(['held'], {
      wanted: () =>
        toParams(view().review.heldShown, ({ removal, range }) => ({ params: { id: removal.id }, range })),
      read: ({ id }, offset, limit) => request('held:rows', { id, offset, limit }),
      cache: () => server().review.heldRows,
      write: (heldRows) => patchReview(wiring, { heldRows }),
      fail: fail('what would be removed'),
    }),
  ];
}

function readReports(wiring: Wiring): readonly Followed[] {
  const { view, server, request, fail } = wiring;
  return [
    followList(['workspace', 'connections'], {
      wanted: () => {
        const { connectionId, range } = view().review.reports;
        return isShown(view(), 'reports') ? { params: { path: view().openPath, connectionId }, range } : null;
      },
      read: ({ connectionId }, offset, limit) => request('sync:reports', { connectionId, offset, limit }),
      cache: () => server().review.reports,
      write: (reports) => patchReview(wiring, { reports }),
      fail: fail('the sync reports'),
    }),
    followList([], {
      wanted: () =>
        toParams(view().review.failuresShown, ({ report, range }) => ({
          params: { reportId: report.id },
          range,
        })),
      read: ({ reportId }, offset, limit) => request('sync:failures', { reportId, offset, limit }),
      cache: () => server().review.failures,
      write: (failures) => patchReview(wiring, { failures }),
      fail: fail('what failed in that sync'),
    }),
  ];
}

function readSettings(wiring: Wiring): Followed {
  const { view, request, fail } = wiring;
  return follow(['workspace'], {
    wanted: () =>
      view().openPath !== null && (view().review.settingsShown || view().panel === 'status')
        ? { path: view().openPath }
        : null,
    read: () => request('sync:settings', {}),
    write: (settings) => patchReview(wiring, { settings }),
    fail: fail('when it syncs by itself'),
  });
}
