import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type {
  Direction,
  EntityRef,
  NamedEnd,
  RelatedEnd,
  Remote,
  RemoteEntity,
  RemoteFacts,
  RemoteRelationship,
} from '../../src-main/backend/remote/remote.ts';
import { type Call, type FaultRule, takeFault, toError } from './faults.ts';
import { noteRead, noteWriteAnswered, noteWriteSent } from './invariants.ts';
import type { SimClient, World } from './model.ts';
import { waitForTurn } from './scheduler.ts';
import {
  endsOf,
  isAlive,
  isVisible,
  listedEntities,
  put,
  readAt,
  readThere,
  type There,
  type Truth,
  take,
  toName,
  toPair,
} from './truth.ts';

const PAGE = 3;
/** How far a copy that lags may lie behind. */
const LAG = 12;

/** One life of one client on the network. */
interface Link {
  readonly world: World;
  readonly client: SimClient;
  readonly life: number;
  readonly signal: AbortSignal;
}

/** The remote as one life of one client reaches it. */
export function createSimRemote(world: World, client: SimClient): Remote {
  const { life } = client;
  const { capabilities } = world;
  const link = (signal: AbortSignal): Link => ({ world, client, life, signal });
  return {
    capabilities,
    kinds: world.kinds,
    feed: null,
    batch: null,
    fetchCapabilities: async () => capabilities,
    identify: (signal) =>
      call(link(signal), 'identify', '', () => ({
        fingerprint: client.account.name,
        label: 'Simulated',
        account: '1',
      })),
    fetchEntities: (kind, signal) => fetchPages(link(signal), kind),
    fetchRelationshipsOf: (entity, direction, signal) =>
      call(link(signal), 'fetchRelationshipsOf', `${toName(entity)} ${direction}`, (fault) =>
        list(client, entity, direction, fault),
      ),
    fetchLiveness: (entity, signal) =>
      call(link(signal), 'fetchLiveness', toName(entity), () => {
        if (!isVisible(client.account, entity)) return 'unknown';
        return isAlive(client.account, entity) ? 'alive' : 'gone';
      }),
    probe: (relationship, signal) =>
      call(link(signal), 'probe', nameOf(client, relationship), (fault) =>
        probe(client, relationship, fault),
      ),
    create: (relationship, signal) => write(link(signal), 'create', relationship, create),
    remove: (relationship, signal) => write(link(signal), 'remove', relationship, remove),
    describe: ({ source, target }, call) => ({ method: call, path: `${toName(source)} ${toName(target)}` }),
  };
}

function nameOf({ account }: SimClient, { source, target }: RemoteRelationship): string {
  return toPair(account, source, target);
}

/** A read: it travels, it is answered or struck, and its answer may be bent. */
async function call<T>(
  link: Link,
  name: Call,
  about: string,
  body: (fault: FaultRule | null) => T,
): Promise<T> {
  await travel(link, name, about);
  const fault = strike(link, name);
  if (fault !== null) {
    const error = toError(fault);
    if (error !== null) throw error;
  }
  const answer = body(fault);
  link.world.trace.add(`  ${link.client.name} < ${JSON.stringify(answer)}`);
  return answer;
}

async function travel(link: Link, name: string, about: string): Promise<void> {
  const { world, client, life } = link;
  if (client.life !== life) return await new Promise(() => undefined);
  world.trace.add(`  ${client.name} > ${name} ${about}`);
  await waitForTurn(world, client, life);
  throwIfCancelled(link, name);
  if (!client.online) throw new RemoteError('unreachable', `Simulated, ${name}: there is no network.`);
}

function throwIfCancelled({ signal }: Link, name: string): void {
  if (signal.aborted) throw new RemoteError('cancelled', `Simulated, ${name} was cancelled.`);
}

function strike({ world, client }: Link, name: Call): FaultRule | null {
  const fault = takeFault(client.faults, name);
  if (fault === undefined) return null;
  world.seen.add(`fault: ${fault.kind} ${fault.when}`);
  world.trace.add(`  ${client.name} ! ${fault.kind} ${fault.when}`);
  return fault;
}

