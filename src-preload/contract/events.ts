import type { ConnectionId, SyncProgress, SyncReport } from './model.ts';

/** What changed in the workspace, so that a view reads again only what it shows. */
export type ChangedPart =
  | 'workspace'
  | 'connections'
  | 'entities'
  | 'relationships'
  | 'outbox'
  | 'conflicts'
  | 'held'
  | 'history'
  | 'views';

/** The long work on a workspace file. */
export type CareWork = 'backup' | 'check' | 'compact' | 'restore' | 'recover';

/** What the window is told: one entry per event and what it carries. */
export interface Events {
  'store:changed': { readonly parts: readonly ChangedPart[] };
  /** A file of an earlier version is being brought to this one before it is open; a copy of it is kept. */
  'workspace:upgrading': { readonly path: string; readonly keptAt: string };
  'sync:progressed': SyncProgress;
  'sync:finished': SyncReport;
  /** When a connection syncs by itself next; null where it does not. */
  'sync:scheduled': { readonly connectionId: ConnectionId; readonly nextSyncAt: string | null };
  /** How far an import is; `handle` names it. It counts bytes while it reads, then rows. */
  'import:progressed': {
    readonly handle: string;
    readonly phase: 'reading' | 'waiting' | 'judging' | 'writing';
    readonly done: number;
    readonly total: number;
  };
  /**
   * How far an export that takes a while is: `total` is null while it is not known how much there is. The last report
   * has `done` = `total`, also where it failed. `name` is what `query:cancel` ends it by.
   */
  'export:progressed': {
    readonly name: string | null;
    readonly done: number;
    readonly total: number | null;
  };
  /** How far a long undo, redo, revert or look into the past is; the last report has `done` = `total`, also where it failed. */
  'history:progressed': {
    readonly doing: 'undo' | 'redo' | 'revert' | 'look';
    /** What `query:cancel` ends it by, as the asker named it; null where it cannot be ended. */
    readonly name: string | null;
    readonly done: number;
    readonly total: number;
  };
  /**
   * How far the work on a workspace file is that somebody asked for; it waits for a sync or another such work to end.
   * The last report has `done` = `total`, also where it failed.
   */
  'care:progressed': {
    readonly work: CareWork;
    readonly phase: 'waiting' | 'working';
    readonly done: number;
    readonly total: number;
  };
  /** The backend ended; it is started again, and open requests are rejected with `backend-gone`. */
  'backend:lost': { readonly reason: string };
  /** A new backend runs, with no workspace open. */
  'backend:restarted': { readonly reason: string };
  /** A menu item or its shortcut. */
  'menu:chosen': { readonly item: MenuItem };
  /** The system asks for a workspace: a file was opened with Weft while it runs. */
  'app:file-opened': { readonly path: string };
}

/** An event with what it tells. */
export type AnyEvent = {
  [E in keyof Events]: { readonly event: E; readonly payload: Events[E] };
}[keyof Events];

export type MenuItem =
  | 'undo'
  | 'redo'
  | 'sync'
  | 'connections'
  | 'search'
  | 'open'
  | 'create'
  | 'import'
  | 'export'
  | 'close-workspace';

export type EventName = keyof Events;

/** Every event by name, so that a bridge can refuse the others at run time. */
export const eventNames = {
  'store:changed': true,
  'sync:progressed': true,
  'sync:finished': true,
  'workspace:upgrading': true,
  'sync:scheduled': true,
  'import:progressed': true,
  'export:progressed': true,
  'history:progressed': true,
  'care:progressed': true,
  'backend:lost': true,
  'backend:restarted': true,
  'menu:chosen': true,
  'app:file-opened': true,
} as const satisfies Record<EventName, true>;
