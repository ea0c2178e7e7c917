import type { ChangedPart, Events } from '../../src-preload/contract/events.ts';
import type { SyncProgress, SyncReport } from '../../src-preload/contract/model.ts';
import { type Answer, PAGE_LIMIT } from '../../src-preload/contract/requests.ts';
import { createReadFromTarget } from '../../src-preload/contract/type-label.ts';
import { type Bridge, createRequest, type Request, RequestError } from '../api/request.ts';
import { emptyPages } from './page-cache.ts';
import { toProblem } from './problems.ts';
import { readDrawing } from './read-drawing.ts';
import { readEntityList, readLookup } from './read-entities.ts';
import { readPast } from './read-history.ts';
import { readReview } from './read-review.ts';
import { readViews } from './read-views.ts';
import { emptyReviewData } from './review-state.ts';
import type { ListStart, ServerData, ViewData } from './state.ts';
import { type AppStore, patchView } from './store.ts';
import { type Followed, follow, toParams, type Wiring } from './wiring.ts';

const REPORT_LIMIT = 50;

/** A store that follows the backend. */
export interface Connected {
  readonly disconnect: () => void;
  /** Resolves once no read is under way. */
  readonly idle: () => Promise<void>;
}

/**
 * Keeps the server half of the store equal to what the backend has, as far as it is shown: reads what the view half
 * asks for, reads again what an event says has changed, drops overtaken answers.
 */
export function connectStore(store: AppStore, bridge: Bridge): Connected {
  const counted = countOpen(createRequest(bridge));
  const patch = (change: Partial<ServerData>) =>
    store.setState((state) => ({ server: { ...state.server, ...change } }));
  const wiring: Wiring = {
    view: () => store.getState().view,
    server: () => store.getState().server,
    patch,
    request: counted.request,
    fail: (what) => (error) => reportFailure(error, what, patch),
  };
  const followed = [
    ...readWorkspace(wiring),
    readDrawing(wiring),
    ...readViews(wiring),
    ...readShown(wiring),
    readTypes(wiring),
    ...readPanels(wiring),
    ...readReview(wiring),
    readPast(wiring),
    ...readManaged(store, wiring),
    readEntityList(wiring),
    readLookup(wiring),
  ];
  const followAll = () => {
    for (const { reading } of followed) reading.follow();
  };
  const refresh = (parts: readonly ChangedPart[] | 'all') => {
    for (const entry of followed) {
      if (parts === 'all' || entry.parts.some((part) => parts.includes(part))) entry.reading.refresh();
    }
  };
  const ends = [
    store.subscribe((state, previous) => {
      if (state.view === previous.view) return;
      if (state.view.readAttempts === previous.view.readAttempts) return followAll();
      patch({ readFailure: null });
      refresh('all');
    }),
    bridge.onEvent('store:changed', ({ parts }) => refresh(parts)),
    bridge.onEvent('workspace:upgrading', (upgrading) => patch({ upgrading })),
    bridge.onEvent('sync:progressed', (progress) => takeProgress(store, progress)),
    bridge.onEvent('sync:scheduled', (schedule) => takeSchedule(store, schedule)),
    bridge.onEvent('import:progressed', (importProgress) => patch({ importProgress })),
    bridge.onEvent('export:progressed', (progress) =>
      patch({ exportProgress: progress.done === progress.total ? null : progress }),
    ),
    bridge.onEvent('history:progressed', (progress) =>
      patch({ historyProgress: progress.done < progress.total ? progress : null }),
    ),
    bridge.onEvent('care:progressed', (progress) =>
      patch({ careProgress: progress.done < progress.total ? progress : null }),
    ),
    bridge.onEvent('sync:finished', (report) => {
      dropProgress(store, report);
      refresh(['workspace', 'connections']);
    }),
    bridge.onEvent('backend:lost', ({ reason }) =>
      patch({
        restarting: reason,
        progress: new Map(),
        exportProgress: null,
        historyProgress: null,
        careProgress: null,
      }),
    ),
    bridge.onEvent('backend:restarted', ({ reason }) => {
      void reopen(store, wiring, reason).then((reopened) => (reopened ? refresh('all') : undefined));
    }),
  ];
  followAll();
  return { disconnect: () => ends.forEach((end) => end()), idle: counted.idle };
}

