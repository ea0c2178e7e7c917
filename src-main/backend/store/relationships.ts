import type {
  ConnectionId,
  EntityId,
  Relationship,
  RelationshipFlag,
  RelationshipId,
  RelationshipState,
} from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import { readChangeCount } from './adjacency-rows.ts';
import { readEntitySummaries } from './entities.ts';
import { StoreError } from './errors.ts';
import { forgetMissing } from './feeds.ts';
import type { Page } from './page.ts';
import { toFlagBits, toFlags } from './relationship-flags.ts';
import { away, visible, visibleInAll } from './shown.ts';
import { all, count, first, type ReadableDb, run, type WritableDb } from './sql.ts';
import { readAsOf } from './sweeps.ts';
import { saveType } from './types.ts';

/** What makes a relationship the same one inside its connection. */
export interface RelationshipKey {
  readonly connectionId: ConnectionId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  /** 0, or the type's id where a pair may have several relationships. */
  readonly slot: number;
}

/**
 * The ends as a relationship keeps them: as they are where it is directed, else the older entity first, so that
 * A–B and B–A are one relationship.
 */
export function orderEnds<Ends extends { readonly sourceId: EntityId; readonly targetId: EntityId }>(
  ends: Ends,
  { directed }: { readonly directed: boolean },
): Ends {
  if (directed || ends.sourceId <= ends.targetId) return ends;
  return { ...ends, sourceId: ends.targetId, targetId: ends.sourceId };
}

/** Whether a relationship exists, and its type; the type is null where the remote keeps none. */
export interface Presence {
  readonly present: boolean;
  readonly type: string | null;
}

/** What a remote said, and when it was made so there; left out where that is not told. */
export interface Observed extends Presence {
  readonly madeAt?: string;
}

/** Absence has no type; types are compared byte for byte. */
export function isSamePresence(one: Presence, other: Presence): boolean {
  return one.present === other.present && (!one.present || one.type === other.type);
}

/** A row of the mirror: what workspace and remote last agreed on. */
export interface MirrorRow extends RelationshipKey {
  readonly id: RelationshipId;
  readonly basePresent: boolean;
  readonly baseType: string | null;
  /** What the remote last said, only where it differs from base. */
  readonly observed: Observed | null;
  /** The remote's own id; it may be missing, arrive later or change. */
  readonly remoteId: string | null;
  /** What the remote says of it, as `toFlagBits` has it. */
  readonly flags: number;
}

const mirrorColumns = `id, connection_id AS connectionId, source_id AS sourceId, target_id AS targetId, slot,
  base_present AS basePresent, remote_id AS remoteId, flags, observed_present AS observedPresent,
  observed_made_at AS observedMadeAt,
  (SELECT name FROM relationship_type t WHERE t.id = base_type_id) AS baseType,
  (SELECT name FROM relationship_type t WHERE t.id = observed_type_id) AS observedType`;

type RawMirrorRow = Omit<MirrorRow, 'basePresent' | 'observed'> & {
  readonly observedMadeAt: string | null;
  readonly basePresent: number;
  readonly observedPresent: number | null;
  readonly observedType: string | null;
};

function toMirrorRow({ observedPresent, observedType, observedMadeAt, ...raw }: RawMirrorRow): MirrorRow {
  const made = observedMadeAt === null ? {} : { madeAt: observedMadeAt };
  const observed =
    observedPresent === null ? null : { present: observedPresent === 1, type: observedType, ...made };
  return { ...raw, basePresent: raw.basePresent === 1, observed };
}

/** What base has of a row that need not be there. */
export function toBase(row: MirrorRow | undefined): Presence {
  return row?.basePresent === true ? { present: true, type: row.baseType } : { present: false, type: null };
}

/** The first of so many ids in a row that nothing has or had. */
export function allocateRelationshipIds(db: WritableDb, count: number): RelationshipId {
  const row = first<{ id: RelationshipId }>(
    db,
    "UPDATE counter SET next = next + :count WHERE name = 'relationship' RETURNING next - :count AS id",
    { count },
  );
  return must(row, 'the relationship counter').id;
}

