import type { HistoryChange } from '../../../src-preload/contract/history-requests.ts';
import type { EntityId, HistoryEntry, RelationshipId } from '../../../src-preload/contract/model.ts';
import { countPackedRows, hasPacked, packedRows } from './pack-steps.ts';
import { all, count, type ReadableDb } from './sql.ts';

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

interface Page {
  readonly offset: number;
  readonly limit: number;
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

const ofEntity = `h.id IN (
  SELECT history_id FROM history_change WHERE source_id = :entityId OR target_id = :entityId
  UNION SELECT history_id FROM history_entity WHERE entity_id = :entityId
  UNION SELECT p.history_id FROM history_pack p JOIN json_each(p.body) r WHERE p.what = 'entities'
    AND r.value ->> 'id' = :entityId
  UNION SELECT p.history_id FROM history_pack p JOIN json_each(p.body) r WHERE p.what = 'relationships'
    AND (r.value ->> 1 = :entityId OR r.value ->> 2 = :entityId)
  UNION SELECT a.history_id FROM relationship r JOIN history_added a ON r.id BETWEEN a.from_id AND a.to_id
    WHERE r.source_id = :entityId OR r.target_id = :entityId)`;
const ofRelationship = `h.id IN (
  SELECT history_id FROM history_change WHERE relationship_id = :relationshipId
  UNION SELECT p.history_id FROM history_pack p JOIN json_each(p.body) r WHERE p.what = 'relationships'
    AND r.value ->> 0 = :relationshipId
  UNION SELECT history_id FROM history_added WHERE :relationshipId BETWEEN from_id AND to_id)`;

/** Whether an entry changed something of a kind; that of an undo or redo is packed in what it stepped. */
const ofKind = `CASE :what
  WHEN 'relationship' THEN EXISTS (SELECT 1 FROM history_change c WHERE c.history_id = h.id)
    OR EXISTS (SELECT 1 FROM history_added a WHERE a.history_id = h.id) OR ${hasPacked('relationships')}
  WHEN 'entity' THEN EXISTS (SELECT 1 FROM history_entity e WHERE e.history_id = h.id) OR ${hasPacked('entities')}
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
       EXISTS (SELECT 1 FROM history r WHERE r.reverts = h.id AND r.state = 'done') AS reverted,
       (SELECT COUNT(*) FROM history_change c WHERE c.history_id = h.id)
       + (SELECT COALESCE(SUM(a.to_id - a.from_id + 1), 0) FROM history_added a WHERE a.history_id = h.id)
       + (SELECT COUNT(*) FROM history_entity e WHERE e.history_id = h.id)
       + (SELECT COUNT(*) FROM history_type t WHERE t.history_id = h.id)
       + ${countPackedRows('h.id')} AS changes
     FROM history h WHERE ${where} ORDER BY h.id DESC LIMIT :limit OFFSET :offset`,
    { ...parameters, offset, limit },
  );
  return {
    total: count(db, `SELECT COUNT(*) FROM history h WHERE ${where}`, parameters),
    rows: rows.map((row) => ({ ...row, reverted: row.reverted === 1 })),
  };
}