function readWorkspace(wiring: Wiring): readonly Followed[] {
  const { view, server, patch, request, fail } = wiring;
  return [
    follow([], {
      wanted: () => ({ openPath: view().openPath }),
      read: () => request('app:start', {}),
      write: (start) => patch({ start }),
      fail: fail('how the app was started'),
    }),
    follow(
      ['workspace', 'connections', 'entities', 'relationships', 'outbox', 'conflicts', 'held', 'history'],
      {
        wanted: () => (view().openPath === null ? null : { openPath: view().openPath }),
        read: () => request('workspace:status', {}),
        write: (workspace) => {
          // what else could not be read has not been read by this
          const isOver = server().readFailure?.what.startsWith(WORKSPACE) === true;
          if (workspace === null) patch(emptyWorkspace());
          else patch({ workspace, ...(isOver ? { readFailure: null } : {}) });
        },
        fail: fail(WORKSPACE),
      },
    ),
  ];
}

/** Types are read from both ends while an entity is inspected; they change with a command of their own. */
function readTypes({ view, patch, request, fail }: Wiring): Followed {
  return follow(['workspace'], {
    wanted: () =>
      view().openPath !== null && view().selection.kind === 'entity' ? { path: view().openPath } : null,
    read: () => request('types:list', {}),
    write: (types) => patch({ readFromTarget: createReadFromTarget((types ?? []).map(({ type }) => type)) }),
    fail: fail('the types of relationships'),
  });
}

function readShown({ view, patch, request, fail }: Wiring): readonly Followed[] {
  const entityId = () => {
    const { openPath, selection } = view();
    return openPath !== null && selection.kind === 'entity' ? selection.id : null;
  };
  return [
    follow(['entities', 'relationships'], {
      wanted: () => toParams(entityId(), (id) => ({ id })),
      read: (params) => request('entities:read', params),
      write: (entity) => patch({ entity }),
      fail: fail('the entity'),
    }),
    follow(['entities', 'relationships', 'outbox', 'conflicts', 'held'], {
      wanted: () => toParams(entityId(), (id) => ({ id, limit: view().relationshipLimit })),
      read: async ({ id, limit }) => {
        const list = await readStart(limit, (page) =>
          request('relationships:page', { entityId: id, ...page }),
        );
        return { entityId: id, ...list };
      },
      write: (entityRelationships) => patch({ entityRelationships }),
      fail: fail('its relationships'),
    }),
    follow(['entities', 'relationships', 'outbox', 'conflicts', 'held'], {
      wanted: () => {
        const { openPath, selection } = view();
        return openPath !== null && selection.kind === 'relationship' ? { id: selection.id } : null;
      },
      read: (params) => request('relationships:read', params),
      write: (relationship) => patch({ relationship, goneRelationshipId: null }),
      fail: (error) => {
        const { selection } = view();
        if (!isGone(error) || selection.kind !== 'relationship') fail('the relationship')(error);
        else patch({ relationship: null, goneRelationshipId: selection.id });
      },
    }),
  ];
}

function readPanels({ view, patch, request, fail }: Wiring): readonly Followed[] {
  const whileShown = (tab: ViewData['panel']) => () =>
    view().openPath !== null && view().panel === tab ? { path: view().openPath } : null;
  return [
    follow(['workspace', 'connections'], {
      wanted: () => (view().openPath === null ? null : { path: view().openPath }),
      read: () => request('sync:reports', { limit: REPORT_LIMIT }),
      write: (page) => patch({ reports: page?.rows ?? null }),
      fail: fail('the sync reports'),
    }),
    follow(['history', 'outbox', 'relationships'], {
      wanted: () => {
        const { historyLimit: limit, historyFilter: filter } = view();
        return whileShown('history')() === null ? null : { limit, filter };
      },
      read: ({ limit, filter }) =>
        readStart(limit, (page) => request('history:page', { ...filter, ...page })),
      write: (history) => patch({ history }),
      fail: fail('the history'),
    }),
    follow(['outbox', 'relationships'], {
      wanted: () => view().dryRun,
      read: ({ connectionId, only, limit }) =>
        readDryRun(limit, (page) =>
          request('sync:dry-run', { connectionId, only: only === null ? null : [...only], ...page }),
        ),
      write: (dryRun) => patch({ dryRun }),
      fail: fail('what would be sent'),
    }),
  ];
}

function readManaged(store: AppStore, { view, patch, request, fail }: Wiring): readonly Followed[] {
  const managedId = () => {
    const { openPath, managing } = view();
    if (openPath === null || managing === null) return null;
    return managing.connectionId ?? store.getState().server.workspace?.connections[0]?.id ?? null;
  };
  return [
    follow(['connections', 'outbox', 'entities'], {
      wanted: () => toParams(managedId(), (id) => ({ id })),
      read: (params) => request('connections:detail', params),
      write: (connectionDetail) => patch({ connectionDetail }),
      fail: (error) => (isGone(error) ? undefined : fail('the connection')(error)),
    }),
    follow(['connections', 'outbox', 'relationships', 'conflicts', 'held', 'history'], {
      wanted: () => (view().managing?.step === 'remove' ? toParams(managedId(), (id) => ({ id })) : null),
      read: (params) => request('connections:remove-preview', params),
      write: (connectionLoss) => patch({ connectionLoss }),
      fail: (error) => (isGone(error) ? undefined : fail('what a removal takes away')(error)),
    }),
  ];
}

