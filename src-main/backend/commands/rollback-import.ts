import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { RuleError } from '../rules/errors.ts';
import { reopenConflicts } from '../store/conflicts.ts';
import { readEntitySummaries } from '../store/entities.ts';
import {
  type CommandEntry,
  countChangedRelationships,
  findDoneCommand,
  openCommand,
  readChangePages,
  saveChanges,
  type WantedChange,
} from '../store/history.ts';
import { isReverted } from '../store/history-dependants.ts';
import {
  countPacked,
  doPack,
  type EntityChange,
  type PackedRelationship,
  readPacks,
} from '../store/history-packs.ts';
import { countRelatedTo, findLocalEntity } from '../store/local-entities.ts';
import { readLocalRelationship } from '../store/local-relationships.ts';
import { isSamePresence } from '../store/relationships.ts';
import { runToEnd } from '../store/slices.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import { takeBackCarried } from './carried.ts';
import type { CommandContext } from './context.ts';
import type { Steps } from './steps.ts';
import { readWanted, toCurrent, wantUnnoted } from './want.ts';

/** What a rollback left as it is, because the user changed it after the import, or uses it. */
export interface Spared {
  readonly what: 'entity' | 'relationship' | 'type' | 'view';
  readonly name: string;
  readonly reason: string;
}

export interface Rollback {
  readonly label: string;
  readonly entities: number;
  readonly relationships: number;
  readonly sparedCount: number;
  /** The first of them. */
  readonly spared: Spared[];
}

/** The most that are named; all are counted. */
const NAMED = 200;

/**
 * Takes an import back in one step of its own, also when other commands came after it. What was edited since is
 * spared and named. What a remote has already becomes a new intent.
 */
export function rollbackImport(context: CommandContext, id: number): Rollback {
  return transaction(context.db, () => runToEnd(rollbackInSteps(context, id)));
}

/** Whether an entry imported rows, not types or a view: of that, what was edited since stands in nobody's way. */
export function isImport(db: ReadableDb, { id, label }: CommandEntry): boolean {
  return label.startsWith('Import ') && countPacked(db, id) + countChangedRelationships(db, id) > 0;
}

/** As `rollbackImport`, inside a transaction of the caller that is never left half done. */
export function* rollbackInSteps(context: CommandContext, id: number): Steps<Rollback> {
  const { db, now } = context;
  const entry = findDoneCommand(db, id);
  if (entry === undefined || !isImport(db, entry)) {
    throw new RuleError('not-an-import', `Entry ${id} of the history is no import that stands.`);
  }
  if (isReverted(db, id)) throw new RuleError('not-revertible', `“${entry.label}” is taken back already.`);
  const label = `Take back: ${entry.label}`;
  const historyId = openCommand(db, label, now, id);
  const spared: Spared[] = takeBackCarried(context, id, historyId);
  const counts = { entities: 0, relationships: 0 };
  for (const changes of readChangePages(db, id, 'back')) {
    counts.relationships += takeBackWishes(context, historyId, changes, spared);
    yield changes.length;
  }
  for (const pack of readPacks(db, id, 'take-back')) {
    if (pack.what === 'relationships') {
      const rows = takeBackRelationships(context, pack.rows, spared);
      counts.relationships += rows.length;
      doPack(db, historyId, { what: 'relationships', rows }, now);
    } else {
      const rows = takeBackEntities(context, pack.rows, spared);
      counts.entities += rows.length;
      doPack(db, historyId, { what: 'entities', rows }, now);
    }
    yield pack.rows.length;
  }
  reopenConflicts(db, id);
  return { label, ...counts, sparedCount: spared.length, spared: spared.slice(0, NAMED) };
}

/** `changes` from the last to the first. */
function takeBackWishes(
  context: CommandContext,
  historyId: number,
  changes: readonly WantedChange[],
  spared: Spared[],
): number {
  const back = changes.flatMap(({ before, after, ...noted }): WantedChange[] => {
    const wish = toCurrent(context, noted);
    if (isSamePresence(readWanted(context, wish), after)) return [{ ...wish, before: after, after: before }];
    spared.push(spareRelationship(context, wish, 'changed after the import'));
    return [];
  });
  for (const { before, after, ...wish } of back) wantUnnoted(context, historyId, wish, { before, after });
  saveChanges(context.db, historyId, context.now, back);
  return back.length;
}

function takeBackRelationships(
  context: CommandContext,
  rows: readonly PackedRelationship[],
  spared: Spared[],
): PackedRelationship[] {
  return rows.toReversed().flatMap(([id, sourceId, targetId, typeId, made]): PackedRelationship[] => {
    const now = readLocalRelationship(context.db, id);
    const asImported = made === 1 ? now !== undefined && now.typeId === typeId : now === undefined;
    if (asImported) return [[id, sourceId, targetId, typeId, made === 1 ? 0 : 1]];
    const reason = now === undefined ? 'removed after the import' : 'got another type after the import';
    spared.push(spareRelationship(context, { relationshipId: id, sourceId, targetId }, reason));
    return [];
  });
}

function takeBackEntities(
  context: CommandContext,
  rows: readonly EntityChange[],
  spared: Spared[],
): EntityChange[] {
  return rows.toReversed().flatMap(({ id, before, after }): EntityChange[] => {
    const reason = findReasonToSpare(context, id, before, after);
    if (reason === null) return [{ id, before: after, after: before }];
    spared.push({ what: 'entity', name: (after ?? before)?.name ?? '', reason });
    return [];
  });
}

function findReasonToSpare(
  { db }: CommandContext,
  id: EntityId,
  before: EntityChange['before'],
  after: EntityChange['after'],
): string | null {
  const now = after === null ? undefined : findLocalEntity(db, after.kind, after.localId)?.entity;
  if (now === undefined) return after === null ? null : 'removed after the import';
  if (JSON.stringify(now) !== JSON.stringify(after)) return 'changed after the import';
  if (before === null && countRelatedTo(db, id) > 0) return 'has relationships of later';
  return null;
}

function spareRelationship(
  { db }: CommandContext,
  ends: {
    readonly relationshipId: RelationshipId;
    readonly sourceId: EntityId;
    readonly targetId: EntityId;
  },
  reason: string,
): Spared {
  const names = readEntitySummaries(db, [ends.sourceId, ends.targetId]);
  const nameOf = (id: EntityId) => names.get(id)?.name ?? 'a removed entity';
  return { what: 'relationship', name: `${nameOf(ends.sourceId)} → ${nameOf(ends.targetId)}`, reason };
}
