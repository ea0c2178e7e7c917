import type { WorkspaceStatus } from '../../../src-preload/contract/model.ts';

/** A workspace that is open and quiet, for a test to spread. */
export const workspaceStatus: WorkspaceStatus = {
  path: '/a.weft',
  name: 'A',
  place: 'home',
  damage: [],
  entityCount: 2,
  relationshipCount: 0,
  pendingCount: 0,
  conflictCount: 0,
  heldCount: 0,
  kinds: [],
  types: [],
  connections: [],
  undo: null,
  redo: null,
};
