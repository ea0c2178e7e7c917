import {
  type EntityId,
  LOCAL_CONNECTION_ID,
  type Relationship,
  type RelationshipId,
} from '../../../src-preload/contract/model.ts';
import { type Interpret, type Meaning, turnUnknown } from '../../../src-preload/contract/type-meaning.ts';
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
import { readInterpreter, readOtherEnd, readTypeFacts, readTypeIds } from './type-facts.ts';
import { readWanted, want } from './want.ts';

/** Changes the type of a relationship, said from the end `from`, its source where none is given; null takes it away. */
export function retype(
  context: CommandContext,
  id: RelationshipId,
  said: string | null,
  from: EntityId | null = null,
): Relationship {
  return transaction(context.db, () => {
    const relationship = readRelationship(context.db, id);
    const type = from === null ? said : toType(context, relationship, said, from);
    if (relationship.type === type) return relationship;
    const wish = toWish(relationship);
    const wanted = readWanted(context, wish);
    const isMark = !context.capabilitiesOf(relationship.connectionId).typed;
    if (!wanted.present && !isMark) return relationship; // what is to be removed there has no type to change
    refuseIfTaken(context, relationship, type);
    refuseIfJudgedSo(context, relationship, { type, said, isTurned: from === relationship.target.id });
    const { source, target } = relationship;
    const label = `Change the type of ${source.name} → ${target.name} to ${type ?? 'none'}`;
    const historyId = openCommand(context.db, label, context.now);
    want(context, historyId, wish, { ...wanted, type });
    return readRelationship(context.db, id);
  });
}

/** The type as said from the source. A remote that keeps types is sent no word that it and the vocabulary do not know. */
function toType(
  context: CommandContext,
  { source, target, connectionId }: Relationship,
  said: string | null,
  from: EntityId,
): string | null {
  if (from !== source.id && from !== target.id) {
    const ends = `${source.name} and ${target.name}`;
    throw new RuleError('not-an-end', `A type is said from one of the ends: ${ends}. Nothing was changed.`);
  }
  if (said === null || from === source.id) return said;
  const turned = readOtherEnd(context.db)(said);
  if (turned !== null) return turned;
  if (!context.capabilitiesOf(connectionId).typed) return turnUnknown(said);
  throw new RuleError(
    'type-unknown',
    `How “${said}” is said from ${source.name} is not in the vocabulary. Nothing was changed: define the type, or relate ${target.name} to ${source.name} instead.`,
  );
}

/** A type as it is kept, and as it was said, from the target where it is turned. */
interface Said {
  readonly type: string | null;
  readonly said: string | null;
  readonly isTurned: boolean;
}

function refuseIfJudgedSo(context: CommandContext, relationship: Relationship, said: Said): void {
  const { source, target } = relationship;
  const asSaid = said.isTurned ? { ...relationship, source: target, target: source } : relationship;
  const verdict = judge(context, asSaid, said);
  if (verdict !== null) throw new RuleError(verdict.code, verdict.message);
  const capabilities = context.capabilitiesOf(relationship.connectionId);
  if (capabilities.typed && capabilities.readOnlyReason !== null) {
    throw new RuleError('read-only', capabilities.readOnlyReason);
  }
}

function judge(context: CommandContext, relationship: Relationship, { type, said }: Said): Verdict {
  const { source, target, connectionId, connection } = relationship;
  const capabilities = context.capabilitiesOf(connectionId);
  const interpret = readInterpreter(context.db);
  const meaning = interpret(said);
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
