import {
  LOCAL_CONNECTION_ID,
  type Relationship,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import type { Interpret, Meaning } from '../../../src-preload/contract/type-meaning.ts';
import { RuleError } from '../rules/errors.ts';
import { judgeType, noTypeFacts, type TypeFacts, type Verdict } from '../rules/judge-relationship.ts';
import { openCommand } from '../store/history.ts';
import { findLocalRelationship } from '../store/local-relationships.ts';
import { readRelationship } from '../store/relationships.ts';
import { runToEnd } from '../store/slices.ts';
import { transaction } from '../store/sql.ts';
import { findType } from '../store/types.ts';
import type { CommandContext } from './context.ts';
import { toWish } from './to-wish.ts';
import { readInterpreter, readTypeFacts, readTypeIds } from './type-facts.ts';
import { readWanted, want } from './want.ts';

/** Changes the type of a relationship; null takes it away. */
export function retype(context: CommandContext, id: RelationshipId, type: string | null): Relationship {
  return transaction(context.db, () => {
    const relationship = readRelationship(context.db, id);
    if (relationship.type === type) return relationship;
    refuseIfTaken(context, relationship, type);
    refuseIfJudgedSo(context, relationship, type);
    const { source, target } = relationship;
    const label = `Change the type of ${source.name} → ${target.name} to ${type ?? 'none'}`;
    const historyId = openCommand(context.db, label, context.now);
    const wish = toWish(relationship);
    want(context, historyId, wish, { ...readWanted(context, wish), type });
    return readRelationship(context.db, id);
  });
}

function refuseIfJudgedSo(context: CommandContext, relationship: Relationship, type: string | null): void {
  const verdict = judge(context, relationship, type);
  if (verdict !== null) throw new RuleError(verdict.code, verdict.message);
  const capabilities = context.capabilitiesOf(relationship.connectionId);
  if (capabilities.typed && capabilities.readOnlyReason !== null) {
    throw new RuleError('read-only', capabilities.readOnlyReason);
  }
}

function judge(context: CommandContext, relationship: Relationship, type: string | null): Verdict {
  const { source, target, connectionId, connection } = relationship;
  const capabilities = context.capabilitiesOf(connectionId);
  const interpret = readInterpreter(context.db);
  const meaning = interpret(type);
  const facts = meaning === null ? noTypeFacts : readFactsBeside(context, relationship, interpret, meaning);
  const proposal = { source, target, capabilities, type, connection, exists: false, meaning, facts };
  return judgeType(proposal);
}

function readFactsBeside(
  { db }: CommandContext,
  { id, source, target }: Relationship,
  interpret: Interpret,
  meaning: Meaning,
): TypeFacts {
  const types = readTypeIds(db, interpret, meaning);
  return runToEnd(readTypeFacts(db, types, meaning, source.id, [target.id], id))(target.id);
}

function refuseIfTaken(context: CommandContext, relationship: Relationship, type: string | null): void {
  if (relationship.connectionId !== LOCAL_CONNECTION_ID) return;
  const slot = type === null ? 0 : (findType(context.db, type) ?? -1);
  const ends = { sourceId: relationship.source.id, targetId: relationship.target.id };
  if (findLocalRelationship(context.db, { connectionId: LOCAL_CONNECTION_ID, ...ends, slot }) === undefined)
    return;
  throw new RuleError(
    'already-related',
    `${relationship.source.name} is already related to ${relationship.target.name} with that type.`,
  );
}
