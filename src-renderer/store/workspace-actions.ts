import type { WorkspaceStatus } from '../../src-preload/contract/model.ts';
import type { Answer, Params } from '../../src-preload/contract/requests.ts';
import type { Request } from '../api/request.ts';
import type { Notices } from './notices.ts';
import { toProblem } from './problems.ts';
import { type ConnectPrefill, emptyViewData, type ViewData } from './state.ts';
import { type AppStore, patchView, readAgain } from './store.ts';
import type { SyncActions } from './sync-actions.ts';

export type WorkspaceActions = ReturnType<typeof createWorkspaceActions>;

/** Actions that open and close workspaces, the demo’s among them. */
export function createWorkspaceActions(
  store: AppStore,
  request: Request,
  notices: Notices,
  sync: Pick<SyncActions, 'sync'>,
) {
  const files = fileActions(store, request, notices);
  const demo = demoActions(store, request, notices, files, sync);
  return {
    ...files,
    ...demo,
    /** Opens what the app was started for. */
    begin: async () => {
      const start = await notices.attempt('start', () => request('app:start', {}));
      const already = await notices.attempt('start', () => request('workspace:status', {}));
      // The page was loaded again while the backend went on.
      if (already) files.present(already, toDemoView(already, start?.demoServer ?? null));
      else if (start?.demo) await demo.openDemo();
      else if (typeof start?.path === 'string') await files.openWorkspace(start.path);
    },
  };
}

function fileActions(store: AppStore, request: Request, { attempt }: Notices) {
  /** Shows a workspace that the backend has opened. */
  const present = (status: WorkspaceStatus, change: Partial<ViewData> = {}) =>
    startView(store, { openPath: status.path, ...change });
  /** Shows it and puts it on the list of recent ones; the demo's is found by its own button. */
  const show = async (status: WorkspaceStatus, change: Partial<ViewData> = {}) => {
    present(status, change);
    await attempt('remember the workspace', () =>
      request('app:remember-workspace', { path: status.path, name: status.name }),
    );
  };
  const load = async (channel: 'workspace:open' | 'workspace:create', path: string) => {
    store.setState(({ server }) => ({ server: { ...server, upgrading: null } }));
    patchView(store, { opening: true });
    const what = channel === 'workspace:open' ? 'open the workspace' : 'create the workspace';
    const status = await attempt(what, async () => {
      try {
        return await request(channel, { path });
      } catch (error) {
        const problem = toProblem(error);
        if (problem.code !== 'workspace-damaged') throw error;
        // its dialog says all of it; a notice would lie over that
        patchView(store, { damaged: { path, reason: problem.message } });
        return undefined;
      }
    });
    patchView(store, { opening: false });
    // A recent workspace may be gone since the list was read.
    if (status === undefined) readAgain(store);
    return status;
  };
  const choose = (purpose: Params<'app:choose-file'>['purpose']) =>
    attempt('show the file dialog', () => request('app:choose-file', { purpose }));

  return {
    load,
    present,
    openWorkspace: async (path: string) => {
      const status = await load('workspace:open', path);
      if (status !== undefined) await show(status);
    },
    /** Lets the person choose an existing file and opens it. */
    chooseWorkspace: async () => {
      const chosen = await choose('open');
      if (!chosen) return;
      const status = await load('workspace:open', chosen.path);
      if (status !== undefined) await show(status);
    },
    /** Lets the person choose where the new file goes; then offers to connect a system, if asked to. */
    createWorkspace: async (next: 'connect' | 'nothing') => {
      const chosen = await choose('create');
      if (!chosen) return;
      const status = await load('workspace:create', chosen.path);
      if (status !== undefined)
        await show(status, next === 'connect' ? { connecting: { prefill: null, more: [] } } : {});
    },
    closeWorkspace: async () => {
      const closed = await attempt('close the workspace', () => request('workspace:close', {}));
      if (closed === null) startView(store, {});
    },
    forgetWorkspace: async (path: string) => {
      const forgotten = await attempt('forget the workspace', () =>
        request('app:forget-workspace', { path }),
      );
      if (forgotten === null) readAgain(store);
    },
  };
}

/** Starts to look at something else: what belongs to the window stays, and everything is read afresh. */
function startView(store: AppStore, change: Partial<ViewData>): void {
  const { notices, shortcutsShown, runningSyncs, readAttempts } = store.getState().view;
  const kept = { notices, shortcutsShown, runningSyncs, readAttempts: readAttempts + 1 };
  patchView(store, { ...emptyViewData, ...kept, ...change });
}

/** The page was loaded again: whether its workspace is the demo's, and how its server is. */
function toDemoView({ path }: WorkspaceStatus, server: Answer<'app:start'>['demoServer']): Partial<ViewData> {
  return server?.path === path ? { demo: true, demoOnline: server.online } : {};
}

function demoActions(
  store: AppStore,
  request: Request,
  { attempt }: Notices,
  files: ReturnType<typeof fileActions>,
  sync: Pick<SyncActions, 'sync'>,
) {
  /** The demo's servers have new ports at each start: known connections are told the new address. */
  const meet = async (status: WorkspaceStatus, { drafts }: Answer<'demo:start'>) => {
    const isKnown = ({ draft }: ConnectPrefill) => status.connections.some(({ name }) => name === draft.name);
    const [prefill, ...more] = drafts.filter((each) => !isKnown(each));
    if (prefill !== undefined) patchView(store, { connecting: { prefill, more } });
    for (const { draft, secret } of drafts.filter(isKnown)) {
      const added = await attempt(`reach ${draft.name}`, () => request('connections:add', { draft, secret }));
      if (added !== undefined) void sync.sync('both', added.connection.id);
    }
  };
  return {
    openDemo: async () => {
      const demo = await attempt('start the demo', () => request('demo:start', {}));
      if (demo === undefined) return;
      const status = await files.load(demo.exists ? 'workspace:open' : 'workspace:create', demo.path);
      if (status === undefined) return;
      files.present(status, { demo: true, demoOnline: demo.online });
      await meet(status, demo);
    },
  };
}
