import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { Interpret, Meaning } from '../../../src-preload/contract/type-meaning.ts';
import type { RuleCode } from '../rules/errors.ts';
import { type NamedEntry, readLaterChanges, readLaterOfTypes } from '../store/history-dependants.ts';
import type { Slices } from '../store/slices.ts';
import type { ReadableDb } from '../store/sql.ts';
import { readTypeLinks, type TypeIds, type TypeLink } from '../store/type-facts.ts';
import { readTypes } from '../store/types.ts';
import type { Refused } from './judge-again.ts';
import { readInterpreter, readTypeIds } from './type-facts.ts';

/** Up to so many refused, and so much in their way, is looked at one by one; of more, whatever has their types. */
const FEW = 1000;

/** What a rule counts at an end or between both; all else that can be explained at all goes by the type alone. */
const counted: ReadonlySet<RuleCode> = new Set([
  'duplicate-type',
  'too-many-of-source',
  'too-many-of-target',
]);
const followed: ReadonlySet<RuleCode> = new Set(['would-make-cycle', 'cycle-unchecked']);

/** Whether a rule speaks against it for what else is there: at an end, between both, or on the way round a circle. */
export function isForRoom({ verdict }: Refused): boolean {
  return counted.has(verdict.code) || verdict.code === 'would-make-cycle';
}

/**
 * The later entries that made what the rules count or follow where they refuse something: what is in the way. Where a
 * circle is not found again, whatever has the type. None where a rule speaks against the relationship itself.
 */
export function* readRuleDependants(
  db: ReadableDb,
  id: number,
  refused: readonly Refused[],
): Slices<NamedEntry[]> {
  const interpret = readInterpreter(db);
  const found: NamedEntry[] = [];
  for (const { meaning, rows } of groupByMeaning(interpret, refused)) {
    const inTheWay = rows.length > FEW ? null : findInTheWay(db, interpret, meaning, rows);
    found.push(
      ...(inTheWay === null || inTheWay.length > FEW
        ? readLaterOfTypes(db, id, readNames(db, interpret, meaning))
        : readLaterChanges(db, id, inTheWay)),
    );
    yield { done: 0, total: 1 };
  }
  return found;
}

interface Group {
  readonly meaning: Meaning;
  readonly rows: Refused[];
}

/** By what the type means and which way round it was called. */
function groupByMeaning(interpret: Interpret, refused: readonly Refused[]): Iterable<Group> {
  const groups = new Map<string, Group>();
  for (const row of refused) {
    const { code } = row.verdict;
    const meaning = counted.has(code) || followed.has(code) ? interpret(row.type) : null;
    if (meaning === null) continue;
    const key = JSON.stringify([meaning.type.name, meaning.reversed]);
    const group = groups.get(key) ?? { meaning, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return groups.values();
}

/** All names in use that mean the same. */
function readNames(db: ReadableDb, interpret: Interpret, { type }: Meaning): string[] {
  return readTypes(db).flatMap(({ name }) => (interpret(name)?.type.name === type.name ? [name] : []));
}

/**
 * What has the type by now at the ends that have too much of it, between those that may have it once, and on the ways
 * round circles; null where one of these is not found.
 */
function findInTheWay(
  db: ReadableDb,
  interpret: Interpret,
  meaning: Meaning,
  rows: readonly Refused[],
): RelationshipId[] | null {
  const types = readTypeIds(db, interpret, meaning);
  const { reversed } = meaning;
  const read = (end: 'source' | 'target', ids: readonly EntityId[]) =>
    readTypeLinks(db, types, (end === 'source') === reversed ? 'target' : 'source', ids);
  const of = (code: RuleCode) => rows.filter(({ verdict }) => verdict.code === code);
  const once = of('duplicate-type');
  const pairs = new Set(once.map(({ source, target }) => toPair(source.id, target.id)));
  const isPair = ({ sourceId, targetId }: TypeLink) =>
    pairs.has(reversed ? toPair(targetId, sourceId) : toPair(sourceId, targetId));
  const links = [
    ...read(
      'source',
      of('too-many-of-source').map(({ source }) => source.id),
    ),
    ...read(
      'target',
      of('too-many-of-target').map(({ target }) => target.id),
    ),
    ...read(
      'source',
      once.map(({ source }) => source.id),
    ).filter(isPair),
  ];
  for (const row of rows.filter(({ verdict }) => followed.has(verdict.code))) {
    const [from, to] = reversed ? [row.source.id, row.target.id] : [row.target.id, row.source.id];
    const way = findWay(db, types, from, to);
    if (way.length === 0 && !row.given) return null; // it leads over others that come back with it, or too far
    links.push(...way);
  }
  return [...new Set(links.map((link) => link.id))];
}

/** All that is on a way from one entity to another by a type; nothing where there is none, or too much to follow. */
function findWay(db: ReadableDb, types: TypeIds, from: EntityId, to: EntityId): TypeLink[] {
  const ahead = followLinks(db, types, 'source', from);
  if (ahead === null || !ahead.seen.has(to)) return [];
  const back = followLinks(db, types, 'target', to);
  return back === null ? [] : ahead.links.filter(({ targetId }) => back.seen.has(targetId));
}

/** What is reached from one end of the type; null where that is much. */
function followLinks(
  db: ReadableDb,
  types: TypeIds,
  end: 'source' | 'target',
  from: EntityId,
): { readonly seen: ReadonlySet<EntityId>; readonly links: readonly TypeLink[] } | null {
  const seen = new Set([from]);
  const links: TypeLink[] = [];
  let frontier: readonly EntityId[] = [from];
  while (frontier.length > 0) {
    const found = readTypeLinks(db, types, end, frontier);
    links.push(...found);
    const reached = found.map(({ sourceId, targetId }) => (end === 'source' ? targetId : sourceId));
    frontier = [...new Set(reached)].filter((id) => !seen.has(id));
    for (const id of frontier) seen.add(id);
    if (links.length > FEW) return null;
  }
  return { seen, links };
}

function toPair(source: EntityId, target: EntityId): string {
  return `${source}:${target}`;
}
