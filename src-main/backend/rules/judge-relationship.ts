import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import {
  type EntitySummary,
  LOCAL_CONNECTION_NAME,
  TYPE_NAME_LENGTH,
} from '../../../src-preload/contract/model.ts';
import type { Meaning } from '../../../src-preload/contract/type-meaning.ts';
import type { RuleCode } from './errors.ts';

/** What a rule says: null is a yes. */
export type Verdict = { readonly code: RuleCode; readonly message: string } | null;

/** What is there already of the same type, as the vocabulary reads it; the relationship that is judged left out. */
export interface TypeFacts {
  /** Relationships of this type that the source has as source, and the target as target. */
  readonly ofSource: number;
  readonly ofTarget: number;
  /** Whether the two are related by this type already, by whatever connection. */
  readonly related: boolean;
  /** Whether the type leads from the target back to the source; `unknown` where there was too much to follow. */
  readonly leadsBack: boolean | 'unknown';
}

/** Facts about two entities that have nothing of the type. */
export const noTypeFacts: TypeFacts = { ofSource: 0, ofTarget: 0, related: false, leadsBack: false };

export interface Proposal {
  readonly source: EntitySummary;
  readonly target: EntitySummary;
  readonly capabilities: Capabilities;
  readonly type: string | null;
  /** Name of the connection that would hold it. */
  readonly connection: string;
  /** Whether the user already wants exactly this relationship. */
  readonly exists: boolean;
  /** What the vocabulary knows of the type, or null. */
  readonly meaning: Meaning | null;
  /** In the order of source and target here, even where the type is named by its inverse. */
  readonly facts: TypeFacts;
}

/** The one place that says whether two entities may be related. Pure. */
export function judgeRelationship(proposal: Proposal): Verdict {
  return judgeEnds(proposal) ?? judgeType(proposal);
}

function judgeEnds(proposal: Proposal): Verdict {
  const { source, target, capabilities, connection } = proposal;
  const gone = [source, target].find((entity) => entity.removed);
  if (gone !== undefined) {
    return { code: 'entity-removed', message: `${gone.name} no longer exists on ${gone.connection}.` };
  }
  if (source.id === target.id && !(proposal.capabilities.self && mayBeItself(proposal)))
    return refuseItself(source);
  if (proposal.exists) {
    return {
      code: 'already-related',
      message: `${source.name} is already related to ${target.name} on ${connection}.`,
    };
  }
  if (capabilities.readOnlyReason !== null) {
    return { code: 'read-only', message: capabilities.readOnlyReason };
  }
  return judgePair(proposal);
}

/** What is held here is related to itself only by a type of the vocabulary that says so. */
function mayBeItself({ meaning, connection }: Proposal): boolean {
  return meaning?.type.self ?? connection !== LOCAL_CONNECTION_NAME;
}

function refuseItself({ name }: EntitySummary): Verdict {
  return { code: 'self-relationship', message: `${name} cannot be related to itself.` };
}

/** Whether entities of these kinds may be related; the message names what the first one may be related to. */
function judgePair({ source, target, capabilities, connection }: Proposal): Verdict {
  const { allowedPairs, directed } = capabilities;
  if (allowedPairs === null) return null;
  const pairs = allowedPairs.flatMap((pair) =>
    directed ? [pair] : [pair, { source: pair.target, target: pair.source }],
  );
  const allowed = [
    ...new Set(pairs.filter((pair) => pair.source === source.kind).map((pair) => pair.target)),
  ];
  if (allowed.includes(target.kind)) return null;
  const instead = allowed.length === 0 ? 'nothing' : allowed.toSorted().join(', ');
  const preposition = directed ? 'to' : 'and';
  return {
    code: 'pair-not-allowed',
    message: `${connection} takes no relationship ${directed ? 'from' : 'between'} ${source.kind} ${preposition} ${target.kind}. What it takes for ${source.kind}: ${instead}.`,
  };
}

