import type { EntityId, Neighbourhood } from '../../src-preload/contract/model.ts';
import type {
  FilterMode,
  SavedView,
  ViewId,
  ViewSettings,
  ViewSummary,
} from '../../src-preload/contract/views.ts';
import type { Problem } from './problems.ts';

/** What is drawn beside the neighbourhoods, and how; with the roots this is what a saved view holds. */
export interface DrawingView {
  /** What it finds is drawn. */
  readonly query: string;
  /** A query that is to be drawn next; until it is known that it can be read, and if it cannot, all stays as it is. */
  readonly asked: AskedQuery | null;
  readonly filter: ViewSettings['filter'];
  readonly hiddenKinds: readonly string[];
  /** Entities that stay where they are when the rest is laid out. */
  readonly pins: readonly EntityId[];
  /** Entities that an opened view draws, whether the query or a root still brings them in or not. */
  readonly kept: readonly EntityId[];
  /** The addresses that the opened view has and the workspace had not when it was opened. */
  readonly missing: readonly string[];
  /** The saved view that is open. */
  readonly openId: ViewId | null;
  readonly arrangement: Arrangement | null;
  /** How many views were opened in this workspace so far. */
  readonly openings: number;
}

/** A query that is looked at before it is drawn, and why it cannot be. */
export interface AskedQuery {
  readonly query: string;
  readonly problem: Problem | null;
}

/** Where an opened view puts what it draws; `sequence` tells one opening from the next. */
export interface Arrangement {
  readonly sequence: number;
  readonly places: SavedView['entities'];
  readonly viewport: ViewSettings['viewport'];
}

export const emptyDrawing: DrawingView = {
  query: '',
  asked: null,
  filter: { text: '', mode: 'dim' },
  hiddenKinds: [],
  pins: [],
  kept: [],
  missing: [],
  openId: null,
  arrangement: null,
  openings: 0,
};

/** What a picture is read for: what it grows from, and what is drawn beside, and how. */
export interface DrawingSettings {
  readonly roots: readonly EntityId[];
  readonly drawing: DrawingView;
}

/** The settings under which the picture that is shown was read; null where none is. Pins and the like stay as they are. */
export function backToShown({ drawing }: DrawingSettings, shown: DrawingSettings | null): DrawingSettings {
  if (shown === null) {
    const { filter, hiddenKinds, pins, openings } = drawing;
    return { roots: [], drawing: { ...emptyDrawing, filter, hiddenKinds, pins, openings } };
  }
  const { query, kept, arrangement, filter } = shown.drawing;
  const isSameOpening = drawing.arrangement === arrangement;
  const kind = isSameOpening ? drawing : { ...shown.drawing, openings: drawing.openings };
  const text = { text: filter.text, mode: kind.filter.mode };
  return { roots: shown.roots, drawing: { ...kind, query, kept, filter: text, asked: null } };
}

/** What the backend said of the query and of the filter. */
export interface DrawingFacts {
  /** How many entities the query finds, and how many of them are drawn; null without a query. */
  readonly matched: { readonly total: number; readonly omitted: number } | null;
  readonly queryProblem: Problem | null;
  /** Those of the drawn that the filter keeps; null where nothing is filtered. */
  readonly matching: ReadonlySet<EntityId> | null;
  readonly filterProblem: Problem | null;
  /** The opening of a view that this is the picture of. */
  readonly sequence: number;
  /** What was asked for, as `toPictureKey` writes it. */
  readonly key: string;
  readonly settings: DrawingSettings;
}

/** Where everything is drawn now, in the drawing's own measure. */
export interface DrawnPlaces {
  readonly places: readonly { readonly id: EntityId; readonly x: number; readonly y: number }[];
  readonly viewport: ViewSettings['viewport'];
}

/** The dialog about saved views that is open. */
export type ViewDialog =
  | { readonly kind: 'open'; readonly search: string }
  | { readonly kind: 'save-as'; readonly drawn: DrawnPlaces }
  | { readonly kind: 'rename'; readonly view: ViewSummary };

/** Which of what is drawn does not stand out: by its kind or by the filter. */
export interface Standing {
  readonly hidden: ReadonlySet<EntityId>;
  readonly faded: ReadonlySet<EntityId>;
}

/** What the kinds that are switched off and the filter leave of a picture. */
export function toStanding(
  entities: Neighbourhood['entities'],
  hiddenKinds: readonly string[],
  matching: ReadonlySet<EntityId> | null,
  mode: FilterMode,
): Standing {
  const isOff = new Set(hiddenKinds);
  const misses = (id: EntityId) => matching !== null && !matching.has(id);
  const ids = (wanted: (entity: Neighbourhood['entities'][number]) => boolean) =>
    new Set(entities.filter(wanted).map(({ id }) => id));
  const hidden = ids(({ id, kind }) => isOff.has(kind) || (mode === 'hide' && misses(id)));
  return { hidden, faded: mode === 'dim' ? ids(({ id }) => misses(id) && !hidden.has(id)) : new Set() };
}

/** What stays of an opened view when one root is collapsed: all but its neighbours that nothing else holds. */
export function keepAfterCollapse(
  picture: Neighbourhood | null,
  kept: readonly EntityId[],
  roots: readonly EntityId[],
  collapsed: EntityId,
): readonly EntityId[] {
  const holders = new Map<EntityId, Set<EntityId>>();
  const note = (id: EntityId, holder: EntityId) =>
    holders.set(id, (holders.get(id) ?? new Set<EntityId>()).add(holder));
  for (const { sourceId, targetId } of picture?.relationships ?? []) {
    note(sourceId, targetId);
    note(targetId, sourceId);
  }
  const isHeld = (id: EntityId) => {
    const near = holders.get(id);
    if (roots.includes(id) || id === collapsed || near === undefined || !near.has(collapsed)) return true;
    return roots.some((root) => near.has(root));
  };
  return kept.filter(isHeld);
}