/** What the first `limit` changes would send, in as many pages as that takes; one entry per connection. */
async function readDryRun(
  limit: number,
  readPage: (page: { readonly offset: number; readonly limit: number }) => Promise<Answer<'sync:dry-run'>>,
): Promise<Answer<'sync:dry-run'>> {
  const byConnection = new Map<string, Answer<'sync:dry-run'>['rows'][number]['requests']>();
  let total = 0;
  for (let offset = 0; offset < limit; offset += PAGE_LIMIT) {
    const page = await readPage({ offset, limit: Math.min(PAGE_LIMIT, limit - offset) });
    total = page.total;
    for (const { connection, requests } of page.rows)
      byConnection.set(connection, [...(byConnection.get(connection) ?? []), ...requests]);
    if (offset + PAGE_LIMIT >= total) break;
  }
  return { total, rows: [...byConnection].map(([connection, requests]) => ({ connection, requests })) };
}

/** The first `limit` rows of a list, in as many pages as that takes. */
async function readStart<T>(
  limit: number,
  readPage: (page: { readonly offset: number; readonly limit: number }) => Promise<ListStart<T>>,
): Promise<ListStart<T>> {
  const first = await readPage({ offset: 0, limit: Math.min(limit, PAGE_LIMIT) });
  const rows = [...first.rows];
  while (rows.length < Math.min(limit, first.total)) {
    const next = await readPage({ offset: rows.length, limit: Math.min(limit - rows.length, PAGE_LIMIT) });
    if (next.rows.length === 0) break;
    rows.push(...next.rows);
  }
  return { total: first.total, rows };
}

function emptyWorkspace(): Partial<ServerData> {
  return { workspace: null, progress: new Map(), entityList: emptyPages(''), review: emptyReviewData };
}

function takeProgress(store: AppStore, progress: SyncProgress): void {
  store.setState(({ server }) => ({
    server: { ...server, progress: new Map(server.progress).set(progress.connectionId, progress) },
  }));
}

function takeSchedule(store: AppStore, { connectionId, nextSyncAt }: Events['sync:scheduled']): void {
  store.setState(({ server }) => {
    if (server.workspace === null) return { server };
    const connections = server.workspace.connections.map((connection) =>
      connection.id === connectionId ? { ...connection, nextSyncAt } : connection,
    );
    return { server: { ...server, workspace: { ...server.workspace, connections } } };
  });
}

function dropProgress(store: AppStore, report: SyncReport): void {
  store.setState(({ server }) => {
    const ended = server.workspace?.connections.find(({ name }) => name === report.connection);
    const progress = new Map([...server.progress].filter(([id]) => ended !== undefined && id !== ended.id));
    return { server: { ...server, progress } };
  });
}

/**
 * The new backend has no workspace open: the window opens its own again before it reads anything. Answers whether it
 * could; where it could not, nothing is open and the window says why.
 */
async function reopen(store: AppStore, { patch, request, fail }: Wiring, reason: string): Promise<boolean> {
  const { openPath } = store.getState().view;
  patch({ restarting: reason, progress: new Map() });
  try {
    if (openPath !== null) await request('workspace:open', { path: openPath });
    patch({ restarting: null });
    return true;
  } catch (error) {
    if (isLost(error)) return false; // it ended once more: the next restart opens the workspace
    patch({ restarting: null });
    patchView(store, { openPath: null });
    fail(`${WORKSPACE} after a restart`)(error);
    return false;
  }
}

/** What a failed reading of how the workspace is begins with. */
const WORKSPACE = 'the workspace';

/** A restart is told by its own event, so a read it cut off is no failure to show. */
function reportFailure(error: unknown, what: string, patch: (change: Partial<ServerData>) => void): void {
  if (isLost(error)) return;
  patch({ readFailure: { what, ...toProblem(error) } });
}

function isLost(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'backend-gone';
}

function isGone(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'not-found';
}

function countOpen(request: Request): { readonly request: Request; readonly idle: () => Promise<void> } {
  let open = 0;
  let waiting: (() => void)[] = [];
  const release = () => {
    open -= 1;
    // Two turns later, so that a read which the answer caused is counted first.
    setTimeout(() => {
      if (open > 0) return;
      const ready = waiting;
      waiting = [];
      for (const resolve of ready) resolve();
    });
  };
  return {
    request: async (channel, params) => {
      open += 1;
      try {
        return await request(channel, params);
      } finally {
        release();
      }
    },
    idle: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
