import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { HopQuery } from '../query/language.ts';
import type { HopTypes } from './hop-types.ts';
import { isHere, onlyWanted, shownInMirror, typeInMirror, typeWanted } from './shown.ts';
import { column, type ReadableDb } from './sql.ts';

/** Keeps a value out of the text of a statement; answers with the name of its parameter. */
export type Bind = (value: string) => string;

/** Relationships of one table that an arrow follows, from the near end to the far one. */
interface Arm {
  readonly table: string;
  readonly near: string;
  readonly far: string;
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

/**
 * The entities that an arrow leads away from, by walking it back from its other ends, null where anything will do. A
 * step costs at most one look at all that is related, whatever is found; in SQL alone a query of several arrows would
 * be walked anew for its page, its total and each part of an export, and there is no recursion that remembers where
 * it has been.
 */
export function walkBack(
  db: ReadableDb,
  { least, most }: Pick<HopQuery, 'least' | 'most'>,
  types: HopTypes,
  otherEnds: readonly EntityId[] | null,
): EntityId[] {
  const found = new Set<EntityId>();
  let ends = otherEnds;
  // whatever is some steps away from anything at all is so with the least number of them
  const steps = otherEnds === null ? least : most;
  for (let step = 1; step <= steps; step += 1) {
    const before = [...new Set(stepBack(db, types, ends))];
    ends = step < least ? before : before.filter((id) => !found.has(id));
    for (const id of step < least ? [] : ends) found.add(id);
  }
  return [...found];
}

/** Some more than once, in no order: SQLite sorts out repeats slower than a set does. */
function stepBack(db: ReadableDb, types: HopTypes, ends: readonly EntityId[] | null): EntityId[] {
  const parameters: Record<string, string> = {};
  const bind = (value: string) => {
    const name = `type${'s'.repeat(Object.keys(parameters).length)}`;
    parameters[name] = value;
    return `:${name}`;
  };
  const arms = toArms(types, bind, ends === null ? shownInMirror : amongListed);
  if (arms.length === 0) return [];
  if (ends === null) {
    return column(
      db,
      arms.map((arm) => select(arm.near, arm, isHere(arm.near))).join(' UNION ALL '),
      parameters,
    );
  }
  const steps = arms.map(
    ({ table, near, far, condition }) => `SELECT ${near} FROM ends CROSS JOIN ${table} ON ${far} = ends.id
      WHERE ${isHere(near)} AND ${condition}`,
  );
  return column(
    db,
    `WITH ends (id) AS MATERIALIZED (SELECT value FROM json_each(:ends)) ${steps.join(' UNION ALL ')}`,
    { ...parameters, ends: JSON.stringify(ends) },
  );
}

/** That an expression is one of the ids; null where there are none, so that nothing is. */
type IsOneOf = ((expression: string) => string) | null;

function toIsOneOf(ids: readonly number[] | null, bind: Bind): IsOneOf {
  if (ids === null) return () => '1';
  if (ids.length === 0) return null;
  const list = `(SELECT value FROM json_each(${bind(JSON.stringify(ids))}))`;
  return (expression) => `${expression} IN ${list}`;
}

/** The ways of an arrow through each table; none where it follows no type that there is. */
function toArms(types: HopTypes, bind: Bind, shownMirror: string): Arm[] {
  const [along, against] = [toIsOneOf(types.along, bind), toIsOneOf(types.against, bind)];
  const isUndirected = toIsOneOf(types.undirected, bind);
  const tables = [
    { as: 'r', name: 'relationship', shown: shownMirror, type: typeInMirror, hasConnection: true },
    { as: 'i', name: 'intent', shown: onlyWanted, type: typeWanted, hasConnection: true },
    { as: 'l', name: 'local_relationship', shown: '1', type: 'l.type_id', hasConnection: false },
  ];
  const toWay = (near: string, far: string, isFollowed: IsOneOf, isFollowedBack: IsOneOf) =>
    tables.flatMap(({ as, name, shown, type, hasConnection }): Arm[] => {
      const anyway =
        hasConnection && isFollowedBack !== null ? isUndirected?.(`${as}.connection_id`) : undefined;
      const ways = [
        isFollowed?.(type) ?? [],
        anyway === undefined ? [] : `(${anyway} AND ${isFollowedBack?.(type) ?? '1'})`,
      ].flat();
      if (ways.length === 0) return [];
      const condition = ways.includes('1') ? shown : `${shown} AND (${ways.join(' OR ')})`;
      return [{ table: `${name} ${as}`, near: `${as}.${near}`, far: `${as}.${far}`, condition }];
    });
  return [
    ...toWay('source_id', 'target_id', along, against),
    ...toWay('target_id', 'source_id', against, along),
  ];
}
