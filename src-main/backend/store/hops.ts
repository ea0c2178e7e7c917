import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { HopQuery } from '../query/language.ts';
import { readLastRelationshipId } from './adjacency-rows.ts';
import type { Followed, HopTypes } from './hop-types.ts';
import { isHere, onlyWanted, shownInMirror, typeInMirror, typeWanted } from './shown.ts';
import type { Turns } from './slices.ts';
import { column, type ReadableDb, rowByRow } from './sql.ts';

/** Keeps a value out of the text of a statement; answers with the name of its parameter. */
export type Bind = (value: string) => string;

/** Relationships of one table that an arrow follows, from the near end to the far one. */
interface Arm {
  readonly table: string;
  readonly id: string;
  readonly near: string;
  readonly far: string;
  /** What the index over its ends knows. */
  readonly present: string;
  readonly condition: string;
}

/** Whatever is asked and found is listed, and between listed entities the whole mirror is shown. */
const amongListed = 'r.base_present = 1';

const select = (columns: string, { table, condition }: Arm, given: string) =>
  `SELECT ${columns} FROM ${table} WHERE ${given} AND ${condition}`;

/**
 * A short arrow as a condition on `entity e` that looks at its own relationships: for few entities. `otherEnd` is the
 * condition on the other one, null where anything will do.
 */
export function compileHop(types: HopTypes, bind: Bind, otherEnd: string | null): string {
  const arms = toArms(types, bind, otherEnd === null ? shownInMirror : amongListed);
  if (arms.length === 0) return '0';
  const ofEach = (toColumns: (arm: Arm) => string) =>
    arms.map((arm) => select(toColumns(arm), arm, `${arm.near} = e.id`));
  if (otherEnd === null) {
    const any = ofEach(() => '1').map((one) => `EXISTS (${one})`);
    return `(${any.join(' OR ')})`;
  }
  const others = ofEach(({ far }) => `${far} AS id`).join(' UNION ALL ');
  return `EXISTS (SELECT 1 FROM (${others}) f WHERE EXISTS (
    SELECT 1 FROM entity e WHERE e.id = f.id AND e.presence = 'listed' AND ${otherEnd}))`;
}

/** Ends and relationships looked at between two yields: a few milliseconds. */
const STRIDE = 10_000;
/** Ends asked for in one go: those without a relationship give no row to stop at. */
const ENDS = 1000;
/** Relationships asked for in one go, from anything to anything. */
const RANGE = 4000;

/** Whether it is time for a yield, after so much more was looked at. */
type IsTime = (looked: number) => boolean;

/**
 * The entities that an arrow leads away from, by walking it back from its other ends, null where anything will do. A
 * step costs at most one look at all that is related, whatever is found; in SQL alone a query of several arrows would
 * be walked anew for its page, its total and each part of an export, and there is no recursion that remembers where
 * it has been. A walk that looks at few never yields; nothing else may run on the handle between two yields.
 */
export function* walkBack(
  db: ReadableDb,
  { least, most }: Pick<HopQuery, 'least' | 'most'>,
  types: HopTypes,
  otherEnds: readonly EntityId[] | null,
): Turns<EntityId[]> {
  const found = new Set<EntityId>();
  const isTime = createStride();
  let ends = otherEnds;
  // whatever is some steps away from anything at all is so with the least number of them
  const steps = otherEnds === null ? least : most;
  for (let step = 1; step <= steps; step += 1) {
    const before = yield* stepBack(db, types, ends, isTime);
    ends = [...before].filter((id) => step < least || !found.has(id));
    for (const id of step < least ? [] : ends) found.add(id);
  }
  return [...found];
}

function createStride(): IsTime {
  let looked = 0;
  return (more) => {
    looked += more;
    if (looked < STRIDE) return false;
    looked = 0;
    return true;
  };
}

/** A part is read in one go where it is short; where there are hubs, row by row, which costs half as much time again. */
function* stepBack(
  db: ReadableDb,
  types: HopTypes,
  ends: readonly EntityId[] | null,
  isTime: IsTime,
): Turns<ReadonlySet<EntityId>> {
  const found = new Set<EntityId>(); // SQLite sorts out repeats slower than a set does
  const { sql, parameters } = toStep(types, ends === null);
  if (sql === null) return found;
  for (const part of toParts(db, ends)) {
    const given = { ...parameters, ...part };
    const short = column<EntityId | null>(db, `${sql} LIMIT ${STRIDE}`, given);
    const rows = short.length < STRIDE ? short : rowByRow<EntityId | null>(db, sql, given);
    if (isTime(ENDS)) yield;
    for (const id of rows) {
      if (id !== null) found.add(id);
      if (isTime(1)) yield;
    }
  }
  return found;
}

