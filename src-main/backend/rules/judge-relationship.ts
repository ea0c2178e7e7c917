import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import type { EntitySummary } from '../../../src-preload/contract/model.ts';
import type { RuleCode } from './errors.ts';

/** What a rule says: null is a yes. */
export type Verdict = { readonly code: RuleCode; readonly message: string } | null;

export interface Proposal {
  readonly source: EntitySummary;
  readonly target: EntitySummary;
  readonly capabilities: Capabilities;
  readonly type: string | null;
  /** Name of the connection that would hold it. */
  readonly connection: string;
  /** Whether the user already wants exactly this relationship. */
  readonly exists: boolean;
}

/** The one place that says whether two entities may be related. Pure. */
export function judgeRelationship(proposal: Proposal): Verdict {
  const { source, target, capabilities } = proposal;
  const gone = [source, target].find((entity) => entity.removed);
  if (gone !== undefined) {
    return { code: 'entity-removed', message: `${gone.name} no longer exists on ${gone.connection}.` };
  }
  if (source.id === target.id && !capabilities.self) {
    return { code: 'self-relationship', message: `${source.name} cannot be related to itself.` };
  }
  if (proposal.exists) {
    return {
      code: 'already-related',
      message: `${source.name} is already related to ${target.name} on ${proposal.connection}.`,
    };
  }
  if (capabilities.readOnlyReason !== null) {
    return { code: 'read-only', message: capabilities.readOnlyReason };
  }
  return judgePair(proposal) ?? judgeType(capabilities, proposal.type, proposal.connection);
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

/** Whether a connection takes a relationship of this type. Pure. */
export function judgeType(capabilities: Capabilities, type: string | null, connection: string): Verdict {
  const { typeRequired, typeMaxLength } = capabilities;
  if (type === null) {
    if (!typeRequired) return null;
    return { code: 'type-missing', message: `A relationship on ${connection} needs a type.` };
  }
  if (!capabilities.typed || typeMaxLength === null || countCharacters(type) <= typeMaxLength) return null;
  const message = `A type on ${connection} has at most ${typeMaxLength} characters.`;
  return { code: 'type-too-long', message };
}
