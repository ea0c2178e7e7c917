import { type Bridge, createRequest } from '../api/request.ts';
import { createCareActions } from './care-actions.ts';
import { createConnectionActions } from './connection-actions.ts';
import { createEditActions } from './edit-actions.ts';
import { createExplainActions } from './explain-actions.ts';
import { createHistoryActions } from './history-actions.ts';
import { createNotices } from './notices.ts';
import { createOwnEntityActions } from './own-entity-actions.ts';
import { createReviewActions } from './review-actions.ts';
import { createSavedViewActions } from './saved-view-actions.ts';
import { createSignInActions } from './sign-in-actions.ts';
import type { AppStore } from './store.ts';
import { createSyncActions } from './sync-actions.ts';
import { createTransferActions } from './transfer-actions.ts';
import { createViewActions } from './view-actions.ts';
import { createWorkspaceActions } from './workspace-actions.ts';

export type Actions = ReturnType<typeof createActions>;

/** Everything a person can do, as functions over the store and the bridge. */
export function createActions(store: AppStore, bridge: Bridge) {
  const request = createRequest(bridge);
  const notices = createNotices(store);
  const sync = createSyncActions(store, request, notices);
  const files = createWorkspaceActions(store, request, notices, sync);
  const view = createViewActions(store);
  return {
    ...view,
    ...createEditActions(store, request, notices),
    ...createReviewActions(store, request, notices),
    ...sync,
    ...createSignInActions(request),
    ...files,
    ...createCareActions(store, request, notices, files),
    ...createHistoryActions(store, request, notices),
    ...createExplainActions(request, notices),
    ...createOwnEntityActions(store, request, notices, view.openEntity),
    ...createConnectionActions(store, request, notices, sync),
    ...createTransferActions(store, request, notices),
    ...createSavedViewActions(store, request, notices),
    dismissNotice: notices.dismiss,
  };
}