function* toParts(
  db: ReadableDb,
  ends: readonly EntityId[] | null,
): Generator<Readonly<Record<string, string | number>>> {
  if (ends === null) {
    const last = readLastRelationshipId(db);
    for (let after = 0; after < last; after += RANGE) yield { after, upTo: after + RANGE };
  }
  for (let start = 0; start < (ends?.length ?? 0); start += ENDS) {
    yield { ends: JSON.stringify(ends?.slice(start, start + ENDS)) };
  }
}

/**
 * One row for each relationship looked at, null where the arrow does not follow it: what only SQLite passed over would
 * give nobody a turn. Null where the arrow follows nothing.
 */
function toStep(
  types: HopTypes,
  isFromAnything: boolean,
): { readonly sql: string | null; readonly parameters: Readonly<Record<string, string>> } {
  const parameters: Record<string, string> = {};
  const bind = (value: string) => {
    const name = `type${'s'.repeat(Object.keys(parameters).length)}`;
    parameters[name] = value;
    return `:${name}`;
  };
  const arms = toArms(types, bind, isFromAnything ? shownInMirror : amongListed);
  if (arms.length === 0) return { sql: null, parameters };
  const steps = arms.map(({ table, id, near, far, present, condition }) => {
    const row = `SELECT IIF(${isHere(near)} AND ${condition}, ${near}, NULL)`;
    return isFromAnything
      ? `${row} FROM ${table} WHERE ${id} > :after AND ${id} <= :upTo AND ${present}`
      : `${row} FROM ends CROSS JOIN ${table} ON ${far} = ends.id WHERE ${present}`;
  });
  const ends = 'WITH ends (id) AS MATERIALIZED (SELECT value FROM json_each(:ends))';
  return { sql: `${isFromAnything ? '' : ends} ${steps.join(' UNION ALL ')}`, parameters };
}

/** That an expression for a type, or for none, is followed. */
type IsFollowed = (expression: string) => string;

function toIsFollowed({ only, ids }: Followed, bind: Bind): IsFollowed {
  if (ids.length === 0) return () => (only ? '0' : '1');
  const list = `(SELECT value FROM json_each(${bind(JSON.stringify(ids))}))`;
  return (expression) => (only ? `${expression} IN ${list}` : `IFNULL(${expression} NOT IN ${list}, 1)`);
}

/** The ways of an arrow through each table; none where it follows no type that there is. */
function toArms(types: HopTypes, bind: Bind, shownMirror: string): Arm[] {
  const toWays = (ways: Pick<HopTypes, 'along' | 'against'>) => ({
    along: toIsFollowed(ways.along, bind),
    against: toIsFollowed(ways.against, bind),
  });
  const usual = toWays(types);
  const undirected = types.undirected.map(({ connections, ...ways }) => ({
    isHeld: toIsFollowed({ only: true, ids: connections }, bind),
    ...toWays(ways),
  }));
  const tables = [
    {
      as: 'r',
      name: 'relationship',
      key: 'id',
      present: amongListed,
      shown: shownMirror,
      type: typeInMirror,
      hasConnection: true,
    },
    {
      as: 'i',
      name: 'intent',
      key: 'relationship_id',
      present: '1',
      shown: onlyWanted,
      type: typeWanted,
      hasConnection: true,
    },
    {
      as: 'l',
      name: 'local_relationship',
      key: 'id',
      present: '1',
      shown: '1',
      type: 'l.type_id',
      hasConnection: false,
    },
  ];
  const toWay = (near: string, far: string, way: 'along' | 'against') =>
    tables.flatMap(({ as, name, key, present, shown, type, hasConnection }): Arm[] => {
      const of = (column: string) => `${as}.${column}`;
      const apart = hasConnection ? undirected : [];
      const cases = apart.map((held) => ({
        when: held.isHeld(of('connection_id')),
        followed: held[way](type),
      }));
      const followed = toCase(cases, usual[way](type));
      if (followed === '0') return [];
      const condition = followed === '1' ? shown : `${shown} AND ${followed}`;
      return [{ table: `${name} ${as}`, id: of(key), near: of(near), far: of(far), present, condition }];
    });
  return [...toWay('source_id', 'target_id', 'along'), ...toWay('target_id', 'source_id', 'against')];
}

/** The one condition that holds, without a case where all are the same. */
function toCase(
  cases: readonly { readonly when: string; readonly followed: string }[],
  otherwise: string,
): string {
  if (cases.every(({ followed }) => followed === otherwise)) return otherwise;
  const whens = cases.map(({ when, followed }) => `WHEN ${when} THEN ${followed}`);
  return `CASE ${whens.join(' ')} ELSE ${otherwise} END`;
}
