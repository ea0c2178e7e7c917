import type { EntityId, EntitySummary } from '../../../src-preload/contract/model.ts';
import type { Expansion, GroupKey, RelationshipGroup } from '../../../src-preload/contract/queries.ts';
import { type Client, findEntity } from './client.ts';
import { wrongUsage } from './errors.ts';
import { createGroupReading, type GroupReading } from './group-reading.ts';
import { done, type Outcome, toEntityValue } from './output.ts';
import { parseCount } from './query-commands.ts';
import type { Shell } from './shell.ts';

/** The command that looks around an entity: how much there is first, and then as much of it as is asked for. */

interface NeighbourOptions {
  readonly counts?: boolean;
  readonly type?: readonly string[];
  readonly direction?: string;
  readonly hops?: string;
  readonly limit?: string;
  readonly offset?: string;
}

/** One page of a request, less one: among what is within some hops, the entity itself is counted too. */
const MOST_WITHIN = 499;

async function neighbours(client: Client, address: string, options: NeighbourOptions): Promise<Outcome> {
  refuseMixed(options);
  if (options.hops !== undefined) return await showWithin(client, address, options.hops, options.limit);
  const direction = parseDirection(options.direction);
  const limit = parseCount(options.limit, 100, 500, '--limit');
  const offset = parseOffset(options.offset);
  const entity = await findEntity(client, address);
  const groups = await client.request('graph:groups', { id: entity.id });
  const vocabulary = await client.request('types:list', {});
  const reading = createGroupReading(vocabulary.map(({ type }) => type));
  if (options.counts === true) {
    return done(toCounts(entity, groups, reading), toCountLines(entity, groups, reading));
  }
  const chosen = chooseGroups(groups, options.type, direction, reading);
  const page = await client.request('graph:expand', { id: entity.id, groups: chosen, offset, limit });
  return toPage(entity, page, offset, reading);
}

function refuseMixed({ counts, hops, type, direction, limit, offset }: NeighbourOptions): void {
  const isNarrowed = [type, direction, offset].some((option) => option !== undefined);
  if (hops !== undefined && (counts === true || isNarrowed)) {
    throw wrongUsage('--hops takes --limit only: what is farther away is not told by type or direction.');
  }
  if (counts === true && (isNarrowed || limit !== undefined)) {
    throw wrongUsage('--counts counts all of them and lists none: leave the other options out.');
  }
}

function parseDirection(text: string | undefined): GroupKey['direction'] | null {
  if (text === undefined || text === 'out' || text === 'in') return text ?? null;
  throw wrongUsage(`--direction takes out or in, not ${text}.`);
}

function parseOffset(text = '0'): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrongUsage(`--offset takes a whole number from 0, not ${text}.`);
}

/** The most groups that one request names. */
const MOST_GROUPS = 200;

/** Null stands for all of them; an empty type for relationships without one. */
function chooseGroups(
  groups: readonly RelationshipGroup[],
  types: readonly string[] | undefined,
  direction: GroupKey['direction'] | null,
  { isMeant }: GroupReading,
): GroupKey[] | null {
  if (types === undefined && direction === null) return null;
  const chosen = groups.filter((group) => isMeant(group, types ?? null, direction));
  if (chosen.length > MOST_GROUPS) {
    throw wrongUsage(`That takes ${chosen.length} types; name at most ${MOST_GROUPS} of them with --type.`);
  }
  return chosen.map(({ type, direction }) => ({ type, direction }));
}

/** The sum of all groups is the number of the entity's relationships. */
function toCounts(
  entity: EntitySummary,
  groups: readonly RelationshipGroup[],
  { toLabel }: Pick<GroupReading, 'toLabel'>,
) {
  const relationshipTotal = groups.reduce((sum, { count }) => sum + count, 0);
  const labelled = groups.map(({ type, direction, ...counts }) => {
    return { type, label: toLabel({ type, direction }), direction, ...counts };
  });
  return { entity: entity.address, relationshipTotal, groups: labelled };
}

function toCountLines(
  entity: EntitySummary,
  groups: readonly RelationshipGroup[],
  reading: GroupReading,
): string[] {
  const { relationshipTotal } = toCounts(entity, groups, reading);
  return [
    `${entity.address}  ${entity.name}: ${relationshipTotal} relationships`,
    ...groups.map(
      (group) =>
        `  ${group.count}  ${reading.toText(group)}${group.pending > 0 ? `, ${group.pending} pending` : ''}`,
    ),
  ];
}

/** What an entity has with itself stands on every page: it leads to no neighbour. */
function toPage(entity: EntitySummary, page: Expansion, offset: number, reading: GroupReading): Outcome {
  const toWays = (links: readonly GroupKey[]) => links.map(reading.toText).join(', ');
  const found = page.entities
    .filter(({ id }) => id !== entity.id)
    .map((other) => ({
      ...toEntityValue(other),
      relationships: toLinks(page, [entity.id, other.id], reading),
    }));
  const itself = toLinks(page, [entity.id, entity.id], reading);
  const left = page.total - offset - found.length;
  const value = { ...toCounts(entity, page.groups, reading), itself, total: page.total, neighbours: found };
  return done(value, [
    ...toCountLines(entity, page.groups, reading),
    ...(itself.length === 0 ? [] : [`${entity.address}  ${entity.name}  with itself: ${toWays(itself)}`]),
    ...found.map(
      ({ entity: address, name, relationships }) => `${address}  ${name}  ${toWays(relationships)}`,
    ),
    ...(left > 0 ? [`… and ${left} more`] : []),
  ]);
}

/** From one end to the other, and back. */
function toLinks(
  { relationships }: Expansion,
  [one, other]: readonly [EntityId, EntityId],
  { toLabel }: GroupReading,
) {
  return relationships.flatMap(({ id, sourceId, targetId, type, state }) => {
    const isOut = sourceId === one && targetId === other;
    if (!isOut && !(sourceId === other && targetId === one)) return [];
    const direction = isOut ? ('out' as const) : ('in' as const);
    return [{ id, type, label: toLabel({ type, direction }), direction, state }];
  });
}

async function showWithin(
  client: Client,
  address: string,
  written: string,
  most: string | undefined,
): Promise<Outcome> {
  const hops = parseCount(written, 1, 5, '--hops');
  const budget = parseCount(most, 100, MOST_WITHIN, '--limit') + 1;
  const entity = await findEntity(client, address);
  const found = await client.request('graph:surroundings', { roots: [entity.id], hops, budget });
  const others = found.entities.filter(({ id }) => id !== entity.id);
  const value = {
    entity: entity.address,
    hops: found.hops,
    complete: found.complete,
    neighbours: others.map(toEntityValue),
  };
  return done(value, [
    ...found.hops.map(({ hop, total, shown }) => `hop ${hop}: ${total}, ${shown} listed`),
    ...(found.complete ? [] : ['So much was reached that the last hop was not followed to its end.']),
    ...others.map((other) => `${other.address}  ${other.name}`),
  ]);
}

/** Adds `neighbours`. */
export function addNeighbours({ root, command, perform }: Shell): void {
  command(root, 'neighbours <entity>', 'what an entity is related to, counted by type and direction')
    .option('--counts', 'only how many there are')
    .option('--type <type...>', 'only by relationships of these types')
    .option('--direction <way>', 'only out of it or in to it: out or in')
    .option('--hops <n>', 'what is within so many hops, 5 at most, counted by hop')
    .option('--limit <n>', 'the most to print, 500 at most')
    .option('--offset <n>', 'how many to leave out first')
    .action((entity: string, options: NeighbourOptions) =>
      perform((client) => neighbours(client, entity, options)),
    );
}
