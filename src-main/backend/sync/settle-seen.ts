import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { NamedEnd, RemoteFacts } from '../remote/remote.ts';
import { findEntityIds, saveUnlistedEntity } from '../store/entities.ts';
import { orderEnds, type RelationshipKey } from '../store/relationships.ts';
import { transaction } from '../store/sql.ts';
import type { GroupKey, SyncContext } from './context.ts';
import { type Settled, settle } from './settle.ts';
import { settleAll } from './settle-all.ts';

/** Both ends of a relationship that a remote told of, as entities of the workspace. */
export interface SeenEnds {
  readonly source: { readonly id: EntityId; readonly kind: string };
  readonly target: { readonly id: EntityId; readonly kind: string };
}

/** A relationship that a remote has, with its ends as entities of the workspace. */
export interface SeenRelationship {
  readonly ends: SeenEnds;
  readonly facts: RemoteFacts;
}

/** The entities that a remote names as ends, in their order; one that it never listed is kept by its name there. */
export function findEnds(
  { db, connectionId, capabilities }: SyncContext,
  named: readonly NamedEnd[],
  now: string,
): SeenEnds['source'][] {
  const known = findEntityIds(db, connectionId, named);
  return named.map(({ kind, remoteId }, place) => {
    const id =
      known.get(place) ??
      saveUnlistedEntity(db, connectionId, { kind, remoteId }, now, capabilities.listedKinds);
    return { id, kind };
  });
}

/** The key of a relationship between two ends, whichever of them the remote told first. */
export function toRelationshipKey(
  { connectionId, capabilities }: SyncContext,
  {
    source,
    target,
  }: { readonly source: { readonly id: EntityId }; readonly target: { readonly id: EntityId } },
): RelationshipKey {
  return orderEnds({ connectionId, sourceId: source.id, targetId: target.id, slot: 0 }, capabilities);
}

/** Settles a relationship that the remote has, and counts what that changed. */
export function settleSeen(context: SyncContext, seen: SeenRelationship, now: string): void {
  transaction(context.db, () => {
    count(context, seen, settle(context.db, toRelationshipKey(context, seen.ends), seen.facts, now));
    context.recordDone();
  });
}

/**
 * Settles all that a page tells, inside the caller's transaction, and counts what that changed. Answers with the id of
 * each, in the order of the page.
 */
export function settlePage(
  context: SyncContext,
  page: readonly SeenRelationship[],
  now: string,
): RelationshipId[] {
  const told = page.map(({ ends, facts }) => ({ key: toRelationshipKey(context, ends), facts }));
  const settled = settleAll(context.db, told, now);
  for (const [index, { outcome }] of settled.entries()) {
    const seen = page[index];
    if (seen !== undefined) count(context, seen, outcome);
  }
  context.recordDone();
  return settled.map(({ id }) => id);
}

function count(context: SyncContext, { ends, facts }: SeenRelationship, outcome: Settled): void {
  if (outcome === 'unchanged') return;
  context.tally.relationships[outcome] += 1;
  if (outcome === 'removed') return;
  noteAddition(context, { type: facts.type, sourceKind: ends.source.kind, targetKind: ends.target.kind });
}

/** Counts a relationship that came in this run, so that it lowers no share of what the guard counts. */
export function noteAddition({ additions }: Pick<SyncContext, 'additions'>, group: GroupKey): void {
  const key = JSON.stringify([group.type, group.sourceKind, group.targetKind]);
  const known = additions.get(key);
  if (known === undefined) additions.set(key, { group, count: 1 });
  else known.count += 1;
}
