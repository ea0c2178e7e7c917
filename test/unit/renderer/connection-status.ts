import { type ConnectionStatus, LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';

/** A connection that is well, for a test to spread. */
export const connectionStatus: ConnectionStatus = {
  id: LOCAL_CONNECTION_ID,
  name: 'Clickie',
  remote: 'clickie',
  url: 'https://api.clickie.io/v4',
  scope: '12',
  state: 'ready',
  offlineSince: null,
  lastSyncedAt: new Date(2026, 2, 4, 14, 2).toISOString(),
  nextSyncAt: null,
  limitedUntil: null,
  lastFailure: null,
  rate: 5,
  pausedSince: null,
  options: {},
  signInExpiresAt: null,
  pendingCount: 0,
  conflictCount: 0,
  heldCount: 0,
  progress: null,
};