/** A local id that no relationship, intent or local relationship has or had. */
export function allocateRelationshipId(db: WritableDb): RelationshipId {
  const row = first<{ id: RelationshipId }>(
    db,
    "UPDATE counter SET next = next + 1 WHERE name = 'relationship' RETURNING next - 1 AS id",
  );
  return must(row, 'the relationship counter').id;
}

export function findMirror(db: ReadableDb, key: RelationshipKey): MirrorRow | undefined {
  const row = first<RawMirrorRow>(
    db,
    `SELECT ${mirrorColumns} FROM relationship
     WHERE source_id = :sourceId AND target_id = :targetId AND slot = :slot`,
    { sourceId: key.sourceId, targetId: key.targetId, slot: key.slot },
  );
  return row === undefined ? undefined : toMirrorRow(row);
}

export function readMirror(db: ReadableDb, id: RelationshipId): MirrorRow | undefined {
  const row = first<RawMirrorRow>(db, `SELECT ${mirrorColumns} FROM relationship WHERE id = :id`, { id });
  return row === undefined ? undefined : toMirrorRow(row);
}

/** Mirror rows of a connection that base has at one end of an entity, beside those whose other end is `present`. */
export function readMirrorBeside(
  db: ReadableDb,
  { id, end, connectionId }: { id: EntityId; end: 'source' | 'target'; connectionId: ConnectionId },
  present: ReadonlySet<EntityId>,
): MirrorRow[] {
  const [near, far] = end === 'source' ? ['source_id', 'target_id'] : ['target_id', 'source_id'];
  return all<RawMirrorRow>(
    db,
    `SELECT ${mirrorColumns} FROM relationship WHERE ${near} = :id AND base_present = 1
       AND ${far} NOT IN (SELECT value FROM json_each(:present)) AND connection_id = :connectionId`,
    { id, connectionId, present: JSON.stringify([...present]) },
  ).map(toMirrorRow);
}

export function countBase(db: ReadableDb, connectionId: ConnectionId): number {
  return count(
    db,
    'SELECT COUNT(*) FROM relationship WHERE connection_id = :connectionId AND base_present = 1',
    { connectionId },
  );
}

/** How many relationships base has of one type between entities of two kinds. */
export interface BaseGroup {
  readonly type: string | null;
  readonly sourceKind: string;
  readonly targetKind: string;
  readonly count: number;
}

/** Base of a connection by type and kinds of the ends. */
export function countBaseByGroup(db: ReadableDb, connectionId: ConnectionId): BaseGroup[] {
  return all(
    db,
    `SELECT (SELECT name FROM relationship_type t WHERE t.id = r.base_type_id) AS type,
       s.kind AS sourceKind, t.kind AS targetKind, COUNT(*) AS count
     FROM relationship r JOIN entity s ON s.id = r.source_id JOIN entity t ON t.id = r.target_id
     WHERE r.connection_id = :connectionId AND r.base_present = 1 GROUP BY r.base_type_id, s.kind, t.kind`,
    { connectionId },
  );
}

/** What a remote says of a relationship that it has, beside its ends and type. */
export interface RemoteDetails {
  readonly remoteId: string | null;
  readonly flags: readonly RelationshipFlag[];
}

/** Moves base to what the remote was seen to have. Only sync calls it, in the transaction of the proving reply. */
export function saveBase(
  db: WritableDb,
  id: RelationshipId,
  key: RelationshipKey,
  seen: Presence & RemoteDetails,
  now: string,
): void {
  run(
    db,
    `INSERT INTO relationship (id, connection_id, source_id, target_id, slot, base_present, base_type_id, remote_id,
       flags)
     VALUES (:id, :connectionId, :sourceId, :targetId, :slot, :present, :typeId, :remoteId, :flags)
     ON CONFLICT (id) DO UPDATE SET base_present = :present, base_type_id = :typeId, remote_id = :remoteId,
       flags = :flags, observed_present = NULL, observed_type_id = NULL, observed_at = NULL,
       observed_made_at = NULL`,
    { id, ...toKey(key), ...toColumns(db, seen), remoteId: seen.remoteId, flags: toFlagBits(seen.flags) },
  );
  if (seen.present) confirm(db, id, key.connectionId, now);
  forgetMissing(db, id); // what a feed told of the base before says nothing of this one
}

function toColumns(db: WritableDb, { present, type }: Presence): { present: number; typeId: number | null } {
  return { present: present ? 1 : 0, typeId: present && type !== null ? saveType(db, type) : null };
}

