import {
  type ConnectionId,
  type EntityId,
  type EntitySummary,
  LOCAL_CONNECTION_ID,
  LOCAL_CONNECTION_NAME,
  type Relationship,
} from '../../../src-preload/contract/model.ts';
import type { TargetVerdict } from '../../../src-preload/contract/relationship-types.ts';
import type { SayFromOtherEnd } from '../../../src-preload/contract/type-meaning.ts';
import { turnUnknown } from '../../../src-preload/contract/type-meaning.ts';
import { must } from '../must.ts';
import { RuleError } from '../rules/errors.ts';
import { judgeRelationship, noTypeFacts, type Verdict } from '../rules/judge-relationship.ts';
import { readEntityRow, readEntitySummaries } from '../store/entities.ts';
import { openCommand } from '../store/history.ts';
import {
  allocateRelationshipId,
  orderEnds,
  type RelationshipKey,
  readRelationship,
} from '../store/relationships.ts';
import { runToEnd, type Turns } from '../store/slices.ts';
import { transaction } from '../store/sql.ts';
import { findType } from '../store/types.ts';
import type { CommandContext, JudgeContext } from './context.ts';
import { readInterpreter, readOtherEnd, readTypeFacts, readTypeIds } from './type-facts.ts';
import { findRelationshipId, readWanted, type Wish, want } from './want.ts';

export interface RelateParams {
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
  readonly type: string | null;
  readonly local: boolean;
}

/** Relates two entities. Across connections, or where the user says so, the workspace itself holds it. */
export function relate(context: CommandContext, params: RelateParams): Relationship {
  return transaction(context.db, () => {
    const [source, target] = readEnds(context, params);
    const sayFromOtherEnd = readOtherEnd(context.db);
    const verdict = runToEnd(judgeFrom(context, source, [target], params, sayFromOtherEnd))(target);
    if (verdict !== null) throw new RuleError(verdict.code, verdict.message);
    const key = toKey(context, source, target, params, sayFromOtherEnd);
    const relationshipId = findRelationshipId(context, key) ?? allocateRelationshipId(context.db);
    const { connectionId, sourceId, targetId, type } = key;
    const wish: Wish = { relationshipId, connectionId, sourceId, targetId };
    const historyId = openCommand(context.db, `Relate ${source.name} → ${target.name}`, context.now);
    want(context, historyId, wish, { present: true, type });
    return readRelationship(context.db, wish.relationshipId);
  });
}

/**
 * What `relate` would say to each of the targets, in turns with others; ids that are in no row are left out. Changes
 * nothing.
 */
export function* judgeTargets(
  context: JudgeContext,
  params: Omit<RelateParams, 'targetId'> & { readonly targetIds: readonly EntityId[] },
): Turns<TargetVerdict[]> {
  readEntityRow(context.db, params.sourceId);
  const summaries = readEntitySummaries(context.db, [params.sourceId, ...params.targetIds]);
  const source = must(summaries.get(params.sourceId), 'the source entity');
  const targets = params.targetIds.flatMap((id) => summaries.get(id) ?? []);
  const judge = yield* judgeFrom(context, source, targets, params, readOtherEnd(context.db));
  const verdicts: TargetVerdict[] = [];
  for (const target of targets) {
    const { code, message } = judge(target) ?? { code: null, message: null };
    verdicts.push({ id: target.id, ok: code === null, code, message });
    yield;
  }
  return verdicts;
}

function readEnds({ db }: JudgeContext, params: RelateParams): [EntitySummary, EntitySummary] {
  readEntityRow(db, params.sourceId);
  readEntityRow(db, params.targetId);
  const summaries = readEntitySummaries(db, [params.sourceId, params.targetId]);
  return [
    must(summaries.get(params.sourceId), 'the source entity'),
    must(summaries.get(params.targetId), 'the target entity'),
  ];
}

type Choice = Pick<RelateParams, 'type' | 'local'>;

function* judgeFrom(
  context: JudgeContext,
  source: EntitySummary,
  targets: readonly EntitySummary[],
  choice: Choice,
  sayFromOtherEnd: SayFromOtherEnd,
): Turns<(target: EntitySummary) => Verdict> {
  const { db, capabilitiesOf } = context;
  const interpret = readInterpreter(db);
  const meaning = interpret(choice.type);
  const targetIds = targets.map(({ id }) => id);
  const factsOf =
    meaning === null
      ? () => noTypeFacts
      : yield* readTypeFacts(db, readTypeIds(db, interpret, meaning), meaning, source.id, targetIds);
  return (target) => {
    const key = toKey(context, source, target, choice, sayFromOtherEnd);
    return judgeRelationship({
      source,
      target,
      capabilities: capabilitiesOf(key.connectionId),
      type: key.type,
      connection: key.connectionId === LOCAL_CONNECTION_ID ? LOCAL_CONNECTION_NAME : source.connection,
      exists: isWanted(context, key),
      meaning,
      facts: factsOf(target.id),
    });
  };
}

/** Whether the user wants the relationship of this key already. */
export function isWanted(context: JudgeContext, key: RelationshipKey): boolean {
  const { connectionId, sourceId, targetId } = key;
  const relationshipId = findRelationshipId(context, key);
  if (relationshipId === undefined) return false;
  return readWanted(context, { relationshipId, connectionId, sourceId, targetId }).present;
}

/** A relationship as it is kept: its type as said from the end that is kept as the source. */
export type KeptKey = RelationshipKey & { readonly type: string | null };

/** Which connection would hold the relationship, and as which. Many at a time find the id of a type their own way. */
export function toKey(
  context: JudgeContext,
  source: Pick<EntitySummary, 'id' | 'connectionId'>,
  target: Pick<EntitySummary, 'id' | 'connectionId'>,
  { type, local }: Choice,
  sayFromOtherEnd: SayFromOtherEnd,
  typeIdOf: (type: string) => number | undefined = (name) => findType(context.db, name),
): KeptKey {
  const connectionId: ConnectionId =
    local || source.connectionId !== target.connectionId ? LOCAL_CONNECTION_ID : source.connectionId;
  const capabilities = context.capabilitiesOf(connectionId);
  const ends = orderEnds({ sourceId: source.id, targetId: target.id }, capabilities);
  const isTurned = ends.sourceId !== source.id && !capabilities.typed && type !== null;
  const kept = isTurned ? (sayFromOtherEnd(type) ?? turnUnknown(type)) : type;
  const slotted = capabilities.typed && !capabilities.onePerPair && kept !== null;
  return { connectionId, ...ends, slot: slotted ? (typeIdOf(kept) ?? -1) : 0, type: kept };
}