interface RawChange {
  readonly what: HistoryChange['what'];
  readonly relationshipId: RelationshipId | null;
  readonly entityId: EntityId | null;
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

const nameOf = (end: string) => `COALESCE((SELECT name FROM entity WHERE id = ${end}), '(removed)')`;
const toName = (row: string) => `${nameOf(`${row}.source_id`)} || ' → ' || ${nameOf(`${row}.target_id`)}`;

/** What an entity was just before the next change of it: what the next one noted, or what it is now. */
const nextEntity = `COALESCE(
  (SELECT n.before FROM history_entity n WHERE n.entity_id = e.entity_id AND n.id > e.id ORDER BY n.id LIMIT 1),
  (SELECT json_object('name', name, 'archived', archived, 'presence', presence, 'fields', json(fields))
   FROM entity WHERE id = e.entity_id))`;

const packedType = "COALESCE((SELECT name FROM relationship_type t WHERE t.id = c.value ->> 3), 'related')";
const packedState = (side: string) => `NULLIF(e.value -> ${side}, 'null')`;

const changesSql = `
  SELECT 'relationship' AS what, c.relationship_id AS relationshipId, NULL AS entityId, ${toName('c')} AS name,
    CASE WHEN c.before_present = 1 THEN COALESCE(c.before_type, 'related') END AS before,
    CASE WHEN c.after_present = 1 THEN COALESCE(c.after_type, 'related') END AS after
  FROM history_change c WHERE c.history_id = :id
  UNION ALL
  SELECT 'relationship', r.id, NULL, ${toName('r')}, NULL,
    COALESCE((SELECT name FROM relationship_type t WHERE t.id = r.base_type_id), 'related')
  FROM history_added a JOIN relationship r ON r.id BETWEEN a.from_id AND a.to_id WHERE a.history_id = :id
  UNION ALL
  SELECT 'entity', NULL, e.entity_id, json_extract(e.before, '$.name'), e.before, ${nextEntity}
  FROM history_entity e WHERE e.history_id = :id
  UNION ALL
  SELECT 'relationship', c.value ->> 0, NULL, ${nameOf('c.value ->> 1')} || ' → ' || ${nameOf('c.value ->> 2')},
    CASE WHEN c.does <> (c.value ->> 4) THEN ${packedType} END,
    CASE WHEN c.does = (c.value ->> 4) THEN ${packedType} END
  FROM ${packedRows('relationships')} c
  UNION ALL
  SELECT 'entity', NULL, e.value ->> 'id', COALESCE(e.value ->> '$.after.name', e.value ->> '$.before.name'),
    ${packedState("CASE e.does WHEN 1 THEN 'before' ELSE 'after' END")},
    ${packedState("CASE e.does WHEN 1 THEN 'after' ELSE 'before' END")}
  FROM ${packedRows('entities')} e
  UNION ALL
  SELECT 'type', NULL, NULL, t.name, t.before, t.after FROM history_type t WHERE t.history_id = :id`;

/** What one entry changed, from what to what. */
export function readHistoryChanges(
  db: ReadableDb,
  id: number,
  page: Page,
): { total: number; rows: HistoryChange[] } {
  const rows = all<RawChange>(db, `${changesSql} LIMIT :limit OFFSET :offset`, { id, ...page });
  return { total: count(db, `SELECT COUNT(*) FROM (${changesSql})`, { id }), rows: rows.map(toChange) };
}

function toChange(raw: RawChange): HistoryChange {
  if (raw.what === 'type') return { ...raw, before: toOwnType(raw.before), after: toOwnType(raw.after) };
  if (raw.what === 'relationship') return raw;
  return { ...raw, ...describeStates(raw.before, raw.after) };
}

/** What two states of an entity do not have alike, as text; null for a state that is none. */
export function describeStates(
  was: string | null,
  is: string | null,
): { before: string | null; after: string | null } {
  const before = toFacts(was);
  const after = toFacts(is);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  return { before: toText(before, changed), after: toText(after, changed) };
}

/** Written by noteEntity, read from the same columns, or packed. */
interface NotedEntity {
  readonly name: string;
  readonly archived: number | boolean;
  /** None in a pack: what is in it is listed. */
  readonly presence?: string;
  readonly fields: readonly { readonly name: string; readonly value: unknown }[];
}

function toFacts(text: string | null): Map<string, string> {
  if (text === null) return new Map();
  const { name, archived, presence = 'listed', fields } = JSON.parse(text) as NotedEntity; // by noteEntity and doPack
  return new Map([
    ['name', name],
    ['archived', archived === 1 || archived === true ? 'yes' : 'no'],
    ['state', presence === 'removed' ? 'removed there' : presence],
    ...fields.map((field) => [field.name, String(field.value)] as const),
  ]);
}

function toText(facts: ReadonlyMap<string, string>, names: readonly string[]): string | null {
  return facts.size === 0 ? null : names.map((name) => `${name}: ${facts.get(name) ?? '–'}`).join('; ');
}

function toOwnType(text: string | null): string | null {
  const kept = JSON.parse(text ?? '{"own":false}') as { own: boolean; definition?: string | null }; // by readOwnTypes
  if (!kept.own) return 'as it ships';
  return kept.definition ?? null;
}
