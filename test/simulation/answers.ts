import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type {
  Direction,
  EntityRef,
  NamedEnd,
  RelatedEnd,
  RemoteFacts,
  RemoteRelationship,
} from '../../src-main/backend/remote/remote.ts';
import { findHindrance } from './abilities.ts';
import type { FaultRule } from './faults.ts';
import { noteListed } from './invariants-kept.ts';
import { noteRead } from './invariants-writes.ts';
import type { SimClient } from './model.ts';
import {
  endsOf,
  isAlive,
  isVisible,
  put,
  readAt,
  readThere,
  type There,
  type Truth,
  take,
  toName,
  toPair,
} from './truth.ts';

/** How far a copy that lags may lie behind. */
const LAG = 12;

/** A list that lies. */
export function bend<T>(rows: readonly T[], fault: FaultRule | null): readonly T[] {
  if (fault?.kind === 'empty') return [];
  if (fault?.kind === 'omit') return rows.filter((_, index) => index % 2 === 1);
  if (fault?.kind === 'repeat') return [...rows, ...rows];
  if (fault?.kind === 'shuffle') return rows.toReversed();
  return rows;
}

function lookUp(client: SimClient, pair: string, fault: FaultRule | null): There {
  const { account } = client;
  if (fault?.kind !== 'stale') return readThere(account, pair);
  const tick = Math.max(0, account.tick() - LAG);
  const [then, now] = [readAt(account, pair, tick), readThere(account, pair)];
  const { edition, hasFeed } = client.world;
  // no feed would tell again what a late copy contradicts: RULES.md, Change feeds
  if (edition > 1 && hasFeed && then !== null && now === null) return now;
  client.staleSince = Math.min(client.staleSince, tick);
  return then;
}

/** The other ends of an entity's relationships in one direction. */
export function list(
  client: SimClient,
  entity: EntityRef,
  direction: Direction,
  fault: FaultRule | null,
): readonly RelatedEnd[] {
  const { account } = client;
  const ends: RelatedEnd[] = [];
  const pairs = isVisible(account, entity) ? account.moments.keys() : [];
  for (const pair of pairs) {
    const far = findFar(account, pair, entity, direction);
    const there = far === null ? null : lookUp(client, pair, fault);
    if (far === null || there === null || !isVisible(account, far)) continue;
    ends.push({ ...far, type: there.type, relationshipId: there.remoteId });
    if (fault === null || ['repeat', 'shuffle', 'stale'].includes(fault.kind)) noteRead(client, pair);
  }
  const told = bend(ends, fault);
  if (direction === 'outgoing')
    noteListed(
      client,
      toName(entity),
      told.map((end) => toListed(account, entity, end)),
    );
  return told;
}

function toListed(account: Truth, near: NamedEnd, far: RelatedEnd) {
  return { pair: toPair(account, near, far), type: far.type };
}

/** The other end of a pair as seen from an entity in a direction; null where it is none of its ends. */
function findFar(account: Truth, pair: string, entity: NamedEnd, direction: Direction): NamedEnd | null {
  const [source, target] = endsOf(account, pair);
  const name = toName(entity);
  const isSource = toName(source) === name && (direction === 'outgoing' || !account.directed);
  if (isSource) return target;
  const isTarget = toName(target) === name && (direction === 'incoming' || !account.directed);
  return isTarget ? source : null;
}

/** What its own request finds of a relationship. */
export function probe(
  client: SimClient,
  { source, target }: RemoteRelationship,
  fault: FaultRule | null,
): There {
  const { account } = client;
  const pair = toPair(account, source, target);
  noteRead(client, pair);
  if ([source, target].some((end) => !isVisible(account, end))) {
    if (client.world.capabilities.absenceProof === 'probe-and-ends') return null;
    throw new RemoteError('forbidden', 'Simulated, probe: an end may not be seen.'); // there, null is a proof
  }
  return lookUp(client, pair, fault);
}

/** Makes a relationship; one that is there already stays as it is. */
export function create(
  { account, world }: SimClient,
  { source, target, type, remoteId }: RemoteRelationship,
): RemoteFacts {
  const { capabilities, edition } = world;
  refuseWrites(account);
  refuseIfEndRemoved(account, [source, target]);
  const there = readThere(account, toPair(account, source, target));
  if (there !== null) return there;
  if (capabilities.clientIds && remoteId !== null && account.usedIds.has(remoteId)) {
    throw new RemoteError('id-taken', 'Simulated, create: another relationship has or had this id.');
  }
  const isRefused =
    account.refusedPairs.has(`${source.kind} ${target.kind}`) || account.refusedTypes.has(type ?? '');
  if (isRefused) throw new RemoteError('refused', 'Simulated, create: the relationship is not allowed.');
  const hindrance = edition === 1 ? null : findHindrance(capabilities, { source, target, type });
  if (hindrance !== null) throw new RemoteError('refused', `Simulated, create: ${hindrance}.`);
  const kept = account.clamps ? cutShort(type) : type;
  if (kept !== type) world.seen.add('a type was cut short');
  return put(account, source, target, kept, capabilities.clientIds ? remoteId : null);
}

/** Deletes a relationship under the id it has now. */
export function remove({ account }: SimClient, { source, target, remoteId }: RemoteRelationship): void {
  refuseWrites(account);
  const pair = toPair(account, source, target);
  const there = readThere(account, pair);
  if (there === null) {
    refuseIfEndRemoved(account, [source, target]);
    return;
  }
  if (there.remoteId !== remoteId) {
    throw new RemoteError('refused', 'Simulated, remove: the relationship has another id by now.');
  }
  take(account, pair);
}

/** What a server makes of a type that it has no room or no word for. */
function cutShort(type: string | null): string | null {
  return type === 'c' ? 'b' : (type?.slice(0, 4) ?? null);
}

function refuseWrites({ readOnly }: Truth): void {
  if (readOnly) throw new RemoteError('read-only', 'Simulated: this server only reads.');
}

function refuseIfEndRemoved(account: Truth, ends: readonly (EntityRef & NamedEnd)[]): void {
  const removedEnds = ends.filter((end) => !isAlive(account, end));
  if (removedEnds.length === 0) return;
  throw new RemoteError('end-removed', 'Simulated: an end is gone.', { removedEnds });
}
