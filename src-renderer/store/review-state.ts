import type {
  Conflict,
  ConnectionId,
  Failure,
  HeldRemoval,
  OutboxItem,
  RelationshipId,
  RelationshipState,
} from '../../src-preload/contract/model.ts';
import type {
  ConflictFilter,
  ConflictGroup,
  HeldRow,
  KeptReport,
  OutboxGroup,
  SyncSettings,
} from '../../src-preload/contract/sync-lists.ts';
import { emptyPages, PAGE_SIZE, type PageCache, type RowRange } from './page-cache.ts';

/** The lists in which syncing is reviewed, as the backend said last. Only `read-review.ts` writes it. */
export interface ReviewData {
  readonly outbox: PageCache<OutboxItem>;
  /** All that is pending by connection, whatever the list is narrowed to. */
  readonly outboxGroups: readonly OutboxGroup[];
  readonly conflicts: PageCache<Conflict>;
  readonly conflictGroups: readonly ConflictGroup[];
  readonly held: PageCache<HeldRemoval>;
  readonly heldRows: PageCache<HeldRow>;
  readonly reports: PageCache<KeptReport>;
  readonly failures: PageCache<Failure>;
  /** Null until they were read. */
  readonly settings: SyncSettings | null;
}

/** The parts of the outbox that can be looked at alone. */
export type OutboxPart = 'all' | 'waiting' | 'blocked' | 'parked' | 'conflict' | 'held' | 'unanswered';

/** The states that each part is made of; no state stands for every state. */
export const statesOfPart: Readonly<Record<OutboxPart, readonly RelationshipState[]>> = {
  all: [],
  waiting: ['create', 'update', 'delete'],
  blocked: ['blocked'],
  parked: ['parked'],
  conflict: ['conflict'],
  held: ['held'],
  unanswered: [],
};

/** What of the lists is looked at, narrowed and chosen. */
export interface ReviewView {
  readonly outbox: {
    readonly connectionId: ConnectionId | null;
    readonly part: OutboxPart;
    readonly range: RowRange;
  };
  readonly chosenChanges: ReadonlySet<RelationshipId>;
  readonly conflicts: { readonly filter: ConflictFilter; readonly range: RowRange };
  readonly chosenConflicts: ReadonlySet<Conflict['id']>;
  readonly heldRange: RowRange;
  /** The held removal whose rows are looked through. */
  readonly heldShown: { readonly removal: HeldRemoval; readonly range: RowRange } | null;
  readonly reports: { readonly connectionId: ConnectionId | null; readonly range: RowRange };
  /** The report whose failures are looked through. */
  readonly failuresShown: { readonly report: KeptReport; readonly range: RowRange } | null;
  readonly settingsShown: boolean;
}

export const emptyReviewData: ReviewData = {
  outbox: emptyPages(''),
  outboxGroups: [],
  conflicts: emptyPages(''),
  conflictGroups: [],
  held: emptyPages(''),
  heldRows: emptyPages(''),
  reports: emptyPages(''),
  failures: emptyPages(''),
  settings: null,
};

export const LIST_TOP: RowRange = { first: 0, last: 0 };
export const anyConflict: ConflictFilter = { connectionId: null, reason: null, type: null };

export const emptyReviewView: ReviewView = {
  outbox: { connectionId: null, part: 'all', range: LIST_TOP },
  chosenChanges: new Set(),
  conflicts: { filter: anyConflict, range: LIST_TOP },
  chosenConflicts: new Set(),
  heldRange: LIST_TOP,
  heldShown: null,
  reports: { connectionId: null, range: LIST_TOP },
  failuresShown: null,
  settingsShown: false,
};

/** How much of a group of the outbox belongs to a part. */
export function countOfPart({ total, states, unanswered }: OutboxGroup, part: OutboxPart): number {
  if (part === 'all') return total;
  if (part === 'unanswered') return unanswered;
  return states
    .filter(({ state }) => statesOfPart[part].includes(state))
    .reduce((sum, { count }) => sum + count, 0);
}

/** The set with one thing more, or without it where it was there. */
export function toToggled<T>(chosen: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(chosen);
  if (!next.delete(one)) next.add(one);
  return next;
}

/**
 * What of a choice is still there. Where not all of the list is known, a row that was chosen may be on a page that is
 * not, so that all of the choice counts.
 */
export function toStillThere<T extends { readonly id: I }, I>(
  chosen: ReadonlySet<I>,
  list: PageCache<T>,
): readonly I[] {
  const pages = Math.ceil((list.total ?? Number.POSITIVE_INFINITY) / PAGE_SIZE);
  if (list.pages.size < pages) return [...chosen];
  const known = new Set([...list.pages.values()].flat().map(({ id }) => id));
  return [...chosen].filter((id) => known.has(id));
}
