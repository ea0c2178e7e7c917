import type { Events } from '../../src-preload/contract/events.ts';
import type {
  ConnectionDetail,
  ConnectionDraft,
  ConnectionId,
  ConnectionLoss,
  EntityDetail,
  EntityId,
  EntitySummary,
  HistoryEntry,
  Neighbourhood,
  Relationship,
  RelationshipId,
  SyncProgress,
  SyncReport,
  WorkspaceStatus,
} from '../../src-preload/contract/model.ts';
import type { Correction, ListOrder } from '../../src-preload/contract/queries.ts';
import type { Answer } from '../../src-preload/contract/requests.ts';
import type { ReadFromTarget } from '../../src-preload/contract/type-label.ts';
import type { ViewSummary } from '../../src-preload/contract/views.ts';
import { type DrawingFacts, type DrawingView, emptyDrawing, type ViewDialog } from './drawing-state.ts';
import { anyHistory, type HistoryFilter, type PastLine, type PastQuestion } from './history-state.ts';
import { emptyPages, type PageCache, type RowRange } from './page-cache.ts';
import type { Problem } from './problems.ts';
import { emptyReviewData, emptyReviewView, type ReviewData, type ReviewView } from './review-state.ts';

/** The beginning of a list and the length of the whole. */
export interface ListStart<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

/** The relationships of one entity, in both directions. */
export interface RelationshipsOf extends ListStart<Relationship> {
  readonly entityId: EntityId;
}

/** What the backend and the app said last. Only `connect.ts` writes it. */
export interface ServerData {
  readonly start: Answer<'app:start'> | null;
  readonly workspace: WorkspaceStatus | null;
  readonly progress: ReadonlyMap<ConnectionId, SyncProgress>;
  readonly entityList: PageCache<EntitySummary>;
  readonly neighbourhood: Neighbourhood | null;
  /** The reading of a picture that takes long, by the name that ends it; null while none does. */
  readonly drawingProgress: { readonly name: string } | null;
  /** What the query and the filter of the graph came to. */
  readonly drawing: DrawingFacts | null;
  /** The saved view that is open, as it is called now; null once it is deleted. */
  readonly openView: ViewSummary | null;
  readonly views: FoundViews | null;
  readonly entity: EntityDetail | null;
  readonly entityRelationships: RelationshipsOf | null;
  readonly relationship: Relationship | null;
  /** The selected relationship, once the backend has said that it is not there any more. */
  readonly goneRelationshipId: RelationshipId | null;
  readonly lookup: Lookup | null;
  /** How the type of a relationship reads from its target, by the vocabulary of the workspace. */
  readonly readFromTarget: ReadFromTarget;
  readonly review: ReviewData;
  /** What is known of the entity list as a whole, once a page of it was read. */
  readonly entityFacts: EntityFacts | null;
  /** Why what the list is narrowed by cannot be read as a query; null where it can. */
  readonly entityListProblem: Problem | null;
  /** The last reports, for what they say about each connection. */
  readonly reports: readonly SyncReport[] | null;
  readonly history: ListStart<HistoryEntry> | null;
  readonly past: PageCache<PastLine>;
  /** How far a long undo, redo or revert is; null while none runs. */
  readonly historyProgress: Events['history:progressed'] | null;
  /** How far the work on a workspace file is; null while none was asked for. */
  readonly careProgress: Events['care:progressed'] | null;
  /** What is known of the connection that is managed. */
  readonly connectionDetail: ConnectionDetail | null;
  /** What its removal would take away, while that is asked. */
  readonly connectionLoss: ConnectionLoss | null;
  readonly dryRun: Answer<'sync:dry-run'> | null;
  /** How far the import is that runs; null while none does. */
  readonly importProgress: Events['import:progressed'] | null;
  /** Of an export that takes a while; null while none runs. */
  readonly exportProgress: Events['export:progressed'] | null;
  /** What is brought up to date while it is opened; null where nothing is. */
  readonly upgrading: Events['workspace:upgrading'] | null;
  /** Why the backend is being started again; null while it runs. */
  readonly restarting: string | null;
  /** The last read that failed, until one of its kind succeeds. */
  readonly readFailure: ReadFailure | null;
}

/** What is told of the entity list beside its rows. */
export interface EntityFacts {
  /** Of the connections that it is of, when the one that was read longest ago was read; null if never. */
  readonly asOf: string | null;
  readonly order: ListOrder;
  readonly corrections: readonly Correction[];
}

/** The first that a search over everything found. */
export interface Lookup extends ListStart<EntitySummary> {
  readonly search: string;
  readonly corrections: readonly Correction[];
  /** Why it cannot be read as a query; null where it can. */
  readonly problem: Problem | null;
}

/** The saved views that a search found. */
export interface FoundViews extends ListStart<ViewSummary> {
  readonly search: string;
}

/** A read that failed: what was to be read, in the user's words, and why. */
export interface ReadFailure {
  readonly what: string;
  readonly code: string;
  readonly message: string;
}

/** What the inspector shows. */
export type Selection =
  | { readonly kind: 'none' }
  | { readonly kind: 'entity'; readonly id: EntityId }
  | { readonly kind: 'relationship'; readonly id: RelationshipId };

/** What the entity list is narrowed to, and how it is ordered. No kinds means all kinds. */
export interface EntityFilter {
  readonly search: string;
  readonly kinds: readonly string[];
  /** `best`: the best match first where words are asked for, else by name. */
  readonly order: ListOrder;
}

