import type { EntityId } from '../../../src-preload/contract/model.ts';
import { FindingName, type Impact } from '../../../src-preload/contract/queries.ts';
import type { Params } from '../../../src-preload/contract/requests.ts';
import { type Client, findEntity } from './client.ts';
import { wrongUsage } from './errors.ts';
import { done, type Outcome, toEntityValue } from './output.ts';
import type { Shell } from './shell.ts';
import { readQuery } from './view-commands.ts';

/** The commands that ask further than a list. */

/** A whole number from 1 that an option takes. */
export function parseCount(text: string | undefined, otherwise: number, most: number, what: string): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw wrongUsage(`${what} takes a whole number from 1 to ${most}, not ${text}.`);
}

export async function query(
  client: Client,
  written: string | undefined,
  options: { limit?: string; view?: string },
): Promise<Outcome> {
  if (written === undefined && options.view === undefined) throw wrongUsage('query takes a TEXT or --view.');
  const limit = parseCount(options.limit, 100, 500, '--limit');
  const text = await readQuery(client, written, options.view);
  const { total, rows, corrections } = await client.request('query:run', { text, offset: 0, limit });
  const value = { total, entities: rows.map(toEntityValue), corrections };
  const more = total > rows.length ? [`… and ${total - rows.length} more`] : [];
  const taken = corrections.map(({ word, takenFor }) => `“${word}” was taken for ${takenFor.join(', ')}`);
  return done(value, [...taken, ...rows.map(({ address, name }) => `${address}  ${name}`), ...more]);
}

export interface ImpactOptions {
  readonly up?: boolean;
  readonly rule?: readonly string[];
  readonly limit?: string;
}

export async function impact(
  client: Client,
  addresses: readonly string[],
  options: ImpactOptions,
): Promise<Outcome> {
  const rules = (options.rule ?? []).map(parseRule);
  const limit = parseCount(options.limit, 1000, 10_000, '--limit');
  const failed = await findIds(client, addresses);
  const direction = options.up === true ? 'up' : 'down';
  const found = await client.request('query:impact', { failed, direction, rules, limit });
  return done(toImpactValue(found, addresses, failed), toImpactLines(found));
}

type ImpactRule = Params<'query:impact'>['rules'][number];

/** `TYPE=IMPACT` or `TYPE=IMPACT:NEEDED`; an empty type is meant for relationships without one. */
function parseRule(text: string): ImpactRule {
  const groups = /^(?<type>.*)=(?<impact>to-target|to-source|both|none)(?::(?<needed>[1-9]\d{0,5}))?$/s.exec(
    text,
  )?.groups;
  if (groups === undefined) {
    throw wrongUsage(`--rule takes TYPE=to-target, to-source, both or none, then :NEEDED; not ${text}.`);
  }
  const type = groups['type'] === '' ? null : (groups['type'] ?? null);
  const needed = groups['needed'] === undefined ? null : Number(groups['needed']);
  return { type, impact: groups['impact'] as ImpactRule['impact'], needed }; // the pattern has no other
}

async function findIds(client: Client, addresses: readonly string[]): Promise<EntityId[]> {
  const ids: EntityId[] = [];
  for (const address of addresses) ids.push((await findEntity(client, address)).id);
  return ids;
}

/** Causes by address: each stands before what it causes, so the path to any entity can be read back. */
function toImpactValue(found: Impact, addresses: readonly string[], failed: readonly EntityId[]) {
  const written = new Map<number, string>(found.affected.map(({ entity }) => [entity.id, entity.address]));
  for (const [index, id] of failed.entries()) written.set(id, addresses[index] ?? '');
  return {
    total: found.total,
    affected: found.affected.map(({ entity, distance, rootId, cause }) => ({
      ...toEntityValue(entity),
      distance,
      root: written.get(rootId),
      cause: { entity: written.get(cause.entityId), relationship: cause.relationshipId },
    })),
    sparedTotal: found.sparedTotal,
    spared: found.spared.map(({ entity, type, working, needed, total }) => {
      return { ...toEntityValue(entity), type, working, needed, total };
    }),
  };
}

function toImpactLines({ total, affected, sparedTotal, spared }: Impact): string[] {
  return [
    `${total} affected, ${sparedTotal} spared`,
    ...affected.map(({ entity, distance }) => `${distance}  ${entity.address}  ${entity.name}`),
    ...(total > affected.length ? [`… and ${total - affected.length} more`] : []),
    ...spared.map(
      ({ entity, type, working, needed, total: all }) =>
        `spared  ${entity.address}  ${entity.name}: ${working} of ${all} by “${type ?? 'no type'}” work, ${needed} needed`,
    ),
    ...(sparedTotal > spared.length ? [`… and ${sparedTotal - spared.length} more spared`] : []),
  ];
}

