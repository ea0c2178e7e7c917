import type {
  ConnectionStatus,
  EntityId,
  EntitySummary,
  SyncReport,
} from '../../src-preload/contract/model.ts';
import { LOCAL_CONNECTION_NAME } from '../../src-preload/contract/model.ts';
import type { AppState } from './state.ts';

export type Stage = 'loading' | 'welcome' | 'ready';

/** What the window shows as a whole. */
export function selectStage({ server, view }: AppState): Stage {
  if (server.start === null || view.opening) return 'loading';
  if (view.openPath === null) return 'welcome';
  return server.workspace === null ? 'loading' : 'ready';
}

/** Connections to remotes; the workspace's own is not one of them. */
export function selectConnections({ server }: AppState): readonly ConnectionStatus[] {
  return (server.workspace?.connections ?? []).filter(({ name }) => name !== LOCAL_CONNECTION_NAME);
}

export function selectIsSyncing({ server, view }: AppState): boolean {
  return (
    view.runningSyncs > 0 ||
    server.progress.size > 0 ||
    (server.workspace?.connections.some(({ state }) => state === 'syncing') ?? false)
  );
}

export function selectSelectedEntityId({ view }: AppState): EntityId | null {
  return view.selection.kind === 'entity' ? view.selection.id : null;
}

/** An entity that is drawn or inspected, by id. */
export function selectEntity({ server }: AppState, id: EntityId): EntitySummary | null {
  const drawn = server.neighbourhood?.entities.find((entity) => entity.id === id);
  return drawn ?? (server.entity?.id === id ? server.entity : null);
}

/** A report is fine only if everything was read to its end and nothing failed. */
export function isFine(report: SyncReport): boolean {
  return report.complete && !report.cancelled && report.failed.length === 0;
}