/** The tabs of the panel below the graph. */
export type PanelTab = 'status' | 'outbox' | 'conflicts' | 'held' | 'reports' | 'history';

/** A relationship being drawn. `sourceId` is set once its first end was picked. */
export interface Relating {
  readonly sourceId: EntityId | null;
}

/** Two ends picked in the graph, waiting for a type. `x` and `y` are pixels inside the canvas. */
export interface RelateDraft {
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly x: number;
  readonly y: number;
}

/** An entity of the workspace's own as a form holds it; one without an id is new. */
export interface OwnEntityDraft {
  readonly id: EntityId | null;
  readonly name: string;
  readonly kind: string;
}

/** What the connect dialog starts with. */
export interface ConnectPrefill {
  readonly draft: ConnectionDraft;
  readonly secret: string;
}

/** The connect dialog: what it starts with, and what is connected with it as it is. */
export interface Connecting {
  readonly prefill: ConnectPrefill | null;
  readonly more: readonly ConnectPrefill[];
}

/** Something to tell: what happened, to what, what was kept and what to do next. */
export interface Notice {
  readonly id: number;
  readonly tone: 'good' | 'bad' | 'plain';
  readonly title: string;
  readonly text: string;
}

/** What is done with a connection in the dialog of all of them. */
export type ConnectionStep = 'facts' | 'edit' | 'key' | 'remove';

/** The connection that is managed; the first one where none is named. */
export interface Managing {
  readonly connectionId: ConnectionId | null;
  readonly step: ConnectionStep;
}

/** What a dry run is asked for: null stands for every connection, and for all that is pending. */
export interface DryRunQuestion {
  readonly connectionId: ConnectionId | null;
  readonly only: readonly RelationshipId[] | null;
  /** How many changes are read. */
  readonly limit: number;
}

/** What the person looks at and how. Only `actions` write it, and `connect.ts` where the workspace is gone. */
export interface ViewData {
  readonly openPath: string | null;
  /** True while a workspace is being opened. */
  readonly opening: boolean;
  /** A workspace that was to be opened and is damaged: what can be done with it is asked. */
  readonly damaged: { readonly path: string; readonly reason: string } | null;
  /** True where the open workspace is the demo's. */
  readonly demo: boolean;
  readonly demoOnline: boolean;
  readonly selection: Selection;
  readonly roots: readonly EntityId[];
  readonly drawing: DrawingView;
  readonly viewDialog: ViewDialog | null;
  readonly filter: EntityFilter;
  readonly listRange: RowRange;
  /** How many relationships of the selected entity are read. */
  readonly relationshipLimit: number;
  readonly historyLimit: number;
  readonly historyFilter: HistoryFilter;
  /** The past moment that is looked at in the place of the history's entries. */
  readonly past: PastQuestion | null;
  readonly lookup: string | null;
  readonly panel: PanelTab | null;
  readonly review: ReviewView;
  readonly dryRun: DryRunQuestion | null;
  readonly connecting: Connecting | null;
  readonly managing: Managing | null;
  /** The dialog that brings rows in or out. */
  readonly transfer: 'import' | 'export' | null;
  /** The entity of the workspace's own that is being made or edited. */
  readonly ownEntity: OwnEntityDraft | null;
  readonly relating: Relating | null;
  readonly relateDraft: RelateDraft | null;
  readonly shortcutsShown: boolean;
  /** Syncs asked for in this window that have not answered yet. */
  readonly runningSyncs: number;
  /** Counts up each time the person asks to read everything again. */
  readonly readAttempts: number;
  readonly notices: readonly Notice[];
}

/** Everything the window shows: what the backend said, and what the person looks at. */
export interface AppState {
  readonly server: ServerData;
  readonly view: ViewData;
}

/** Relationships read at first, and again with each "load more". */
export const RELATIONSHIP_PAGE = 200;
export const HISTORY_PAGE = 100;

export const emptyServerData: ServerData = {
  start: null,
  workspace: null,
  progress: new Map(),
  entityList: emptyPages(''),
  neighbourhood: null,
  drawingProgress: null,
  drawing: null,
  openView: null,
  views: null,
  entity: null,
  entityRelationships: null,
  relationship: null,
  goneRelationshipId: null,
  lookup: null,
  readFromTarget: (type) => type,
  review: emptyReviewData,
  entityFacts: null,
  entityListProblem: null,
  reports: null,
  history: null,
  past: emptyPages(''),
  historyProgress: null,
  careProgress: null,
  dryRun: null,
  connectionDetail: null,
  connectionLoss: null,
  importProgress: null,
  exportProgress: null,
  restarting: null,
  upgrading: null,
  readFailure: null,
};

export const emptyViewData: ViewData = {
  openPath: null,
  opening: false,
  damaged: null,
  demo: false,
  demoOnline: true,
  selection: { kind: 'none' },
  roots: [],
  drawing: emptyDrawing,
  viewDialog: null,
  filter: { search: '', kinds: [], order: 'best' },
  listRange: { first: 0, last: 0 },
  relationshipLimit: RELATIONSHIP_PAGE,
  historyLimit: HISTORY_PAGE,
  historyFilter: anyHistory,
  past: null,
  lookup: null,
  panel: null,
  review: emptyReviewView,
  dryRun: null,
  connecting: null,
  managing: null,
  transfer: null,
  ownEntity: null,
  relating: null,
  relateDraft: null,
  shortcutsShown: false,
  runningSyncs: 0,
  readAttempts: 0,
  notices: [],
};