/** A write: its answer travels too, so that anything can happen after it was applied and before that is known. */
async function write<T>(
  link: Link,
  name: 'create' | 'remove',
  relationship: RemoteRelationship,
  apply: (client: SimClient, relationship: RemoteRelationship) => T,
): Promise<T> {
  const { world, client, life } = link;
  const { account } = client;
  const pair = toPair(account, relationship.source, relationship.target);
  if (client.life === life) noteWriteSent(client, name, pair, relationship.type);
  await travel(link, name, `${pair} ${relationship.type ?? ''}`);
  const fault = strike(link, name);
  const error = fault === null ? null : toError(fault);
  if (fault?.kind === 'late') {
    world.late.push(() => void attempt(() => apply(client, relationship)));
    throw error;
  }
  if (error !== null && fault?.when === 'before') {
    if (error.kind === 'refused') noteWriteAnswered(client, pair);
    throw error;
  }
  const answer = attempt(() => apply(client, relationship));
  await waitForTurn(world, client, life);
  throwIfCancelled(link, name);
  if (error !== null) throw error;
  noteWriteAnswered(client, pair);
  world.trace.add(`  ${client.name} < ${answer.error?.message ?? JSON.stringify(answer.value)}`);
  if (answer.error !== null) throw answer.error;
  return answer.value as T; // without an error there is a value
}

function attempt<T>(body: () => T): { value: T | undefined; error: RemoteError | null } {
  try {
    return { value: body(), error: null };
  } catch (error) {
    if (error instanceof RemoteError) return { value: undefined, error };
    throw error;
  }
}

async function* fetchPages(link: Link, kind: string): AsyncGenerator<readonly RemoteEntity[]> {
  const { client } = link;
  const rows = () => listedEntities(client.account).filter((entity) => entity.kind === kind);
  for (let skip = 0; skip === 0 || skip < rows().length; skip += PAGE) {
    yield await call(link, 'fetchEntities', `${kind} ${skip}`, (fault) =>
      bend(rows().slice(skip, skip + PAGE), fault).map(({ kind, remoteId, name, archived }) => {
        return { kind, remoteId, lookupId: remoteId, name, archived, fields: [] };
      }),
    );
  }
}

/** A list that lies. */
function bend<T>(rows: readonly T[], fault: FaultRule | null): readonly T[] {
  if (fault?.kind === 'empty') return [];
  if (fault?.kind === 'omit') return rows.filter((_, index) => index % 2 === 1);
  if (fault?.kind === 'repeat') return [...rows, ...rows];
  return rows;
}

function lookUp(client: SimClient, pair: string, fault: FaultRule | null): There {
  const { account } = client;
  if (fault?.kind !== 'stale') return readThere(account, pair);
  const tick = Math.max(0, account.tick() - LAG);
  client.staleSince = Math.min(client.staleSince, tick);
  return readAt(account, pair, tick);
}

function list(
  client: SimClient,
  entity: EntityRef,
  direction: Direction,
  fault: FaultRule | null,
): readonly RelatedEnd[] {
  const { account } = client;
  if (!isVisible(account, entity)) return [];
  const ends: RelatedEnd[] = [];
  for (const pair of account.moments.keys()) {
    const far = findFar(account, pair, entity, direction);
    const there = far === null ? null : lookUp(client, pair, fault);
    if (far === null || there === null || !isVisible(account, far)) continue;
    ends.push({ ...far, type: there.type, relationshipId: there.remoteId });
    if (fault === null || fault.kind === 'repeat') noteRead(client, pair);
  }
  return bend(ends, fault);
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

function probe(client: SimClient, { source, target }: RemoteRelationship, fault: FaultRule | null): There {
  const { account } = client;
  const pair = toPair(account, source, target);
  noteRead(client, pair);
  if ([source, target].some((end) => !isVisible(account, end))) {
    if (client.world.capabilities.absenceProof === 'probe-and-ends') return null;
    throw new RemoteError('forbidden', 'Simulated, probe: an end may not be seen.'); // there, null is a proof
  }
  return lookUp(client, pair, fault);
}

function create(
  { account, world: { capabilities } }: SimClient,
  { source, target, type, remoteId }: RemoteRelationship,
): RemoteFacts {
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
  return put(account, source, target, type, capabilities.clientIds ? remoteId : null);
}

function remove({ account }: SimClient, { source, target, remoteId }: RemoteRelationship): void {
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

function refuseWrites({ readOnly }: Truth): void {
  if (readOnly) throw new RemoteError('read-only', 'Simulated: this server only reads.');
}

function refuseIfEndRemoved(account: Truth, ends: readonly (EntityRef & NamedEnd)[]): void {
  const removedEnds = ends.filter((end) => !isAlive(account, end));
  if (removedEnds.length === 0) return;
  throw new RemoteError('end-removed', 'Simulated: an end is gone.', { removedEnds });
}
