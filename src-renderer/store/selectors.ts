import type {
  ConnectionStatus,
  EntityId,
  EntitySummary,
  SyncReport,
} from '../../src-preload/contract/model.ts';
import { LOCAL_CONNECTION_NAME } from '../../src-preload/contract/model.ts';
import type { AppState } from './state.ts';

/** The three faces of the window. */
export type Stage = 'loading' | 'welcome' | 'ready';

/** What the window shows as a whole. A workspace that cannot be shown at all leads back to the welcome. */
export function selectStage({ server, view }: AppState): Stage {
  if (view.opening) return 'loading';
  if (view.openPath !== null && server.workspace?.path === view.openPath) return 'ready';
  if (server.readFailure !== null) return 'welcome';
  return server.start === null || view.openPath !== null ? 'loading' : 'welcome';
}

/** Connections to remotes; the workspace's own is not one of them. */
export function selectConnections({ server }: AppState): readonly ConnectionStatus[] {
  return (server.workspace?.connections ?? []).filter(({ name }) => name !== LOCAL_CONNECTION_NAME);
}

/** The connection that the dialog of all of them shows: the first where none is named, or the named one is gone. */
export function selectManaged(state: AppState): ConnectionStatus | null {
  const connections = selectConnections(state);
  return connections.find(({ id }) => id === state.view.managing?.connectionId) ?? connections[0] ?? null;
}

/** Whether any sync runs, started here or by the schedule. */
export function selectIsSyncing({ server, view }: AppState): boolean {
  return (
    view.runningSyncs > 0 ||
    server.progress.size > 0 ||
    (server.workspace?.connections.some(({ state }) => state === 'syncing') ?? false)
  );
}

/** The selected entity, if an entity is what is selected. */
export function selectSelectedEntityId({ view }: AppState): EntityId | null {
  return view.selection.kind === 'entity' ? view.selection.id : null;
}

const codesOfKeys: ReadonlySet<string> = new Set([
  'needs-secret',
  'unauthorised',
  'identity-changed',
  'sign-in-expired',
]);

/** Whether only another key helps a connection: it has none, or the remote no longer takes the one it has. */
export function needsKey({ state, lastFailure }: ConnectionStatus): boolean {
  if (state === 'needs-secret') return true;
  return state === 'failing' && lastFailure !== null && codesOfKeys.has(lastFailure.code);
}

/** An entity that is drawn or inspected, by id. */
export function selectEntity({ server }: AppState, id: EntityId): EntitySummary | null {
  const drawn = server.neighbourhood?.entities.find((entity) => entity.id === id);
  return drawn ?? (server.entity?.id === id ? server.entity : null);
}

/** How old what is drawn is: the reading of the entity that was read longest ago, and how many never were. */
export function selectDrawnAsOf({ server }: AppState): {
  readonly asOf: string | null;
  readonly unread: number;
} {
  const moments = (server.neighbourhood?.entities ?? [])
    .filter(({ connection }) => connection !== LOCAL_CONNECTION_NAME)
    .map(({ relationshipsAsOf }) => relationshipsAsOf);
  const known = moments.filter((moment) => moment !== null).toSorted();
  return { asOf: known[0] ?? null, unread: moments.length - known.length };
}

/** A report is fine only if everything was read to its end and nothing failed. */
export function isFine(report: SyncReport): boolean {
  return report.complete && !report.cancelled && report.failed.length === 0;
}
