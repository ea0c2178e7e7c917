import {
  type ConnectionId,
  type EntityId,
  type EntitySummary,
  LOCAL_CONNECTION_ID,
  LOCAL_CONNECTION_NAME,
  type Relationship,
} from '../../../src-preload/contract/model.ts';
import { must } from '../must.ts';
import { RuleError } from '../rules/errors.ts';
import { judgeRelationship } from '../rules/judge-relationship.ts';
import { readEntityRow, readEntitySummaries } from '../store/entities.ts';
import { openCommand } from '../store/history.ts';
import {
  allocateRelationshipId,
  orderEnds,
  type RelationshipKey,
  readRelationship,
} from '../store/relationships.ts';
import { transaction } from '../store/sql.ts';
import { findType } from '../store/types.ts';
import type { CommandContext } from './context.ts';
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
    const connectionId =
      params.local || source.connectionId !== target.connectionId ? LOCAL_CONNECTION_ID : source.connectionId;
    const key = toKey(context, params, connectionId);
    const knownId = findRelationshipId(context, key);
    const { sourceId, targetId } = key;
    const relationshipId = knownId ?? allocateRelationshipId(context.db);
    const wish: Wish = { relationshipId, connectionId, sourceId, targetId };
    refuseIfJudgedSo(context, source, target, wish, params.type);
    const historyId = openCommand(context.db, `Relate ${source.name} → ${target.name}`, context.now);
    want(context, historyId, wish, { present: true, type: params.type });
    return readRelationship(context.db, wish.relationshipId);
  });
}

function readEnds({ db }: CommandContext, params: RelateParams): [EntitySummary, EntitySummary] {
  readEntityRow(db, params.sourceId);
  readEntityRow(db, params.targetId);
  const summaries = readEntitySummaries(db, [params.sourceId, params.targetId]);
  return [
    must(summaries.get(params.sourceId), 'the source entity'),
    must(summaries.get(params.targetId), 'the target entity'),
  ];
}

function toKey(context: CommandContext, params: RelateParams, connectionId: ConnectionId): RelationshipKey {
  const capabilities = context.capabilitiesOf(connectionId);
  const slotted = capabilities.typed && !capabilities.onePerPair && params.type !== null;
  const slot = slotted && params.type !== null ? (findType(context.db, params.type) ?? -1) : 0;
  return orderEnds(
    { connectionId, sourceId: params.sourceId, targetId: params.targetId, slot },
    capabilities,
  );
}

function refuseIfJudgedSo(
  context: CommandContext,
  source: EntitySummary,
  target: EntitySummary,
  wish: Wish,
  type: string | null,
): void {
  const verdict = judgeRelationship({
    source,
    target,
    capabilities: context.capabilitiesOf(wish.connectionId),
    type,
    connection: wish.connectionId === LOCAL_CONNECTION_ID ? LOCAL_CONNECTION_NAME : source.connection,
    exists: readWanted(context, wish).present,
  });
  if (verdict !== null) throw new RuleError(verdict.code, verdict.message);
}
