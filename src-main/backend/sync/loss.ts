import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import { readEntityRow } from '../store/entities.ts';
import { countBase, countBaseByGroup, type MirrorRow } from '../store/relationships.ts';
import type { ReadableDb } from '../store/sql.ts';
import type { GroupKey, SyncContext } from './context.ts';
import { ALL_COUNT, judgeRemovals, type Part } from './guard.ts';

interface LossSource extends Pick<SyncContext, 'connectionId' | 'capabilities' | 'additions'> {
  readonly db: ReadableDb;
}

/** What base had before the run, asked before the pull: what the push added lowers no share. */
export function countBaseBefore({
  db,
  connectionId,
  additions,
}: Pick<LossSource, 'db' | 'connectionId' | 'additions'>): number {
  const added = additions.values().reduce((sum, { count }) => sum + count, 0);
  return countBase(db, connectionId) - added;
}

/** Why the guard holds these removals of relationships, or null. `total` is what base had before the sync. */
export function judgeLoss(
  source: LossSource,
  rows: readonly MirrorRow[],
  total: number,
  side: 'here' | 'there',
): string | null {
  const parts = rows.length < ALL_COUNT ? [] : toParts(source, rows);
  return judgeRemovals({ what: 'relationships', side, removals: rows.length, total, parts });
}

function toParts(
  { db, connectionId, capabilities, additions }: LossSource,
  rows: readonly MirrorRow[],
): Part[] {
  const parts = new Map<string, { name: string; removals: number; total: number }>();
  const add = (group: GroupKey, field: 'removals' | 'total', count: number) => {
    for (const name of toNames(group, capabilities)) {
      const part = parts.get(name) ?? { name, removals: 0, total: 0 };
      part[field] += count;
      parts.set(name, part);
    }
  };
  for (const row of rows) add(toGroup(db, row), 'removals', 1);
  for (const group of countBaseByGroup(db, connectionId)) add(group, 'total', group.count);
  for (const { group, count } of additions.values()) add(group, 'total', -count);
  return [...parts.values()];
}

function toGroup(db: ReadableDb, row: MirrorRow): GroupKey {
  const [source, target] = [readEntityRow(db, row.sourceId), readEntityRow(db, row.targetId)];
  return { type: row.baseType, sourceKind: source.kind, targetKind: target.kind };
}

function toNames({ type, sourceKind, targetKind }: GroupKey, { typed, directed }: Capabilities): string[] {
  const kinds = directed ? [sourceKind, targetKind] : [sourceKind, targetKind].toSorted();
  const between = directed ? `from ${kinds.join(' to ')}` : `between ${kinds.join(' and ')}`;
  return typed && type !== null ? [`of the type “${type}”`, between] : [between];
}
