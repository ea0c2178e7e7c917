import type { HistoryChange } from '../../../src-preload/contract/history-requests.ts';
import type { EntityId, HistoryEntry, RelationshipId } from '../../../src-preload/contract/model.ts';
import { countPackedRows, hasPacked } from './pack-steps.ts';
import type { Page } from './page.ts';
import { all, count, type ReadableDb } from './sql.ts';
import { isTakenBack } from './taken-back.ts';

/** Which entries are asked for; null and '' ask for all. Moments are inclusive. */
export interface HistoryFilter {
  readonly entityId: EntityId | null;
  readonly relationshipId: RelationshipId | null;
  readonly command: string;
  readonly actor: HistoryEntry['actor'] | null;
  readonly who: string;
  readonly what: HistoryChange['what'] | null;
  readonly from: string | null;
  readonly to: string | null;
}

const everything: HistoryFilter = {
  entityId: null,
  relationshipId: null,
  command: '',
  actor: null,
  who: '',
  what: null,
  from: null,
  to: null,
};

/** Packs are looked through entry by entry, the text before the rows: the first hit of an entry is enough. */
const packedWith = (what: 'entities' | 'relationships', condition: string) => `EXISTS (
  SELECT 1 FROM history_pack p WHERE p.history_id = h.id AND p.what = '${what}' AND ${condition})`;
const inPack = (condition: string) => `EXISTS (SELECT 1 FROM json_each(p.body) r WHERE ${condition})`;

const ofEntity = `(h.id IN (
  SELECT history_id FROM history_change WHERE source_id = :entityId OR target_id = :entityId
  UNION SELECT history_id FROM history_entity WHERE entity_id = :entityId
  UNION SELECT a.history_id FROM relationship r JOIN history_added a ON r.id BETWEEN a.from_id AND a.to_id
    WHERE r.source_id = :entityId OR r.target_id = :entityId)
  OR ${packedWith('entities', `:entityId BETWEEN p.from_id AND p.to_id AND ${inPack("r.value ->> 'id' = :entityId")}`)}
  OR ${packedWith(
    'relationships',
    `instr(p.body, ',' || CAST(:entityId AS INTEGER) || ',') > 0
      AND ${inPack('r.value ->> 1 = :entityId OR r.value ->> 2 = :entityId')}`,
  )})`;
const ofRelationship = `(h.id IN (
  SELECT history_id FROM history_change WHERE relationship_id = :relationshipId
  UNION SELECT history_id FROM history_added WHERE :relationshipId BETWEEN from_id AND to_id)
  OR ${packedWith('relationships', `:relationshipId BETWEEN p.from_id AND p.to_id AND ${inPack('r.value ->> 0 = :relationshipId')}`)})`;

/** Whether an entry changed something of a kind; that of an undo or redo is packed in what it stepped. */
const ofKind = `CASE :what
  WHEN 'relationship' THEN EXISTS (SELECT 1 FROM history_change c WHERE c.history_id = h.id)
    OR EXISTS (SELECT 1 FROM history_added a WHERE a.history_id = h.id) OR ${hasPacked('relationships')}
  WHEN 'entity' THEN EXISTS (SELECT 1 FROM history_entity e WHERE e.history_id = h.id) OR ${hasPacked('entities')}
  WHEN 'view' THEN EXISTS (SELECT 1 FROM history_view v WHERE v.history_id = h.id)
  ELSE EXISTS (SELECT 1 FROM history_type t WHERE t.history_id = h.id) END`;

function toConditions(filter: HistoryFilter): { where: string; parameters: Record<string, string | number> } {
  const parts: [string, string, string | number | null][] = [
    ['entityId', ofEntity, filter.entityId],
    ['relationshipId', ofRelationship, filter.relationshipId],
    ['command', 'instr(lower(h.label), lower(:command)) > 0', filter.command === '' ? null : filter.command],
    ['actor', 'h.actor = :actor', filter.actor],
    ['who', 'instr(lower(h.who), lower(:who)) > 0', filter.who === '' ? null : filter.who],
    ['what', ofKind, filter.what],
    ['from', 'h.at >= :from', filter.from],
    ['to', 'h.at <= :to', filter.to],
  ];
  const given = parts.flatMap(([name, where, value]) => (value === null ? [] : [{ name, where, value }]));
  return {
    where: ['TRUE', ...given.map(({ where }) => where)].join(' AND '),
    parameters: Object.fromEntries(given.map(({ name, value }) => [name, value])),
  };
}

/** A page of the history, newest first. */
export function readHistoryPage(
  db: ReadableDb,
  { offset, limit, ...filter }: Partial<HistoryFilter> & Page,
): { total: number; rows: HistoryEntry[] } {
  const { where, parameters } = toConditions({ ...everything, ...filter });
  const rows = all<Omit<HistoryEntry, 'reverted'> & { reverted: number }>(
    db,
    `SELECT h.id, h.at, h.label, h.state, h.actor, h.who, h.reverts,
       ${isTakenBack('h.id')} AS reverted,
       (SELECT COUNT(*) FROM history_change c WHERE c.history_id = h.id)
       + (SELECT COALESCE(SUM(a.to_id - a.from_id + 1), 0) FROM history_added a WHERE a.history_id = h.id)
       + (SELECT COUNT(*) FROM history_entity e WHERE e.history_id = h.id)
       + (SELECT COUNT(*) FROM history_type t WHERE t.history_id = h.id)
       + (SELECT COUNT(*) FROM history_view v WHERE v.history_id = h.id)
       + ${countPackedRows('h.id')} AS changes
     FROM history h WHERE ${where} ORDER BY h.id DESC LIMIT :limit OFFSET :offset`,
    { ...parameters, offset, limit },
  );
  return {
    total: count(db, `SELECT COUNT(*) FROM history h WHERE ${where}`, parameters),
    rows: rows.map((row) => ({ ...row, reverted: row.reverted === 1 })),
  };
}
