import type { EntityId } from '../../../src-preload/contract/model.ts';
import {
  type Correction,
  type Finding,
  FindingName,
  type Frontier,
  type Impact,
  type NoPath,
  type PathFilters,
} from '../../../src-preload/contract/queries.ts';
import type { Answer, Params } from '../../../src-preload/contract/requests.ts';
import { type Client, findEntity } from './client.ts';
import { wrongUsage } from './errors.ts';
import { parseLimit, readFirst, toMore } from './first-rows.ts';
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
  const most = parseLimit(options.limit);
  const text = await readQuery(client, written, options.view);
  let corrections: readonly Correction[] = [];
  const { total, rows } = await readFirst(most, async (page) => {
    const found = await client.request('query:run', { text, ...page });
    corrections = found.corrections;
    return found;
  });
  const value = { total, entities: rows.map(toEntityValue), corrections };
  const taken = corrections.map(({ word, takenFor }) => `“${word}” was taken for ${takenFor.join(', ')}`);
  const lines = rows.map(({ address, name }) => `${address}  ${name}`);
  return done(value, [`${total} found`, ...taken, ...lines, ...toMore(total, rows.length)]);
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
  const value = toImpactValue(found, addresses, failed);
  return done(value, toImpactLines(value));
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
      cause: { entity: written.get(cause.entityId), relationship: cause.relationshipId, label: cause.label },
    })),
    sparedTotal: found.sparedTotal,
    spared: found.spared.map(({ entity, type, label, working, needed, total }) => {
      return { ...toEntityValue(entity), type, label, working, needed, total };
    }),
  };
}

type ImpactValue = ReturnType<typeof toImpactValue>;

function toImpactLines({ total, affected, sparedTotal, spared }: ImpactValue): string[] {
  return [
    `${total} affected, ${sparedTotal} spared`,
    ...affected.map(
      ({ entity, name, distance, cause }) =>
        `${distance}  ${entity}  ${name}${toArrow(cause.label === null ? [] : [cause.label])}${cause.entity}`,
    ),
    ...toMore(total, affected.length),
    ...spared.map(
      ({ entity, name, label, working, needed, total: all }) =>
        `spared  ${entity}  ${name}: ${working} of ${all} by “${label ?? 'no type'}” work, ${needed} needed`,
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
  readonly limit?: string;
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
    reachLimit: parseCount(options.limit, 100, 10_000, '--limit'),
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
      relationships: relationships.map(({ id, type, label, state }) => ({ id, type, label, state })),
    })),
  }));
  const lines = found.paths.map(({ length, hops }) =>
    [`${length}  ${source}`, ...hops.map((hop) => toHopText(hop, addressOf(hop.toId)))].join(''),
  );
  const { proof } = found;
  if (proof === null) return done({ paths, proof }, lines);
  return done({ paths, proof: toProofValue(proof) }, toProofLines(proof));
}

function toProofValue({ filters, source, target, ...proof }: NoPath) {
  const toFrontierValue = ({ isExhausted, entities }: Frontier) => ({
    isExhausted,
    entities: entities.map(({ entity, distance }) => ({ ...toEntityValue(entity), distance })),
  });
  return {
    ...proof,
    filters: { ...filters, avoid: filters.avoid.map(({ address }) => address) },
    source: toFrontierValue(source),
    target: toFrontierValue(target),
  };
}

function toProofLines({ text, filters, fromSource, fromTarget, source, target }: NoPath): string[] {
  return [
    text,
    ...toFilterLines(filters),
    ...toFrontierLines('source', fromSource, source),
    ...toFrontierLines('target', fromTarget, target),
  ];
}

function toFilterLines({ types, connections, direction, avoid }: PathFilters): string[] {
  const typeNames = (types ?? []).map((type) => (type === null ? 'no type' : `“${type}”`));
  return [
    ...(types === null ? [] : [`only by relationships of ${typeNames.join(', ')}`]),
    ...(connections === null ? [] : [`only by what ${connections.join(', ')} holds`]),
    ...(direction === 'any' ? [] : [`only ${direction}`]),
    ...(avoid.length === 0 ? [] : [`without ${avoid.map(({ address }) => address).join(', ')}`]),
  ];
}

function toFrontierLines(end: string, total: number, { isExhausted, entities }: Frontier): string[] {
  const rest = total - entities.length;
  return [
    `${end}: ${total} within reach, ${isExhausted ? 'searched to the end' : 'cut at the longest path'}`,
    ...entities.map(({ entity, distance }) => `  ${distance}  ${entity.address}  ${entity.name}`),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ];
}

type Hop = Answer<'query:explain'>['paths'][number]['hops'][number];

/** A hop as it reads from where it leaves. Says where not all relationships between its ends are told. */
function toHopText({ fromId, relationshipTotal, relationships }: Hop, to: string): string {
  const told = relationships.length;
  const labels = relationships.flatMap(({ label }) => label ?? []);
  const isBackward = relationships.every(({ sourceId }) => sourceId !== fromId);
  const arrow = labels.length === 0 && isBackward ? ' ← ' : toArrow(labels);
  return told < relationshipTotal
    ? `${arrow}${to} (${told} of ${relationshipTotal} relationships told)`
    : `${arrow}${to}`;
}

/** An arrow with the labels that lead over it, each once. */
function toArrow(labels: readonly string[]): string {
  return labels.length === 0 ? ' → ' : ` -[${[...new Set(labels)].join(', ')}]-> `;
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
  const asked = {
    finding: finding.data,
    hubSize: parseCount(options.hubSize, 100, 1_000_000, '--hub-size'),
  };
  const { total, rows } = await readFirst(parseLimit(options.limit), async (page) => {
    const found = await client.request('query:findings', { ...asked, ...page });
    return { total: found.total, rows: found.findings };
  });
  const values = rows.map(({ type, size, entities, entityTotal }) => {
    return { type, size, entities: entities.map(({ address }) => address), entityTotal };
  });
  const lines = [...values.map(toFindingLine), ...toMore(total, values.length)];
  return done({ total, findings: values }, [`${total} ${name}`, ...lines]);
}

interface FindingValue extends Pick<Finding, 'type' | 'size' | 'entityTotal'> {
  readonly entities: readonly string[];
}

function toFindingLine({ size, type, entities, entityTotal }: FindingValue): string {
  const told = [...entities, ...toMore(entityTotal, entities.length)].join(', ');
  return `${size}${type === null ? '' : `  ${type}`}  ${told}`;
}

/** Adds `query`, `impact`, `explain` and `findings`. */
export function addQueries({ root, command, perform }: Shell): void {
  command(root, 'query [text]', 'find entities by the query language, the best first')
    .option('--view <view>', 'by the query of this saved view')
    .option('--limit <n>', 'the most to print, 100 if left out')
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
    .option('--limit <n>', 'without a path: the most to print of each side, 10000 at most, 100 if left out')
    .action((source: string, target: string, options: ExplainOptions) =>
      perform((client) => explain(client, source, target, options)),
    );
  command(root, 'findings <finding>', 'cycles, failure-cycles, islands, orphans or hubs')
    .option('--hub-size <n>', 'the fewest relationships of a hub')
    .option('--limit <n>', 'the most to print, 100 if left out')
    .action((name: string, options: { limit?: string; hubSize?: string }) =>
      perform((client) => findings(client, name, options)),
    );
}
