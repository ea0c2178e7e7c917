import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { NamedEnd, RemoteFacts } from '../remote/remote.ts';
import { findEntityRow, saveUnlistedEntity } from '../store/entities.ts';
import { orderEnds, type RelationshipKey } from '../store/relationships.ts';
import type { GroupKey, SyncContext } from './context.ts';
import { settle } from './settle.ts';

/** Both ends of a relationship that a remote told of, as entities of the workspace. */
export interface SeenEnds {
  readonly source: { readonly id: EntityId; readonly kind: string };
  readonly target: { readonly id: EntityId; readonly kind: string };
}

/** The entity that a remote names as an end; one that it never listed is kept by its name there. */
export function findEnd(
  { db, connectionId, capabilities }: SyncContext,
  { kind, remoteId }: NamedEnd,
  now: string,
): SeenEnds['source'] {
  const id =
    findEntityRow(db, connectionId, kind, remoteId)?.id ??
    saveUnlistedEntity(db, connectionId, { kind, remoteId }, now, capabilities.listedKinds);
  return { id, kind };
}

/** The key of a relationship between two ends, whichever of them the remote told first. */
export function toRelationshipKey(
  { connectionId, capabilities }: SyncContext,
  { source, target }: SeenEnds,
): RelationshipKey {
  return orderEnds({ connectionId, sourceId: source.id, targetId: target.id, slot: 0 }, capabilities);
}

/** Settles a relationship that the remote has, and counts what that changed. Answers with its key. */
export function settleSeen(
  context: SyncContext,
  ends: SeenEnds,
  seen: RemoteFacts,
  now: string,
): RelationshipKey {
  const key = toRelationshipKey(context, ends);
  const outcome = settle(context.db, key, seen, now);
  if (outcome !== 'unchanged') context.tally.relationships[outcome] += 1;
  if (outcome === 'added' || outcome === 'updated') {
    noteAddition(context, { type: seen.type, sourceKind: ends.source.kind, targetKind: ends.target.kind });
  }
  return key;
}

/** Counts a relationship that came in this run, so that it lowers no share of what the guard counts. */
export function noteAddition({ additions }: Pick<SyncContext, 'additions'>, group: GroupKey): void {
  const key = JSON.stringify([group.type, group.sourceKind, group.targetKind]);
  const known = additions.get(key);
  if (known === undefined) additions.set(key, { group, count: 1 });
  else known.count += 1;
}
