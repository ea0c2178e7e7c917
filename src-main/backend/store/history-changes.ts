import type { HistoryChange } from '../../../src-preload/contract/history-requests.ts';
import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { findStep } from './pack-steps.ts';
import type { Page } from './page.ts';
import { all, column, count, type ReadableDb } from './sql.ts';
import { isShippedType } from './vocabulary.ts';

interface RawChange {
  readonly what: HistoryChange['what'];
  readonly relationshipId: RelationshipId | null;
  readonly entityId: EntityId | null;
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One place where an entry keeps what it changed: how much there is, and a part of it. */
interface Place {
  readonly total: number;
  readonly read: (part: Page) => RawChange[];
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

/** What is noted in rows: how many, and which columns of them. */
const noted = [
  {
    from: 'history_change c WHERE c.history_id = :id',
    columns: `'relationship' AS what, c.relationship_id AS relationshipId, NULL AS entityId, ${toName('c')} AS name,
      CASE WHEN c.before_present = 1 THEN COALESCE(c.before_type, 'related') END AS before,
      CASE WHEN c.after_present = 1 THEN COALESCE(c.after_type, 'related') END AS after`,
    order: 'c.id',
  },
  {
    from: 'history_added a JOIN relationship r ON r.id BETWEEN a.from_id AND a.to_id WHERE a.history_id = :id',
    columns: `'relationship' AS what, r.id AS relationshipId, NULL AS entityId, ${toName('r')} AS name, NULL AS before,
      COALESCE((SELECT name FROM relationship_type t WHERE t.id = r.base_type_id), 'related') AS after`,
    order: 'r.id',
  },
  {
    from: 'history_entity e WHERE e.history_id = :id',
    columns: `'entity' AS what, NULL AS relationshipId, e.entity_id AS entityId,
      json_extract(e.before, '$.name') AS name, e.before AS before, ${nextEntity} AS after`,
    order: 'e.id',
  },
] as const;

const types = {
  from: 'history_type t WHERE t.history_id = :id',
  columns: "'type' AS what, NULL AS relationshipId, NULL AS entityId, t.name, t.before, t.after",
  order: 't.id',
};

/** A view in a few words. */
const toViewWords = (side: string) =>
  `CASE WHEN v.${side} IS NOT NULL THEN (v.${side} ->> 'name') || ', ' || json_array_length(v.${side}, '$.places')
    || ' entities' || CASE v.${side} ->> '$.settings.query' WHEN '' THEN '' ELSE ', query ' || (v.${side} ->> '$.settings.query') END END`;

const views = {
  from: 'history_view v WHERE v.history_id = :id',
  columns: `'view' AS what, NULL AS relationshipId, NULL AS entityId,
    COALESCE(v.after ->> 'name', v.before ->> 'name') AS name, ${toViewWords('before')} AS before,
    ${toViewWords('after')} AS after`,
  order: 'v.id',
};

/** What packed rows say, read from those of the page alone. */
const packed = {
  relationships: `SELECT 'relationship' AS what, c.value ->> 0 AS relationshipId, NULL AS entityId,
      ${nameOf('c.value ->> 1')} || ' → ' || ${nameOf('c.value ->> 2')} AS name,
      CASE WHEN :does <> (c.value ->> 4) THEN ${packedType} END AS before,
      CASE WHEN :does = (c.value ->> 4) THEN ${packedType} END AS after
    FROM json_each(:rows) c`,
  entities: `SELECT 'entity' AS what, NULL AS relationshipId, e.value ->> 'id' AS entityId,
      COALESCE(e.value ->> '$.after.name', e.value ->> '$.before.name') AS name,
      ${packedState("CASE :does WHEN 1 THEN 'before' ELSE 'after' END")} AS before,
      ${packedState("CASE :does WHEN 1 THEN 'after' ELSE 'before' END")} AS after
    FROM json_each(:rows) e`,
} as const;

/** What one entry changed, from what to what. */
export function readHistoryChanges(
  db: ReadableDb,
  id: number,
  { offset, limit }: Page,
): { total: number; rows: HistoryChange[] } {
  const places = [
    ...noted.map((place) => toNotedPlace(db, id, place)),
    toPackedPlace(db, id, 'relationships'),
    toPackedPlace(db, id, 'entities'),
    toNotedPlace(db, id, types),
    toNotedPlace(db, id, views),
  ];
  const rows: RawChange[] = [];
  let before = 0;
  for (const { total, read } of places) {
    const from = Math.max(0, offset - before);
    if (rows.length < limit && from < total) rows.push(...read({ offset: from, limit: limit - rows.length }));
    before += total;
  }
  return { total: before, rows: rows.map(toChange) };
}

function toNotedPlace(
  db: ReadableDb,
  id: number,
  { from, columns, order }: { readonly from: string; readonly columns: string; readonly order: string },
): Place {
  return {
    total: count(db, `SELECT COUNT(*) FROM ${from}`, { id }),
    read: (part) =>
      all(db, `SELECT ${columns} FROM ${from} ORDER BY ${order} LIMIT :limit OFFSET :offset`, {
        id,
        ...part,
      }),
  };
}

/** Those of an undo or redo are of what it stepped. Only the packs that the part lies in are unpacked. */
function toPackedPlace(db: ReadableDb, id: number, what: keyof typeof packed): Place {
  const step = findStep(db, id);
  if (step === undefined) return { total: 0, read: () => [] };
  const { entry, does } = step;
  const heads = all<{ position: number; rowCount: number }>(
    db,
    `SELECT position, row_count AS rowCount FROM history_pack WHERE history_id = :entry AND what = :what
     ORDER BY position`,
    { entry, what },
  );
  return {
    total: heads.reduce((sum, { rowCount }) => sum + rowCount, 0),
    read: (part) => all(db, packed[what], { does, rows: JSON.stringify(readRows(db, entry, heads, part)) }),
  };
}

function readRows(
  db: ReadableDb,
  entry: number,
  heads: readonly { readonly position: number; readonly rowCount: number }[],
  { offset, limit }: Page,
): unknown[] {
  const rows: unknown[] = [];
  let before = 0;
  for (const { position, rowCount } of heads) {
    const from = Math.max(0, offset - before);
    if (from < rowCount && rows.length < limit) {
      const [body] = column<string>(
        db,
        'SELECT body FROM history_pack WHERE history_id = :entry AND position = :position',
        { entry, position },
      );
      const unpacked: unknown[] = JSON.parse(body ?? '[]');
      rows.push(...unpacked.slice(from, from + limit - rows.length));
    }
    before += rowCount;
  }
  return rows;
}

function toChange(raw: RawChange): HistoryChange {
  if (raw.what === 'type') {
    return { ...raw, before: toOwnType(raw.name, raw.before), after: toOwnType(raw.name, raw.after) };
  }
  if (raw.what === 'relationship' || raw.what === 'view') return raw;
  return { ...raw, ...describeStates(raw.before, raw.after) };
}

/** What two states of an entity do not have alike, as text; null for a state that is none. */
export function describeStates(
  was: string | null,
  is: string | null,
): { before: string | null; after: string | null } {
  return describeFacts(toFacts(was), toFacts(is));
}

/** What is said of something, by what it is about; nothing where it is not there. */
export type Facts = ReadonlyMap<string, string>;

/** What two lists of facts do not have alike, as text; at most so many are told one by one. */
export function describeFacts(
  before: Facts,
  after: Facts,
  most = Number.POSITIVE_INFINITY,
): { before: string | null; after: string | null } {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  const told = changed.slice(0, most);
  const more = changed.length > told.length ? `; and ${changed.length - told.length} more` : '';
  return { before: toText(before, told, more), after: toText(after, told, more) };
}

/** Written by noteEntity, read from the same columns, or packed. */
interface NotedEntity {
  readonly name: string;
  readonly archived: number | boolean;
  /** None in a pack: what is in it is listed. */
  readonly presence?: string;
  readonly fields: readonly { readonly name: string; readonly value: unknown }[];
}

function toFacts(text: string | null): Facts {
  if (text === null) return new Map();
  const { name, archived, presence = 'listed', fields } = JSON.parse(text) as NotedEntity; // by noteEntity and doPack
  return new Map([
    ['name', name],
    ['archived', archived === 1 || archived === true ? 'yes' : 'no'],
    ['state', presence === 'removed' ? 'removed there' : presence],
    ...fields.map((field) => [field.name, String(field.value)] as const),
  ]);
}

function toText(facts: Facts, names: readonly string[], more: string): string | null {
  if (facts.size === 0) return null;
  return `${names.map((name) => `${name}: ${facts.get(name) ?? '–'}`).join('; ')}${more}`;
}

/** Null where the type was not there. */
function toOwnType(name: string, text: string | null): string | null {
  const kept = JSON.parse(text ?? '{"own":false}') as { own: boolean; definition?: string | null }; // by readOwnTypes
  if (!kept.own) return isShippedType(name) ? 'as it ships' : null;
  return kept.definition ?? null;
}
