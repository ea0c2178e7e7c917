import { RelationshipType } from '../../../src-preload/contract/relationship-types.ts';
import type { Client } from './client.ts';
import { CommandLineError, exitCodes, wrongUsage } from './errors.ts';
import { parseCount } from './query-commands.ts';

/** What a call says of a type; the rest stays, or is the least that a new type can be. */
export interface TypeOptions {
  readonly inverse?: string;
  readonly symmetric?: string;
  readonly sourceKinds?: readonly string[];
  readonly targetKinds?: readonly string[];
  readonly maxPerSource?: string;
  readonly maxPerTarget?: string;
  readonly acyclic?: string;
  readonly duplicates?: string;
  readonly self?: string;
  readonly impact?: string;
  readonly needed?: string;
}

/** The type of the vocabulary with that name as the options would have it, or a new one. */
export async function readWantedType(
  client: Client,
  name: string,
  options: TypeOptions,
): Promise<RelationshipType> {
  const known = (await client.request('types:list', {})).find(({ type }) => type.name === name)?.type;
  const wanted = toType(known ?? toNewType(name, options), options);
  const parsed = RelationshipType.safeParse(wanted);
  if (parsed.success) return parsed.data;
  // as an import of types says it
  throw new CommandLineError(exitCodes.failed, {
    code: 'types-not-read',
    message: `“${name}” was not saved: ${parsed.error.issues[0]?.message ?? 'it is no type.'}`,
    details: {},
  });
}

/** Carries a failure as a type does that the vocabulary does not know. */
function toNewType(name: string, { inverse, symmetric }: TypeOptions): RelationshipType {
  const isSymmetric = symmetric === 'yes';
  if (inverse === undefined && !isSymmetric) {
    throw wrongUsage(
      `“${name}” is new: say how it reads from the target with --inverse, or --symmetric yes.`,
    );
  }
  return {
    name,
    inverse: name,
    symmetric: isSymmetric,
    sourceKinds: null,
    targetKinds: null,
    maxPerSource: null,
    maxPerTarget: null,
    acyclic: false,
    duplicates: false,
    self: false,
    impact: isSymmetric ? 'both' : 'to-target',
    needed: null,
  };
}

function toType(from: RelationshipType, options: TypeOptions): RelationshipType {
  const symmetric = parseYes(options.symmetric, '--symmetric') ?? from.symmetric;
  return {
    name: from.name,
    inverse: options.inverse ?? (symmetric ? from.name : from.inverse),
    symmetric,
    sourceKinds: parseKinds(options.sourceKinds, from.sourceKinds),
    targetKinds: parseKinds(options.targetKinds, from.targetKinds),
    maxPerSource: parseMost(options.maxPerSource, from.maxPerSource, '--max-per-source'),
    maxPerTarget: parseMost(options.maxPerTarget, from.maxPerTarget, '--max-per-target'),
    acyclic: parseYes(options.acyclic, '--acyclic') ?? from.acyclic,
    duplicates: parseYes(options.duplicates, '--duplicates') ?? from.duplicates,
    self: parseYes(options.self, '--self') ?? from.self,
    impact: parseImpact(options.impact) ?? from.impact,
    needed: parseMost(options.needed, from.needed, '--needed', 'all'),
  };
}

function parseYes(text: string | undefined, option: string): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw wrongUsage(`${option} takes yes or no, not ${text}.`);
}

function parseKinds(kinds: readonly string[] | undefined, known: string[] | null): string[] | null {
  if (kinds === undefined) return known;
  return kinds.length === 1 && kinds[0] === 'any' ? null : [...kinds];
}

function parseMost(
  text: string | undefined,
  known: number | null,
  option: string,
  none = 'any',
): number | null {
  if (text === undefined) return known;
  return text === none ? null : parseCount(text, 1, 1_000_000, option);
}

function parseImpact(text: string | undefined): RelationshipType['impact'] | undefined {
  if (text === undefined) return undefined;
  const impact = RelationshipType.shape.impact.safeParse(text);
  if (impact.success) return impact.data;
  throw wrongUsage(`--impact takes ${RelationshipType.shape.impact.options.join(', ')}; not ${text}.`);
}
