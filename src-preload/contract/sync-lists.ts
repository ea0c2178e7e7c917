import { z } from 'zod';
import {
  ConflictReason,
  ConnectionId,
  EntitySummary,
  RelationshipId,
  RelationshipState,
  SyncReport,
  TypeName,
} from './model.ts';

/** What the lists around syncing are made of and asked by, and when a workspace syncs by itself. */

/** What of the outbox belongs to one connection. */
export const OutboxGroup = z.object({
  connectionId: ConnectionId,
  connection: z.string(),
  total: z.int(),
  states: z.array(z.object({ state: RelationshipState, count: z.int() })),
  /** Those of whose last attempt nothing is known yet, in whichever state. */
  unanswered: z.int(),
});
export type OutboxGroup = z.infer<typeof OutboxGroup>;

/** The open conflicts of one connection that have the same reason. */
export const ConflictGroup = z.object({
  connectionId: ConnectionId,
  connection: z.string(),
  reason: ConflictReason,
  count: z.int(),
});
export type ConflictGroup = z.infer<typeof ConflictGroup>;

/** Which open conflicts are meant; null stands for any. `type` is one that either side has. */
export const ConflictFilter = z.object({
  connectionId: ConnectionId.nullable(),
  reason: ConflictReason.nullable(),
  type: TypeName.nullable(),
});
export type ConflictFilter = z.infer<typeof ConflictFilter>;

/** One of the things that a held removal would take away. */
export const HeldRow = z.discriminatedUnion('what', [
  z.object({ what: z.literal('entity'), entity: EntitySummary }),
  z.object({
    what: z.literal('relationship'),
    id: RelationshipId,
    source: EntitySummary,
    target: EntitySummary,
    type: z.string().nullable(),
  }),
]);
export type HeldRow = z.infer<typeof HeldRow>;

/** A report as it is kept and listed: with few of its failures, the others by `sync:failures`. */
export const KeptReport = SyncReport.extend({
  id: z.int().positive(),
  connectionId: ConnectionId,
  /** How many failures the report has in all. */
  failedCount: z.int(),
});
export type KeptReport = z.infer<typeof KeptReport>;

/** When a workspace syncs by itself. */
export const SyncSettings = z.object({
  /** How often each connection is read and pushed to; null: only when asked. */
  everyMinutes: z.int().min(1).max(10_080).nullable(),
  /** How long no further edit must come before what was edited is pushed; null: not by itself. */
  afterEditsSeconds: z.int().min(1).max(3600).nullable(),
  /** Whether a connection that is offline is asked now and then, and synced once it answers. */
  onReconnect: z.boolean(),
});
export type SyncSettings = z.infer<typeof SyncSettings>;
