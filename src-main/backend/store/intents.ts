import type { ConnectionId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { Presence, RelationshipKey } from './relationships.ts';
import { noFailure } from './retries.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';
import { saveType } from './types.ts';

/** One relationship that the user wants otherwise than base. */
export interface IntentRow extends RelationshipKey {
  readonly relationshipId: RelationshipId;
  readonly wantedPresent: boolean;
  /** Null where nothing is wanted, or where the remote keeps no types. */
  readonly wantedType: string | null;
  /** How far a change of type is: its delete left, or the create after it was refused. */
  readonly replacing: Replacing;
  /** An attempt left this machine and its answer is not known. */
  readonly sent: boolean;
  readonly attempts: number;
  readonly stopped: 'parked' | 'blocked' | null;
  /** The guard stopped it, as one of too many deletes. */
  readonly held: boolean;
  /** The id that its create proposes, once one has left. */
  readonly proposedId: string | null;
  readonly cause: string | null;
  /** Attempts in a row that failed for a reason that passes. */
  readonly failures: number;
  /** It is not tried again by itself before. */
  readonly nextAttemptAt: string | null;
  readonly changedAt: string;
}

const replacings = ['no', 'deleted', 'refused'] as const;
export type Replacing = (typeof replacings)[number];

type RawIntentRow = Omit<IntentRow, 'wantedPresent' | 'sent' | 'held' | 'replacing'> & {
  readonly wantedPresent: number;
  readonly sent: number;
  readonly held: number;
  readonly replacing: number;
};

const columns = `relationship_id AS relationshipId, connection_id AS connectionId, source_id AS sourceId,
  target_id AS targetId, slot, wanted_present AS wantedPresent, replacing, sent, attempts, stopped, held,
  proposed_id AS proposedId, cause, failures, next_attempt_at AS nextAttemptAt, changed_at AS changedAt,
  (SELECT name FROM relationship_type t WHERE t.id = wanted_type_id) AS wantedType`;

function toIntent(raw: RawIntentRow): IntentRow {
  const replacing = replacings[raw.replacing] ?? 'no';
  return {
    ...raw,
    wantedPresent: raw.wantedPresent === 1,
    sent: raw.sent === 1,
    held: raw.held === 1,
    replacing,
  };
}

/** What an intent wants. */
export function toWanted({ wantedPresent, wantedType }: IntentRow): Presence {
  return { present: wantedPresent, type: wantedType };
}

export function readIntent(db: ReadableDb, id: RelationshipId): IntentRow | undefined {
  const row = first<RawIntentRow>(db, `SELECT ${columns} FROM intent WHERE relationship_id = :id`, { id });
  return row === undefined ? undefined : toIntent(row);
}

export function findIntent(db: ReadableDb, key: RelationshipKey): IntentRow | undefined {
  const row = first<RawIntentRow>(
    db,
    `SELECT ${columns} FROM intent WHERE source_id = :sourceId AND target_id = :targetId AND slot = :slot`,
    { sourceId: key.sourceId, targetId: key.targetId, slot: key.slot },
  );
  return row === undefined ? undefined : toIntent(row);
}

/** The intents of a connection in the order of pushing: half-done changes of type, creates, changes, deletes. */
export function readIntents(db: ReadableDb, connectionId: ConnectionId): IntentRow[] {
  return all<RawIntentRow>(
    db,
    `SELECT ${columns} FROM intent WHERE connection_id = :connectionId
     ORDER BY replacing > 0 DESC, wanted_present DESC, base_present, history_id, relationship_id`,
    { connectionId },
  ).map(toIntent);
}

export interface WantedIntent extends RelationshipKey {
  readonly relationshipId: RelationshipId;
  readonly wanted: Presence;
  readonly base: Presence;
  readonly historyId: number;
  readonly now: string;
}

/**
 * Saves what the user wants. A new wish is a new fact: what had stopped the old one is forgotten, but not that the
 * remote may lack the relationship because a change of type is half done.
 */
export function saveIntent(db: WritableDb, intent: WantedIntent): void {
  run(
    db,
    `INSERT INTO intent (relationship_id, connection_id, source_id, target_id, slot, wanted_present, wanted_type_id,
       base_present, base_type_id, history_id, changed_at)
     VALUES (:relationshipId, :connectionId, :sourceId, :targetId, :slot, :wanted, :wantedTypeId, :base, :baseTypeId,
       :historyId, :now)
     ON CONFLICT (relationship_id) DO UPDATE SET wanted_present = :wanted, wanted_type_id = :wantedTypeId,
       base_present = :base, base_type_id = :baseTypeId, history_id = :historyId, changed_at = :now, attempts = 0,
       stopped = NULL, held = 0, cause = NULL, replacing = MIN(replacing, 1), ${noFailure}`,
    {
      relationshipId: intent.relationshipId,
      connectionId: intent.connectionId,
      sourceId: intent.sourceId,
      targetId: intent.targetId,
      slot: intent.slot,
      wanted: intent.wanted.present ? 1 : 0,
      wantedTypeId: toTypeId(db, intent.wanted),
      base: intent.base.present ? 1 : 0,
      baseTypeId: toTypeId(db, intent.base),
      historyId: intent.historyId,
      now: intent.now,
    },
  );
}

function toTypeId(db: WritableDb, { present, type }: Presence): number | null {
  return present && type !== null ? saveType(db, type) : null;
}

export function removeIntent(db: WritableDb, id: RelationshipId): void {
  run(db, 'DELETE FROM intent WHERE relationship_id = :id', { id });
}

/** Committed before the request leaves, so that a lost answer is never mistaken for no request. */
export function markSent(db: WritableDb, id: RelationshipId): void {
  run(
    db,
    `UPDATE intent SET sent = 1, attempts = attempts + 1,
       stopped = NULLIF(stopped, 'blocked'), cause = CASE WHEN stopped = 'blocked' THEN NULL ELSE cause END
     WHERE relationship_id = :id`,
    { id },
  );
}

/** Keeps the id that a create proposes. */
export function saveProposedId(db: WritableDb, id: RelationshipId, proposedId: string): void {
  run(db, 'UPDATE intent SET proposed_id = :proposedId WHERE relationship_id = :id', { id, proposedId });
}

/** Exactly these intents of the connection are held by the guard from now on. */
export function holdIntents(
  db: WritableDb,
  connectionId: ConnectionId,
  held: { readonly ids: readonly RelationshipId[]; readonly cause: string } | null,
): void {
  run(db, 'UPDATE intent SET held = 0, cause = NULL WHERE connection_id = :connectionId AND held = 1', {
    connectionId,
  });
  if (held === null) return;
  run(
    db,
    `UPDATE intent SET held = 1, stopped = NULL, cause = :cause
     WHERE relationship_id IN (SELECT value FROM json_each(:ids))`,
    { ids: JSON.stringify(held.ids), cause: held.cause },
  );
}

/** Notes how far a change of type is. */
export function markReplacing(db: WritableDb, id: RelationshipId, replacing: Replacing): void {
  run(db, 'UPDATE intent SET replacing = :replacing WHERE relationship_id = :id', {
    id,
    replacing: replacings.indexOf(replacing),
  });
}

/** Everything of a connection that would go waits for the same cause. */
export function blockIntents(db: WritableDb, connectionId: ConnectionId, cause: string): void {
  run(
    db,
    `UPDATE intent SET stopped = 'blocked', cause = :cause
     WHERE connection_id = :connectionId AND (stopped IS NULL OR (stopped = 'blocked' AND cause IS NOT :cause))`,
    { connectionId, cause },
  );
}

/** The remote told what became of the attempt. */
export function markAnswered(db: WritableDb, id: RelationshipId): void {
  run(db, 'UPDATE intent SET sent = 0 WHERE relationship_id = :id', { id });
}

/** Stops an intent with its cause, or lets it go on (null). */
export function stopIntent(
  db: WritableDb,
  id: RelationshipId,
  stopped: 'parked' | 'blocked' | null,
  cause: string | null,
): void {
  run(db, `UPDATE intent SET stopped = :stopped, cause = :cause, ${noFailure} WHERE relationship_id = :id`, {
    id,
    stopped,
    cause,
  });
}

export function countPending(db: ReadableDb, connectionId: ConnectionId | null = null): number {
  return count(
    db,
    'SELECT COUNT(*) FROM intent WHERE :connectionId IS NULL OR connection_id = :connectionId',
    {
      connectionId,
    },
  );
}

export function countStopped(
  db: ReadableDb,
  connectionId: ConnectionId,
  stopped: 'parked' | 'blocked',
): number {
  return count(db, 'SELECT COUNT(*) FROM intent WHERE connection_id = :connectionId AND stopped = :stopped', {
    connectionId,
    stopped,
  });
}
