import { z } from 'zod';
import {
  ConnectionId,
  EntityField,
  EntityId,
  EntitySummary,
  HistoryEntry,
  Moment,
  RelationshipId,
} from './model.ts';
import { ListedType } from './relationship-types.ts';
import { Limit, Nothing, Offset, QueryName, request } from './request.ts';
import { SavedView, ViewId, ViewSummary } from './views.ts';

const EntryId = z.int().positive();

/** One thing that an entry changed, from what to what; null where it was not there. */
export const HistoryChange = z.object({
  what: z.enum(['relationship', 'entity', 'type', 'view']),
  relationshipId: RelationshipId.nullable(),
  entityId: EntityId.nullable(),
  /** Both ends of a relationship, or the name of the entity, of the type of the vocabulary or of the view. */
  name: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type HistoryChange = z.infer<typeof HistoryChange>;

/** What taking an import back left as it is, because it was edited since, or is used. */
export const Spared = z.object({
  what: z.enum(['entity', 'relationship', 'type', 'view']),
  name: z.string(),
  reason: z.string(),
});
export type Spared = z.infer<typeof Spared>;

/** An entry by its number and its sentence. */
const NamedEntry = z.object({ id: EntryId, label: z.string() });

/** A relationship as it was at a moment. What the user had wanted otherwise counts as the user wanted it. */
export const PastRelationship = z.object({
  id: RelationshipId,
  connectionId: ConnectionId,
  connection: z.string(),
  source: EntitySummary,
  target: EntitySummary,
  type: z.string().nullable(),
  /** How the type was read from the target, by the vocabulary of that moment; null where it had none. */
  inverse: z.string().nullable(),
});
export type PastRelationship = z.infer<typeof PastRelationship>;

/** An entity as it was at a moment. */
export const PastEntity = EntitySummary.extend({
  /** False before a pull first brought it. */
  known: z.boolean(),
  fields: z.array(EntityField),
  relationshipCount: z.int(),
});
export type PastEntity = z.infer<typeof PastEntity>;

/** One relationship that two moments do not have alike. */
export const Difference = z.object({
  change: z.enum(['added', 'removed', 'changed']),
  relationship: PastRelationship.omit({ type: true, inverse: true }),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type Difference = z.infer<typeof Difference>;

/** One entity that two moments do not have alike; before and after tell what differs. */
export const EntityDifference = z.object({
  change: z.enum(['added', 'removed', 'changed']),
  entity: EntitySummary,
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type EntityDifference = z.infer<typeof EntityDifference>;

/** A type of the vocabulary of a moment. */
export const PastType = ListedType.omit({ uses: true });
export type PastType = z.infer<typeof PastType>;

/** One type of the vocabulary that two moments do not have alike; before and after tell what differs. */
export const TypeDifference = z.object({
  change: z.enum(['added', 'removed', 'changed']),
  name: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type TypeDifference = z.infer<typeof TypeDifference>;

/** One saved view that two moments do not have alike; before and after tell what differs. */
export const ViewDifference = TypeDifference.extend({ id: ViewId });
export type ViewDifference = z.infer<typeof ViewDifference>;

const page = { offset: Offset, limit: Limit };
/** Long ones among the past tell `history:progressed`, and end with `query:cancel`. */
const named = { name: QueryName };

/** What can be asked of the history: one entry for each command, pull and push, newest first. */
export const historyRequests = {
  'history:page': request(
    z.object({
      /** Only entries that changed this entity or one of its relationships. */
      entityId: EntityId.nullable().default(null),
      relationshipId: RelationshipId.nullable().default(null),
      /** Words of the sentence. */
      command: z.string().max(200).default(''),
      /** Only what people did here, or what syncs did. */
      actor: HistoryEntry.shape.actor.nullable().default(null),
      /** Words of by whom it was. */
      who: z.string().max(200).default(''),
      /** Only entries that changed something of this kind. */
      what: HistoryChange.shape.what.nullable().default(null),
      from: Moment.nullable().default(null),
      to: Moment.nullable().default(null),
      ...page,
    }),
    z.object({ total: z.int(), rows: z.array(HistoryEntry) }),
  ),
  /** What one entry changed. */
  'history:changes': request(
    z.object({ id: EntryId, ...page }),
    z.object({ total: z.int(), rows: z.array(HistoryChange) }),
  ),
  /** Answers with what was undone, as a sentence. */
  'history:undo': request(Nothing, z.object({ label: z.string() })),
  'history:redo': request(Nothing, z.object({ label: z.string() })),
  /** What taking one entry back alone would do, or why it cannot be (`refusal`, `dependants`). Changes nothing. */
  'history:revert-preview': request(
    z.object({ id: EntryId, ...named }),
    z.object({
      label: z.string(),
      changes: z.int(),
      /** A remote has it already: reverting makes a new pending change. */
      pushed: z.boolean(),
      /** An import: what was edited since is spared and named, and stands in nobody's way. */
      spares: z.boolean(),
      dependants: z.array(NamedEntry).readonly(),
      refusal: z.string().nullable(),
    }),
  ),
  /** Takes one entry back and leaves the later ones; that is a command of its own, which undo takes back. */
  'history:revert': request(
    z.object({ id: EntryId }),
    z.object({ label: z.string(), sparedCount: z.int(), spared: z.array(Spared) }),
  ),

  /** Relationships as they were at a moment, of one entity or all. */
  'history:as-of': request(
    z.object({ at: Moment, entityId: EntityId.nullable().default(null), ...named, ...page }),
    z.object({ total: z.int(), rows: z.array(PastRelationship) }),
  ),
  'history:entity-as-of': request(z.object({ at: Moment, id: EntityId, ...named }), PastEntity),
  /** Entities that were listed at a moment, as they were called then. */
  'history:entities-as-of': request(
    z.object({ at: Moment, ...named, ...page }),
    z.object({ total: z.int(), rows: z.array(EntitySummary) }),
  ),
  /** What changed of entities between two moments; the other way round where `from` is the later one. */
  'history:entity-diff': request(
    z.object({ from: Moment, to: Moment, ...named, ...page }),
    z.object({ total: z.int(), rows: z.array(EntityDifference) }),
  ),
  /** The vocabulary of a moment, by name. */
  'history:types-as-of': request(
    z.object({ at: Moment, ...named, ...page }),
    z.object({ total: z.int(), rows: z.array(PastType) }),
  ),
  /** What changed of the vocabulary between two moments; the other way round where `from` is the later one. */
  'history:type-diff': request(
    z.object({ from: Moment, to: Moment, ...named, ...page }),
    z.object({ total: z.int(), rows: z.array(TypeDifference) }),
  ),
  /** The saved views of a moment, by the names that they had; what they miss is what is not here now. */
  'history:views-as-of': request(
    z.object({ at: Moment, ...named, ...page }),
    z.object({ total: z.int(), rows: z.array(ViewSummary) }),
  ),
  /** A saved view as it was at a moment. */
  'history:view-as-of': request(z.object({ at: Moment, id: ViewId, ...named }), SavedView),
  /** What changed of saved views between two moments; the other way round where `from` is the later one. */
  'history:view-diff': request(
    z.object({ from: Moment, to: Moment, ...named, ...page }),
    z.object({ total: z.int(), rows: z.array(ViewDifference) }),
  ),
  /** What changed of relationships between two moments; the other way round where `from` is the later one. */
  'history:diff': request(
    z.object({ from: Moment, to: Moment, ...named, ...page }),
    z.object({ total: z.int(), rows: z.array(Difference) }),
  ),
} as const;