export interface ExplainOptions {
  readonly paths?: string;
  readonly type?: readonly string[];
  readonly connection?: readonly string[];
  readonly direction?: string;
  readonly avoid?: readonly string[];
  readonly maxHops?: string;
}

export async function explain(
  client: Client,
  source: string,
  target: string,
  options: ExplainOptions,
): Promise<Outcome> {
  const found = await client.request('query:explain', {
    k: parseCount(options.paths, 3, 50, '--paths'),
    maxHops: parseCount(options.maxHops, 20, 100, '--max-hops'),
    direction: parseDirection(options.direction),
    types: options.type?.map((type) => (type === '' ? null : type)) ?? null,
    connections: options.connection === undefined ? null : [...options.connection],
    avoid: await findIds(client, options.avoid ?? []),
    sourceId: (await findEntity(client, source)).id,
    targetId: (await findEntity(client, target)).id,
  });
  const entities = new Map(found.entities.map((entity) => [entity.id, entity]));
  const addressOf = (id: EntityId) => entities.get(id)?.address ?? '';
  const paths = found.paths.map(({ length, hops }) => ({
    length,
    hops: hops.map(({ fromId, toId, relationshipTotal, relationships }) => ({
      from: addressOf(fromId),
      to: addressOf(toId),
      relationshipTotal,
      relationships: relationships.map(({ id, type, state }) => ({ id, type, state })),
    })),
  }));
  const lines = paths.map(({ length, hops }) => [`${length}  ${source}`, ...hops.map(toHopText)].join(' → '));
  return done({ paths, proof: found.proof }, found.proof === null ? lines : [found.proof.text]);
}

interface HopValue {
  readonly to: string;
  readonly relationshipTotal: number;
  readonly relationships: readonly unknown[];
}

/** Says of a hop where not all relationships between its ends are told. */
function toHopText({ to, relationshipTotal, relationships }: HopValue): string {
  const told = relationships.length;
  return told < relationshipTotal
    ? `${to} (${told} of ${relationshipTotal} relationships told by --json)`
    : to;
}

function parseDirection(text = 'any'): 'any' | 'forward' | 'backward' {
  if (text === 'any' || text === 'forward' || text === 'backward') return text;
  throw wrongUsage(`--direction takes any, forward or backward, not ${text}.`);
}

export async function findings(
  client: Client,
  name: string,
  options: { limit?: string; hubSize?: string },
): Promise<Outcome> {
  const finding = FindingName.safeParse(name);
  if (!finding.success) throw wrongUsage(`findings takes ${FindingName.options.join(', ')}; not ${name}.`);
  const found = await client.request('query:findings', {
    finding: finding.data,
    hubSize: parseCount(options.hubSize, 100, 1_000_000, '--hub-size'),
    limit: parseCount(options.limit, 100, 500, '--limit'),
  });
  const value = found.findings.map(({ type, size, entities }) => {
    return { type, size, entities: entities.map(({ address }) => address) };
  });
  const lines = found.findings.map(
    ({ size, type, entities }) =>
      `${size}${type === null ? '' : `  ${type}`}  ${entities.map((entity) => entity.address).join(', ')}`,
  );
  return done({ total: found.total, findings: value }, [`${found.total} ${name}`, ...lines]);
}

/** Adds `query`, `impact`, `explain` and `findings`. */
export function addQueries({ root, command, perform }: Shell): void {
  command(root, 'query [text]', 'find entities by the query language, the best first')
    .option('--view <view>', 'by the query of this saved view')
    .option('--limit <n>', 'the most to print, 500 at most')
    .action((text: string | undefined, options: { limit?: string; view?: string }) =>
      perform((client) => query(client, text, options)),
    );
  command(root, 'impact <entity...>', 'what fails when these entities fail')
    .option('--up', 'what can make them fail instead')
    .option('--rule <type=impact...>', 'TYPE=to-target, to-source, both or none, and :N where N are needed')
    .option('--limit <n>', 'the most to print, 10000 at most')
    .action((entities: string[], options: ImpactOptions) =>
      perform((client) => impact(client, entities, options)),
    );
  command(root, 'explain <source> <target>', 'the shortest paths between two entities')
    .option('--paths <k>', 'how many, 50 at most')
    .option('--type <type...>', 'only by relationships of these types')
    .option('--connection <name...>', 'only by relationships of these connections')
    .option('--direction <way>', 'any, forward or backward')
    .option('--avoid <entity...>', 'entities that no path may touch')
    .option('--max-hops <n>', 'the longest path, 100 at most')
    .action((source: string, target: string, options: ExplainOptions) =>
      perform((client) => explain(client, source, target, options)),
    );
  command(root, 'findings <finding>', 'cycles, islands, orphans or hubs')
    .option('--hub-size <n>', 'the fewest relationships of a hub')
    .option('--limit <n>', 'the most to print, 500 at most')
    .action((name: string, options: { limit?: string; hubSize?: string }) =>
      perform((client) => findings(client, name, options)),
    );
}