/** Characters as databases count them: code points, not the halves of surrogate pairs. */
function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** The part of the judgement that is about the type alone: all that a change of type can break. Pure. */
export function judgeType(proposal: Proposal): Verdict {
  return judgeTypeName(proposal) ?? judgeMeaning(proposal);
}

function judgeTypeName({ capabilities, type, connection }: Proposal): Verdict {
  const { typeRequired, typeMaxLength } = capabilities;
  if (type === null) {
    if (!typeRequired) return null;
    return { code: 'type-missing', message: `A relationship on ${connection} needs a type.` };
  }
  if (type.length > TYPE_NAME_LENGTH) {
    const message = `A type has at most ${TYPE_NAME_LENGTH} characters, also as it is said from the other end.`;
    return { code: 'type-too-long', message };
  }
  if (!capabilities.typed || typeMaxLength === null || countCharacters(type) <= typeMaxLength) return null;
  const message = `A type on ${connection} has at most ${typeMaxLength} characters.`;
  return { code: 'type-too-long', message };
}

function judgeMeaning(proposal: Proposal): Verdict {
  const { source, target } = proposal;
  if (source.id === target.id && !mayBeItself(proposal)) return refuseItself(source);
  if (proposal.meaning === null) return null;
  return judgeKinds(proposal, proposal.meaning) ?? judgeFacts(proposal, proposal.meaning);
}

function judgeKinds({ source, target }: Proposal, { type, reversed }: Meaning): Verdict {
  const kindsOf = { source: type.sourceKinds, target: type.targetKinds };
  const ends = reversed ? { source: target, target: source } : { source, target };
  for (const end of ['source', 'target'] as const) {
    const kinds = kindsOf[end];
    if (kinds === null || kinds.includes(ends[end].kind)) continue;
    const message = `“${type.name}” has ${list(kinds)} as its ${end}; ${ends[end].name} is a ${ends[end].kind}.`;
    return { code: 'kind-not-allowed', message };
  }
  return null;
}

function list(kinds: readonly string[]): string {
  return kinds.length === 1 ? `only ${kinds[0]}` : `one of ${kinds.join(', ')}`;
}

function judgeFacts({ source, target, facts }: Proposal, { type, reversed }: Meaning): Verdict {
  if (facts.related && !type.duplicates) {
    return {
      code: 'duplicate-type',
      message: `${source.name} and ${target.name} are already related by “${type.name}”.`,
    };
  }
  const [mostOfSource, mostOfTarget] = reversed
    ? [type.maxPerTarget, type.maxPerSource]
    : [type.maxPerSource, type.maxPerTarget];
  if (mostOfSource !== null && facts.ofSource >= mostOfSource) {
    return {
      code: 'too-many-of-source',
      message: tooMany(source, mostOfSource, reversed ? type.inverse : type.name),
    };
  }
  if (mostOfTarget !== null && facts.ofTarget >= mostOfTarget) {
    return {
      code: 'too-many-of-target',
      message: tooMany(target, mostOfTarget, reversed ? type.name : type.inverse),
    };
  }
  return type.acyclic ? judgeCycle(source, target, facts.leadsBack, type.name) : null;
}

function tooMany(entity: EntitySummary, most: number, label: string): string {
  return `${entity.name} has ${most} of at most ${most} relationships “${label}”.`;
}

function judgeCycle(
  source: EntitySummary,
  target: EntitySummary,
  leadsBack: TypeFacts['leadsBack'],
  name: string,
): Verdict {
  if (leadsBack === false) return null;
  if (leadsBack === true) {
    const message = `“${name}” leads from ${target.name} back to ${source.name}: it would go in a circle.`;
    return { code: 'would-make-cycle', message };
  }
  const message = `Too much is related by “${name}” to be sure that ${source.name} → ${target.name} makes no circle.`;
  return { code: 'cycle-unchecked', message };
}
