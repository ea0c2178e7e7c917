import type { ConnectionId, RelationshipId, SyncReport } from '../../src-preload/contract/model.ts';
import type { Params } from '../../src-preload/contract/requests.ts';
import type { Request } from '../api/request.ts';
import type { Notices } from './notices.ts';
import { type AppStore, patchView } from './store.ts';

export type SyncMode = Params<'sync:start'>['mode'];
export type SyncActions = ReturnType<typeof createSyncActions>;

/** Actions that bring workspace and remotes together. */
export function createSyncActions(store: AppStore, request: Request, { attempt, tell }: Notices) {
  const count = (by: 1 | -1) => patchView(store, { runningSyncs: store.getState().view.runningSyncs + by });

  /** Resolves with the reports once the sync has ended; failures are state of the connection, not a notice. */
  const run = async (params: Params<'sync:start'>): Promise<readonly SyncReport[]> => {
    count(1);
    try {
      return (await attempt('sync', () => request('sync:start', params))) ?? [];
    } finally {
      count(-1);
    }
  };
  return {
    sync: (mode: SyncMode = 'both', connectionId: ConnectionId | null = null) =>
      run({ connectionId, mode, only: null }),
    /** Sends these pending changes and no others. */
    pushSelected: (only: readonly RelationshipId[]) =>
      run({ connectionId: null, mode: 'push', only: [...only] }),
    /** Ends the sync of one connection, or of all (null). */
    cancelSync: (connectionId: ConnectionId | null = null) =>
      attempt('cancel the sync', () => request('sync:cancel', { connectionId })),
    setDemoOnline: async (online: boolean) => {
      const done = await attempt('switch the demo’s servers', () => request('demo:set-online', { online }));
      if (done === null) patchView(store, { demoOnline: online });
    },
    /** Lets somebody else change something on one of the demo's servers. */
    letColleagueChange: async () => {
      const change = await attempt('reach the demo’s servers', () => request('demo:someone-else', {}));
      if (change !== undefined) {
        tell('plain', 'Meanwhile, on the demo’s servers', change.text);
      }
    },
  };
}
