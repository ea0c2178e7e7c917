import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { Interpret, Meaning } from '../../../src-preload/contract/type-meaning.ts';
import type { RuleCode } from '../rules/errors.ts';
import { type NamedEntry, readLaterChanges, readLaterOfTypes } from '../store/history-dependants.ts';
import type { Slices } from '../store/slices.ts';
import type { ReadableDb } from '../store/sql.ts';
import { readTypeLinks, type TypeLink } from '../store/type-facts.ts';
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

/** Whether a rule speaks against it for what else is there at an end or between both. */
export function isForRoom({ verdict }: Refused): boolean {
  return counted.has(verdict.code);
}

/**
 * The later entries that made what the rules count or follow where they refuse something: what is in the way, or of
 * circles whatever has the type. None where a rule speaks against the relationship itself.
 */
export function* readRuleDependants(
  db: ReadableDb,
  id: number,
  refused: readonly Refused[],
): Slices<NamedEntry[]> {
  const interpret = readInterpreter(db);
  const found: NamedEntry[] = [];
  for (const { meaning, rows } of groupByMeaning(interpret, refused)) {
    const isFollowed = rows.length > FEW || rows.some(({ verdict }) => followed.has(verdict.code));
    const inTheWay = isFollowed ? null : findInTheWay(db, interpret, meaning, rows);
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

/** What has the type by now at the ends that have too much of it, and between those that may have it once. */
function findInTheWay(
  db: ReadableDb,
  interpret: Interpret,
  meaning: Meaning,
  rows: readonly Refused[],
): RelationshipId[] {
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
  return [...new Set(links.map((link) => link.id))];
}

function toPair(source: EntityId, target: EntityId): string {
  return `${source}:${target}`;
}
