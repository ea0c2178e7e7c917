import {
  type ConnectionId,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
  type RelationshipOrigin,
} from '../../../src-preload/contract/model.ts';
import { openCommand, saveChanges, type WantedChange } from '../store/history.ts';
import {
  doPack,
  type EntityChange,
  type LocalEntity,
  type PackedRelationship,
  packMade,
} from '../store/history-packs.ts';
import { reserveLocalEntity } from '../store/local-entities.ts';
import { saveRelationshipOrigins } from '../store/local-relationships.ts';
import { toParts } from '../store/parts.ts';
import { allocateRelationshipId, allocateRelationshipIds } from '../store/relationships.ts';
import { createTypeIds } from '../store/types.ts';
import { saveCarriedTypes, saveCarriedViews, type WantedCarried } from './carried.ts';
import type { CommandContext } from './context.ts';
import { findRelationshipId, readWanted, wantUnnoted } from './want.ts';

/** An entity by its id; or one that the import makes, as -1 for the first, -2 for the second. */
export type EntityRef = number;

export interface WantedEntity {
  /** Null for one that the import makes. */
  readonly id: EntityId | null;
  readonly before: LocalEntity | null;
  readonly after: LocalEntity;
}

export interface WantedRelationship {
  readonly connectionId: ConnectionId;
  readonly source: EntityRef;
  readonly target: EntityRef;
  /** 0, or the type’s id where a pair of the connection may have several. */
  readonly slot: number;
  readonly type: string | null;
  /** Where the file says that it came from; kept where the workspace alone holds it. */
  readonly origin?: RelationshipOrigin;
}

/** All that an import changes: what the judged rows come to. */
export interface WantedImport {
  readonly label: string;
  /** Those that are made come in the order in which they are referred to: -1, -2 … */
  readonly entities: readonly WantedEntity[];
  readonly relationships: readonly WantedRelationship[];
  /** What the file holds beside rows. */
  readonly carried?: WantedCarried;
}

/** Rows between two turns for others: few enough for a cancel to be felt at once. */
const CHUNK = 250;

/**
 * Does an import inside a transaction that the caller holds, in chunks. All is one entry of the history, its rows
 * packed. Yields how many rows are done; answers with the entry.
 */
export function* importRows(
  context: CommandContext,
  wanted: WantedImport,
): Generator<number, number, undefined> {
  const { db, now } = context;
  const historyId = openCommand(db, wanted.label, now);
  const made: EntityId[] = [];
  let done = 0;
  if (wanted.carried !== undefined) saveCarriedTypes(context, historyId, wanted.carried);
  for (const chunk of toParts(inOrderOfIds(wanted.entities), CHUNK)) {
    const rows = chunk.map(({ id, before, after }): EntityChange => {
      const own = id ?? reserveLocalEntity(db, after, now);
      if (id === null) made.push(own);
      return { id: own, before, after };
    });
    doPack(db, historyId, { what: 'entities', rows }, now);
    done += chunk.length;
    yield done;
  }
  const toId = (ref: EntityRef): EntityId => (ref < 0 ? made[-ref - 1] : ref) as EntityId; // by the order of `entities`
  const here = wanted.relationships.filter(({ connectionId }) => connectionId === LOCAL_CONNECTION_ID);
  const there = wanted.relationships.filter(({ connectionId }) => connectionId !== LOCAL_CONNECTION_ID);
  const toTypeId = createTypeIds(db);
  for (const chunk of toParts(here, CHUNK)) {
    const rows = toLocalRows(context, chunk, toId, toTypeId);
    packMade(db, historyId, rows, now);
    saveRelationshipOrigins(db, toOrigins(rows, chunk));
    done += chunk.length;
    yield done;
  }
  for (const chunk of toParts(there, CHUNK)) {
    wantChunk(context, historyId, chunk, toId);
    done += chunk.length;
    yield done;
  }
  if (wanted.carried !== undefined) saveCarriedViews(context, historyId, wanted.carried);
  return historyId;
}

/** A pack has ids that lie close together, so that who looks for some of them unpacks few. Those made keep their order. */
function inOrderOfIds(entities: readonly WantedEntity[]): WantedEntity[] {
  return entities.toSorted((a, b) => (a.id ?? Number.MAX_SAFE_INTEGER) - (b.id ?? Number.MAX_SAFE_INTEGER));
}

function toLocalRows(
  { db }: CommandContext,
  chunk: readonly WantedRelationship[],
  toId: (ref: EntityRef) => EntityId,
  toTypeId: (type: string | null) => number | null,
): PackedRelationship[] {
  const first = allocateRelationshipIds(db, chunk.length);
  return chunk.map(({ source, target, type }, index): PackedRelationship => {
    const id = (first + index) as RelationshipId; // one of those just allocated
    return [id, toId(source), toId(target), toTypeId(type), 1];
  });
}

/** The rows that say where they came from, by the order of both. */
function toOrigins(rows: readonly PackedRelationship[], chunk: readonly WantedRelationship[]) {
  return rows.flatMap(([id], index) => {
    const origin = chunk[index]?.origin;
    return origin === undefined ? [] : [[id, origin] as const];
  });
}

/** What a remote is to have becomes an intent each, exactly as by hand. */
function wantChunk(
  context: CommandContext,
  historyId: number,
  chunk: readonly WantedRelationship[],
  toId: (ref: EntityRef) => EntityId,
): void {
  const changes = chunk.map(({ connectionId, source, target, slot, type }): WantedChange => {
    const ends = { connectionId, sourceId: toId(source), targetId: toId(target) };
    const known = findRelationshipId(context, { ...ends, slot });
    const wish = { ...ends, relationshipId: known ?? allocateRelationshipId(context.db) };
    const after = { present: true, type };
    const before = readWanted(context, wish);
    wantUnnoted(context, historyId, wish, { before, after });
    return { ...wish, before, after };
  });
  saveChanges(context.db, historyId, context.now, changes);
}
