import type { HopQuery } from '../query/language.ts';
import type { HopTypes } from './hop-types.ts';
import { isHere, onlyWanted, shownInMirror, typeInMirror, typeWanted } from './shown.ts';

/** What an arrow becomes SQL with. */
export interface HopTools {
  readonly types: HopTypes;
  /** Keeps a value out of the text; answers with the name of its parameter. */
  bind(value: string): string;
  /** The condition on `entity e` that the other end must meet; null where anything does. */
  readonly otherEnd: string | null;
  /** Whether few entities are asked, so that each is better looked at by itself. */
  readonly isAskedOfFew: boolean;
}

/** Relationships of one table that an arrow follows, from the near end to the far one. */
interface Arm {
  readonly table: string;
  readonly near: string;
  readonly far: string;
  readonly condition: string;
}

/**
 * An arrow as a condition on `entity e`, over what is shown: the mirror overlaid by intents, and local relationships.
 * It costs at most one look at all that is related for each step: where few are asked, each looks at its own
 * relationships; else the walk begins at the other end, once for all.
 */
export function compileHop({ least, most }: HopQuery, tools: HopTools): string {
  const { otherEnd, isAskedOfFew } = tools;
  if (otherEnd === null) {
    // what is some steps away from anything at all is so with the least number of them
    return least === 1 ? compileToAnything(tools) : compileWalk(least, least, tools);
  }
  return isAskedOfFew && most === 1 ? compileEach(tools, otherEnd) : compileWalk(least, most, tools);
}

/** Whatever is asked and found is listed, and between listed entities the whole mirror is shown. */
const amongListed = 'r.base_present = 1';

const select = (columns: string, { table, condition }: Arm, given: string) =>
  `SELECT ${columns} FROM ${table} WHERE ${given} AND ${condition}`;

const found = (otherEnd: string) => `FROM entity e WHERE e.presence = 'listed' AND ${otherEnd}`;

function compileToAnything(tools: HopTools): string {
  const arms = toArms(tools, shownInMirror);
  if (arms.length === 0) return '0';
  if (tools.isAskedOfFew) {
    return `(${arms.map((arm) => `EXISTS (${select('1', arm, `${arm.near} = e.id`)})`).join(' OR ')})`;
  }
  return `e.id IN (${arms.map((arm) => select(arm.near, arm, '1')).join(' UNION ALL ')})`;
}

function compileEach(tools: HopTools, otherEnd: string): string {
  const arms = toArms(tools, amongListed);
  if (arms.length === 0) return '0';
  const others = arms.map((arm) => select(`${arm.far} AS id`, arm, `${arm.near} = e.id`)).join(' UNION ALL ');
  return `EXISTS (SELECT 1 FROM (${others}) f WHERE EXISTS (SELECT 1 ${found(otherEnd)} AND e.id = f.id))`;
}

/**
 * From the other end back, step by step. Also where it is one step: SQLite takes in what a plain list of entities is
 * made of once for each table that is joined to it, and so ever more of it where arrows follow one another.
 */
function compileWalk(least: number, most: number, tools: HopTools): string {
  const { otherEnd } = tools;
  const arms = toArms(tools, amongListed);
  if (arms.length === 0) return '0';
  const beginning =
    otherEnd === null
      ? toArms(tools, shownInMirror).map((arm) => select(`${arm.near}, 1`, arm, isHere(arm.near)))
      : [`SELECT e.id, 0 ${found(otherEnd)}`];
  const steps = arms.map(
    ({
      table,
      near,
      far,
      condition,
    }) => `SELECT ${near}, w.steps + 1 FROM walk w CROSS JOIN ${table} ON ${far} = w.id
      WHERE w.steps < ${most} AND ${isHere(near)} AND ${condition}`,
  );
  // after a single step the same entity twice does no harm, and finding that out costs more
  const walk = [...beginning, ...steps].join(most === 1 ? ' UNION ALL ' : ' UNION ');
  return `e.id IN (WITH RECURSIVE walk (id, steps) AS (${walk}) SELECT id FROM walk WHERE steps >= ${least})`;
}

/** That an expression is one of the ids; null where there are none, so that nothing is. */
type IsOneOf = ((expression: string) => string) | null;

function toIsOneOf(ids: readonly number[] | null, bind: HopTools['bind']): IsOneOf {
  if (ids === null) return () => '1';
  if (ids.length === 0) return null;
  const list = `(SELECT value FROM json_each(${bind(JSON.stringify(ids))}))`;
  return (expression) => `${expression} IN ${list}`;
}

/** The ways of an arrow through each table; none where it follows no type that there is. */
function toArms({ types, bind }: HopTools, shownMirror: string): Arm[] {
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