/** What the remote was seen to have, where it differs from base; base stays, and is absent where there was no row. */
export function saveObserved(
  db: WritableDb,
  id: RelationshipId,
  key: RelationshipKey,
  seen: Observed,
  now: string,
): void {
  run(
    db,
    `INSERT INTO relationship (id, connection_id, source_id, target_id, slot, base_present)
     VALUES (:id, :connectionId, :sourceId, :targetId, :slot, 0) ON CONFLICT (id) DO NOTHING`,
    { id, ...toKey(key) },
  );
  const differs = !isSamePresence(toBase(readMirror(db, id)), seen);
  const { present, typeId } = toColumns(db, seen);
  run(
    db,
    `UPDATE relationship SET observed_present = :present, observed_type_id = :typeId, observed_at = :now,
       observed_made_at = :madeAt
     WHERE id = :id AND (observed_present IS NOT :present OR observed_type_id IS NOT :typeId)`,
    differs
      ? { id, present, typeId, now, madeAt: seen.madeAt ?? null }
      : { id, present: null, typeId: null, now: null, madeAt: null },
  );
}

/** Base becomes what the remote was last seen to have, as the user decided a conflict over it. */
export function adoptObserved(db: WritableDb, id: RelationshipId): void {
  run(
    db,
    `UPDATE relationship SET base_present = observed_present, base_type_id = observed_type_id,
       observed_present = NULL, observed_type_id = NULL, observed_at = NULL, observed_made_at = NULL
     WHERE id = :id AND observed_present IS NOT NULL`,
    { id },
  );
}

/** What is there and was kept beside base for a wish that is none any more; not what a feed told gone or left out since. */
export function readLeftObserved(db: ReadableDb, connectionId: ConnectionId): RelationshipId[] {
  return all<{ id: RelationshipId }>(
    db,
    `SELECT id FROM relationship r WHERE connection_id = :connectionId AND observed_present = 1
       AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = r.id)
       AND NOT EXISTS (SELECT 1 FROM feed_missing m WHERE m.relationship_id = r.id)`,
    { connectionId },
  ).map((row) => row.id);
}

/** When the remote last confirmed a relationship; null if it never did. */
export function readConfirmedAt(db: ReadableDb, id: RelationshipId): string | null {
  const row = first<{ at: string | null }>(
    db,
    'SELECT MAX(last_confirmed_at) AS at FROM provenance WHERE relationship_id = :id',
    { id },
  );
  return row?.at ?? null;
}

/** The id that the remote gives a relationship now, and what it says of it. */
export function saveRemoteDetails(db: WritableDb, id: RelationshipId, details: RemoteDetails): void {
  run(
    db,
    `UPDATE relationship SET remote_id = :remoteId, flags = :flags
     WHERE id = :id AND (remote_id IS NOT :remoteId OR flags <> :flags)`,
    { id, remoteId: details.remoteId, flags: toFlagBits(details.flags) },
  );
}

function confirm(db: WritableDb, id: RelationshipId, connectionId: ConnectionId, now: string): void {
  run(
    db,
    `INSERT INTO provenance VALUES (:id, :connectionId, :now, :now)
     ON CONFLICT (relationship_id, connection_id) DO UPDATE SET last_confirmed_at = :now`,
    { id, connectionId, now },
  );
}

function toKey(key: RelationshipKey): Record<string, number> {
  return { connectionId: key.connectionId, sourceId: key.sourceId, targetId: key.targetId, slot: key.slot };
}

interface ShownRow {
  readonly id: RelationshipId;
  readonly connectionId: ConnectionId;
  readonly connection: string;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly type: string | null;
  readonly state: RelationshipState;
  readonly cause: string | null;
  readonly flags: number;
}

const shownColumns = `s.id, s.connection_id AS connectionId, c.name AS connection, s.source_id AS sourceId,
  s.target_id AS targetId, t.name AS type, s.state, s.cause,
  COALESCE((SELECT flags FROM relationship r WHERE r.id = s.id), 0) AS flags`;
const shownFrom = `shown_relationship s JOIN connection c ON c.id = s.connection_id
  LEFT JOIN relationship_type t ON t.id = s.type_id`;

