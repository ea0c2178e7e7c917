import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { readCommand } from './history.ts';
import { type NamedEntry, readStandingAfter } from './history-dependants.ts';
import { type EntityChange, type PackedRelationship, readPacks } from './history-packs.ts';
import { findLocalEntity } from './local-entities.ts';
import { readLocalRelationship } from './local-relationships.ts';
import type { Slices } from './slices.ts';
import { column, type ReadableDb, tuples } from './sql.ts';
import { readSparedIn } from './taken-back.ts';

/** What depends on packed rows, found in one look at each pack and each later entry. */

/** What an entry packed, as what a later one can depend on. */
interface Packed {
  /** Its relationships, and those that have taken the place of one which it took away. */
  readonly relationships: Set<RelationshipId>;
  readonly entities: Set<EntityId>;
  readonly madeEntities: Set<EntityId>;
  /** The ends of what it took away. */
  readonly ends: Set<EntityId>;
}

/**
 * The later entries that are built on what an entry packed, oldest first: that changed the same, related what it
 * made or drew it in a view, removed an end of what it took away, or took the place of that. Of an import that was
 * rolled back, what was spared and is left.
 */
export function* readPackDependants(db: ReadableDb, id: number): Slices<NamedEntry[]> {
  const packed = yield* collect(db, id);
  if (packed.relationships.size + packed.entities.size === 0) return [];
  const later = readStandingAfter(db, id);
  const found: NamedEntry[] = [];
  for (const [done, entry] of later.entries()) {
    if (yield* isBuiltOn(db, entry.id, packed)) found.push(entry);
    yield { done, total: later.length };
  }
  for (const entry of readSparedIn(db, id)) {
    if (yield* isLeftOn(db, entry, packed)) found.push({ id: entry, label: readCommand(db, entry).label });
  }
  return found;
}

function* collect(db: ReadableDb, id: number): Slices<Packed> {
  const packed: Packed = {
    relationships: new Set(),
    entities: new Set(),
    madeEntities: new Set(),
    ends: new Set(),
  };
  for (const pack of readPacks(db, id)) {
    if (pack.what === 'entities') addEntities(packed, pack.rows);
    else addRelationships(db, packed, pack.rows);
    yield { done: 0, total: 1 };
  }
  return packed;
}

function addEntities({ entities, madeEntities }: Packed, rows: readonly EntityChange[]): void {
  for (const row of rows) {
    entities.add(row.id);
    if (row.before === null) madeEntities.add(row.id);
  }
}

function addRelationships(
  db: ReadableDb,
  { relationships, ends }: Packed,
  rows: readonly PackedRelationship[],
): void {
  for (const [id, source, target, , made] of rows) {
    relationships.add(id);
    if (made === 0) ends.add(source).add(target);
  }
  if (rows.every((row) => row[4] === 1)) return;
  const inPlace = column<RelationshipId>(
    db,
    `SELECT o.id FROM json_each(:rows) r JOIN local_relationship o ON o.source_id = r.value ->> 1
       AND o.target_id = r.value ->> 2 AND o.slot = COALESCE(r.value ->> 3, 0) WHERE r.value ->> 4 = 0`,
    { rows: JSON.stringify(rows) },
  );
  for (const id of inPlace) relationships.add(id);
}

function* isBuiltOn(db: ReadableDb, entry: number, packed: Packed): Slices<boolean> {
  for (const pack of readPacks(db, entry)) {
    const isSo =
      pack.what === 'entities'
        ? pack.rows.some((row) => isEntityBuiltOn(row, packed))
        : pack.rows.some(([id, source, target, , made]) =>
            isRelationshipBuiltOn(packed, id, source, target, made === 1),
          );
    if (isSo) return true;
    yield { done: 0, total: 1 };
  }
  return hasViewBuiltOn(db, entry, packed) || (yield* hasChangeBuiltOn(db, entry, packed));
}

/** Whether what the rollback of an import spared is there as it was imported, and built on what was packed. */
function* isLeftOn(db: ReadableDb, entry: number, packed: Packed): Slices<boolean> {
  for (const pack of readPacks(db, entry)) {
    const isSo =
      pack.what === 'entities'
        ? pack.rows.some((row) => isEntityBuiltOn(row, packed) && isEntityLeft(db, row))
        : pack.rows.some(
            ([id, source, target, type, made]) =>
              isRelationshipBuiltOn(packed, id, source, target, made === 1) &&
              made === 1 &&
              readLocalRelationship(db, id)?.typeId === type,
          );
    if (isSo) return true;
    yield { done: 0, total: 1 };
  }
  return false;
}

function isEntityLeft(db: ReadableDb, { after }: EntityChange): boolean {
  const now = after === null ? undefined : findLocalEntity(db, after.kind, after.localId)?.entity;
  return now !== undefined && JSON.stringify(now) === JSON.stringify(after);
}

/** Whether an entry drew in a view what was made, and what the view did not have before. */
function hasViewBuiltOn(db: ReadableDb, entry: number, { madeEntities }: Packed): boolean {
  if (madeEntities.size === 0) return false;
  const drawn = column<EntityId>(
    db,
    `SELECT p.value ->> 'id' FROM history_view v, json_each(v.after, '$.places') p
     WHERE v.history_id = :entry AND NOT EXISTS (
       SELECT 1 FROM json_each(v.before, '$.places') b WHERE b.value ->> 'id' = p.value ->> 'id')`,
    { entry },
  );
  return drawn.some((id) => madeEntities.has(id));
}

function isEntityBuiltOn({ id, after }: EntityChange, { entities, ends }: Packed): boolean {
  return entities.has(id) || (after === null && ends.has(id));
}

function isRelationshipBuiltOn(
  { relationships, madeEntities }: Packed,
  id: RelationshipId,
  source: EntityId,
  target: EntityId,
  present: boolean,
): boolean {
  return relationships.has(id) || (present && (madeEntities.has(source) || madeEntities.has(target)));
}

/** Changes that are looked at in one go. */
const CHANGES = 2000;

type Change = [
  id: number,
  relationshipId: RelationshipId,
  sourceId: EntityId,
  targetId: EntityId,
  afterPresent: number,
];

function* hasChangeBuiltOn(db: ReadableDb, entry: number, packed: Packed): Slices<boolean> {
  let last = 0;
  for (;;) {
    const rows = tuples<Change>(
      db,
      `SELECT id, relationship_id, source_id, target_id, after_present FROM history_change
       WHERE history_id = :entry AND id > :last ORDER BY id LIMIT ${CHANGES}`,
      { entry, last },
    );
    const isSo = ([, id, source, target, present]: Change) =>
      isRelationshipBuiltOn(packed, id, source, target, present === 1);
    if (rows.some(isSo)) return true;
    if (rows.length < CHANGES) return false;
    last = rows.at(-1)?.[0] ?? last;
    yield { done: 0, total: 1 };
  }
}
