import type {
  EntityId,
  GraphEntity,
  GraphRelationship,
  Neighbourhood,
  RelationshipId,
  RelationshipState,
} from '../../src-preload/contract/model.ts';

/** A node as it is to be drawn. `hiddenCount` says how many of its relationships are not drawn. */
export interface NodeElement {
  readonly group: 'nodes';
  readonly data: {
    readonly id: string;
    readonly entityId: EntityId;
    readonly kind: string;
    readonly label: string;
    readonly hiddenCount: number;
  };
  readonly classes: string;
}

/** An edge as it is to be drawn; `state` chooses line and colour, the label says the same in writing. */
export interface EdgeElement {
  readonly group: 'edges';
  readonly data: {
    readonly id: string;
    readonly relationshipId: RelationshipId;
    readonly source: string;
    readonly target: string;
    readonly state: RelationshipState;
    readonly label: string;
  };
  readonly classes: string;
}

/** Anything that is to be drawn. */
export type GraphElement = NodeElement | EdgeElement;

/** What of the view changes the drawing: where it grows from, and what is selected. */
export interface Emphasis {
  readonly roots: readonly EntityId[];
  readonly selection:
    | { readonly kind: 'none' }
    | { readonly kind: 'entity'; readonly id: EntityId }
    | { readonly kind: 'relationship'; readonly id: RelationshipId };
  /** The first end of a relationship being drawn. */
  readonly sourceId?: EntityId | null;
  /** Not to be seen, though it keeps its place. */
  readonly hidden?: ReadonlySet<EntityId>;
  /** Seen, but standing back. */
  readonly faded?: ReadonlySet<EntityId>;
  readonly pins?: readonly EntityId[];
}

const noEmphasis: Emphasis = { roots: [], selection: { kind: 'none' } };

const NAME_LENGTH = 34;

const markByState: Readonly<Record<RelationshipState, string>> = {
  synced: '',
  local: '',
  create: '+',
  update: '~',
  delete: '−',
  conflict: '!',
  held: '‖',
  parked: '✕',
  blocked: '…',
};

/** The id of an entity in the drawing. */
export function toNodeId(id: EntityId): string {
  return `e${id}`;
}

/** The id of a relationship in the drawing. */
export function toEdgeId(id: RelationshipId): string {
  return `r${id}`;
}

/** A neighbourhood as element definitions, nodes before edges. Pure; positions belong to the drawing, not to the data. */
export function toElements(
  neighbourhood: Neighbourhood,
  emphasis: Emphasis = noEmphasis,
): readonly GraphElement[] {
  const hidden = countHidden(withoutHidden(neighbourhood, emphasis.hidden));
  const known = new Set(neighbourhood.entities.map(({ id }) => id));
  return [
    ...neighbourhood.entities.map((entity) => toNode(entity, hidden.get(entity.id) ?? 0, emphasis)),
    ...neighbourhood.relationships
      .filter(({ sourceId, targetId }) => known.has(sourceId) && known.has(targetId))
      .map((relationship) => toEdge(relationship, emphasis)),
  ];
}

/** The picture without the relationships that are not to be seen, because an end is not. */
export function withoutHidden(
  neighbourhood: Neighbourhood,
  hidden: ReadonlySet<EntityId> = new Set(),
): Neighbourhood {
  if (hidden.size === 0) return neighbourhood;
  const isSeen = ({ sourceId, targetId }: GraphRelationship) =>
    !hidden.has(sourceId) && !hidden.has(targetId);
  return { ...neighbourhood, relationships: neighbourhood.relationships.filter(isSeen) };
}

function toNode(entity: GraphEntity, hiddenCount: number, emphasis: Emphasis): NodeElement {
  const { selection } = emphasis;
  return {
    group: 'nodes',
    data: {
      id: toNodeId(entity.id),
      entityId: entity.id,
      kind: entity.kind,
      label: toLabel(entity.name, hiddenCount),
      hiddenCount,
    },
    classes: joinClasses({
      root: emphasis.roots.includes(entity.id),
      chosen: selection.kind === 'entity' && selection.id === entity.id,
      'first-end': emphasis.sourceId === entity.id,
      archived: entity.archived,
      removed: entity.removed,
      hidden: emphasis.hidden?.has(entity.id) ?? false,
      faded: emphasis.faded?.has(entity.id) ?? false,
      pinned: emphasis.pins?.includes(entity.id) ?? false,
    }),
  };
}

function toEdge(relationship: GraphRelationship, { selection, faded }: Emphasis): EdgeElement {
  const { id, type, state, sourceId, targetId } = relationship;
  return {
    group: 'edges',
    data: {
      id: toEdgeId(id),
      relationshipId: id,
      source: toNodeId(relationship.sourceId),
      target: toNodeId(relationship.targetId),
      state,
      label: [markByState[state], type ?? ''].filter((part) => part !== '').join(' '),
    },
    classes: joinClasses({
      chosen: selection.kind === 'relationship' && selection.id === id,
      faded: faded !== undefined && (faded.has(sourceId) || faded.has(targetId)),
    }),
  };
}

/** How many relationships of each entity are not drawn; entities with none are left out. */
export function countHidden({ entities, relationships }: Neighbourhood): ReadonlyMap<EntityId, number> {
  const drawn = countDrawn(relationships);
  return new Map(
    entities
      .map(({ id, relationshipCount }) => [id, relationshipCount - (drawn.get(id) ?? 0)] as const)
      .filter(([, hidden]) => hidden > 0),
  );
}

/** Relationships drawn at each entity; one from an entity to itself counts once, as in `relationshipCount`. */
function countDrawn(relationships: readonly GraphRelationship[]): ReadonlyMap<EntityId, number> {
  const counts = new Map<EntityId, number>();
  for (const { sourceId, targetId } of relationships) {
    for (const id of new Set([sourceId, targetId])) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function toLabel(name: string, hiddenCount: number): string {
  // A line break or a NUL of a stranger's name is no line of our label.
  const line = name.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const short = breakWords(cutName(line));
  return hiddenCount > 0 ? `${short}\n+${hiddenCount}` : short;
}

const WORD_LENGTH = 18;

/** Lets words break that are wider than a label, by spaces of no width; Cytoscape breaks lines at spaces only. */
function breakWords(text: string): string {
  if (!text.split(' ').some((word) => word.length > WORD_LENGTH)) return text;
  let length = 0;
  const parts = [...graphemes.segment(text)].map(({ segment }) => {
    length = segment === ' ' ? 0 : length + 1;
    return length > WORD_LENGTH && length % WORD_LENGTH === 1 ? `\u200b${segment}` : segment;
  });
  return parts.join('');
}

const graphemes = new Intl.Segmenter();

/** The beginning of a long name, in characters as people see them: an emoji is never cut in two. */
function cutName(name: string): string {
  if (name.length <= NAME_LENGTH) return name;
  const characters = [...graphemes.segment(name)].map(({ segment }) => segment);
  if (characters.length <= NAME_LENGTH) return name;
  return `${cutAtWord(characters.slice(0, NAME_LENGTH).join(''))}…`;
}

/** Cuts at the last space, unless that would leave little of the text. */
function cutAtWord(text: string): string {
  const space = text.lastIndexOf(' ');
  return space > text.length / 2 ? text.slice(0, space) : text;
}

function joinClasses(classes: Readonly<Record<string, boolean>>): string {
  return Object.keys(classes)
    .filter((name) => classes[name])
    .join(' ');
}