function withEnds(db: ReadableDb, rows: readonly ShownRow[]): Relationship[] {
  const entities = readEntitySummaries(db, [...new Set(rows.flatMap((row) => [row.sourceId, row.targetId]))]);
  return rows.map(({ sourceId, targetId, flags, ...row }) => ({
    ...row,
    flags: toFlags(flags),
    source: must(entities.get(sourceId), 'the source of a relationship'),
    target: must(entities.get(targetId), 'the target of a relationship'),
  }));
}

/** A relationship as it is shown: the mirror overlaid by what the user wants. */
export function readRelationship(db: ReadableDb, id: RelationshipId): Relationship {
  const found = findRelationship(db, id);
  if (found === undefined) {
    throw new StoreError('not-found', `There is no relationship ${id} in this workspace.`);
  }
  return found;
}

export function findRelationship(db: ReadableDb, id: RelationshipId): Relationship | undefined {
  const row = first<ShownRow>(db, `SELECT ${shownColumns} FROM ${shownFrom} WHERE s.id = :id`, { id });
  return row === undefined ? undefined : withEnds(db, [row])[0];
}

/** A page of relationships in both directions of one entity, or of the whole workspace, there also `after` one of them. */
export function readRelationshipPage(
  db: ReadableDb,
  entityId: EntityId | null,
  { after = null, ...page }: Page & { readonly after?: RelationshipId | null },
): { total: number; rows: Relationship[]; asOf: string | null } {
  const found = entityId === null ? readAllPage(db, page, after) : readPageOf(db, entityId, page);
  return { ...found, asOf: readAsOf(db, entityId) };
}

function readAllPage(db: ReadableDb, page: Page, after: RelationshipId | null) {
  const rows = all<ShownRow>(
    db,
    `SELECT ${shownColumns} FROM ${shownFrom}
     WHERE s.id IN (SELECT s.id FROM shown_relationship s WHERE s.id > :after AND ${visibleInAll}
       ORDER BY s.id LIMIT :limit OFFSET :offset)
     ORDER BY s.id`,
    { ...page, after: after ?? 0 },
  );
  return { total: countRelationships(db), rows: withEnds(db, rows) };
}

function readPageOf(db: ReadableDb, id: EntityId, page: Page) {
  const of = (condition: string) =>
    `SELECT ${shownColumns} FROM ${shownFrom} WHERE ${condition} AND ${visible}`;
  const both = `${of('s.source_id = :id')} UNION ALL ${of('s.target_id = :id AND s.source_id <> :id')}`;
  const rows = all<ShownRow>(
    db,
    `SELECT * FROM (${both}) ORDER BY targetId = :id, id LIMIT :limit OFFSET :offset`,
    { id, ...page },
  );
  const total = count(db, `SELECT COUNT(*) FROM (${both})`, { id });
  return { total, rows: withEnds(db, rows) };
}

const counted = new WeakMap<ReadableDb, { readonly changes: number; readonly total: number }>();

/** How many relationships are shown in all. Counted once as long as nothing changes: every page says it. */
export function countRelationships(db: ReadableDb): number {
  // what a transaction takes back is no change that is counted
  if (db.inTransaction) return countShown(db);
  const changes = readChangeCount(db);
  const known = counted.get(db);
  if (known?.changes === changes) return known.total;
  const total = countShown(db);
  counted.set(db, { changes, total });
  return total;
}

/** From indexes alone, with a look at the few that are hidden. */
function countShown(db: ReadableDb): number {
  return count(
    db,
    `SELECT (SELECT COUNT(*) FROM relationship WHERE base_present = 1)
          + (SELECT COUNT(*) FROM local_relationship)
          + (SELECT COUNT(*) FROM intent i WHERE NOT EXISTS (
               SELECT 1 FROM relationship r WHERE r.id = i.relationship_id AND r.base_present = 1))
          - (SELECT COUNT(*) FROM (${hidden('source_id')} UNION ${hidden('target_id')}))`,
  );
}

function hidden(end: 'source_id' | 'target_id'): string {
  return `SELECT r.id FROM relationship r WHERE r.${end} IN (${away}) AND r.base_present = 1
    AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = r.id)
    AND NOT EXISTS (SELECT 1 FROM conflict c WHERE c.relationship_id = r.id AND c.decision IS NULL)`;
}
