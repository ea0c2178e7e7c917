import type {
  Conflict,
  ConflictChoice,
  ConflictReason,
  ConflictSide,
  RelationshipId,
} from '../../../src-preload/contract/model.ts';
import type { ConflictFilter, ConflictGroup } from '../../../src-preload/contract/sync-lists.ts';
import { StoreError } from './errors.ts';
import type { Page } from './page.ts';
import { findRelationship } from './relationships.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';

interface Sides {
  readonly base: ConflictSide;
  readonly local: ConflictSide;
  readonly remote: ConflictSide;
  readonly choices: readonly ConflictChoice[];
}

export interface NewConflict extends Sides {
  readonly relationshipId: RelationshipId;
  readonly reason: ConflictReason;
  readonly cause: string;
  readonly now: string;
}

/** Opens a conflict; one that is open already for the relationship changes only with what the remote has. */
export function saveConflict(db: WritableDb, conflict: NewConflict): void {
  const { base, local, remote, choices } = conflict;
  run(
    db,
    `INSERT INTO conflict (relationship_id, reason, cause, sides, found_at)
     VALUES (:relationshipId, :reason, :cause, :sides, :now)
     ON CONFLICT (relationship_id) WHERE decision IS NULL DO UPDATE SET reason = :reason, cause = :cause, sides = :sides
       WHERE json_extract(sides, '$.remote.present') <> json_extract(:sides, '$.remote.present')
         OR json_extract(sides, '$.remote.type') IS NOT json_extract(:sides, '$.remote.type')`,
    {
      relationshipId: conflict.relationshipId,
      reason: conflict.reason,
      cause: conflict.cause,
      sides: JSON.stringify({ base, local, remote, choices }),
      now: conflict.now,
    },
  );
}

/**
 * Closes the open conflict of a relationship, if there is one, with how it was decided: by a command (`historyId`),
 * or because a sync fulfilled the wish.
 */
export function decideConflict(
  db: WritableDb,
  relationshipId: RelationshipId,
  decision: ConflictChoice,
  now: string,
  historyId: number | null = null,
): void {
  run(
    db,
    `UPDATE conflict SET decision = :decision, decided_at = :now, history_id = COALESCE(:historyId, history_id)
     WHERE relationship_id = :relationshipId AND decision IS NULL`,
    { relationshipId, decision, now, historyId },
  );
}

/** Opens again what a command had decided, where the wish it was about is back and no newer conflict is open. */
export function reopenConflicts(db: WritableDb, historyId: number): void {
  run(
    db,
    `UPDATE OR IGNORE conflict SET decision = NULL, decided_at = NULL
     WHERE history_id = :historyId AND relationship_id IN (SELECT relationship_id FROM intent)`,
    { historyId },
  );
}

export function hasOpenConflict(db: ReadableDb, relationshipId: RelationshipId): boolean {
  return (
    count(db, 'SELECT COUNT(*) FROM conflict WHERE relationship_id = :relationshipId AND decision IS NULL', {
      relationshipId,
    }) > 0
  );
}

interface ConflictRow {
  readonly id: number;
  readonly relationshipId: RelationshipId;
  readonly reason: ConflictReason;
  readonly cause: string;
  readonly sides: string;
  readonly foundAt: string;
}

const columns =
  'k.id, k.relationship_id AS relationshipId, k.reason, k.cause, k.sides, k.found_at AS foundAt';
/** An open conflict is about something the user wants: its intent is there. */
const open = `conflict k JOIN intent i ON i.relationship_id = k.relationship_id
  WHERE k.decision IS NULL AND (:connectionId IS NULL OR i.connection_id = :connectionId)
    AND (:reason IS NULL OR k.reason = :reason)
    AND (:type IS NULL OR :type IN (json_extract(k.sides, '$.local.type'), json_extract(k.sides, '$.remote.type')))`;

const anyConflict: ConflictFilter = { connectionId: null, reason: null, type: null };

/** A page of the open conflicts, oldest first, with how many there are in all by connection and reason. */
export function readConflictPage(
  db: ReadableDb,
  page: Page,
  filter: ConflictFilter = anyConflict,
): { total: number; rows: Conflict[]; groups: ConflictGroup[] } {
  const rows = all<ConflictRow>(
    db,
    `SELECT ${columns} FROM ${open} ORDER BY k.id LIMIT :limit OFFSET :offset`,
    { ...filter, ...page },
  );
  return {
    total: count(db, `SELECT COUNT(*) FROM ${open}`, { ...filter }),
    rows: rows.flatMap((row) => toConflict(db, row) ?? []),
    groups: readGroups(db),
  };
}

function readGroups(db: ReadableDb): ConflictGroup[] {
  return all(
    db,
    `SELECT i.connection_id AS connectionId, c.name AS connection, k.reason, COUNT(*) AS count
     FROM conflict k JOIN intent i ON i.relationship_id = k.relationship_id
     JOIN connection c ON c.id = i.connection_id
     WHERE k.decision IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 3`,
  );
}

/** The numbers of the open conflicts that fit, oldest first. */
export function readConflictIds(db: ReadableDb, filter: ConflictFilter): number[] {
  return all<{ id: number }>(db, `SELECT k.id FROM ${open} ORDER BY k.id`, { ...filter }).map(
    (row) => row.id,
  );
}

/** The relationship of an open conflict, what it is about and the choices it offers. */
export interface OpenConflict {
  readonly relationshipId: RelationshipId;
  readonly reason: ConflictReason;
  readonly choices: readonly ConflictChoice[];
}

export function findOpenConflict(db: ReadableDb, id: number): OpenConflict | undefined {
  const row = first<ConflictRow>(
    db,
    `SELECT ${columns} FROM conflict k WHERE k.id = :id AND k.decision IS NULL`,
    { id },
  );
  if (row === undefined) return undefined;
  return { relationshipId: row.relationshipId, reason: row.reason, choices: parseSides(row.sides).choices };
}

export function readOpenConflict(db: ReadableDb, id: number): OpenConflict {
  const found = findOpenConflict(db, id);
  if (found === undefined) throw new StoreError('not-found', `There is no open conflict ${id}.`);
  return found;
}

function toConflict(db: ReadableDb, row: ConflictRow): Conflict | undefined {
  const relationship = findRelationship(db, row.relationshipId);
  if (relationship === undefined) return undefined;
  const { base, local, remote, choices } = parseSides(row.sides);
  return {
    id: row.id,
    relationshipId: row.relationshipId,
    connectionId: relationship.connectionId,
    connection: relationship.connection,
    source: relationship.source,
    target: relationship.target,
    foundAt: row.foundAt,
    reason: row.reason,
    cause: row.cause,
    base: withAuthor(base),
    local: withAuthor(local),
    remote: withAuthor(remote),
    choices: [...choices],
  };
}

/** Conflicts of older versions say nothing of who, nor whether the moment was told. */
function withAuthor(side: ConflictSide): ConflictSide {
  return { ...side, told: side.told ?? side.by === 'you', by: side.by ?? null };
}

function parseSides(sides: string): Sides {
  return JSON.parse(sides) as Sides; // written by saveConflict only
}

export function countConflicts(db: ReadableDb, connectionId: number | null = null): number {
  return count(
    db,
    `SELECT COUNT(*) FROM conflict k JOIN intent i ON i.relationship_id = k.relationship_id
     WHERE k.decision IS NULL AND (:connectionId IS NULL OR i.connection_id = :connectionId)`,
    { connectionId },
  );
}
