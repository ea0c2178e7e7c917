import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type {
  BatchCalls,
  ChangePage,
  Direction,
  EntityRef,
  NamedEnd,
  RelatedEnd,
  Remote,
  RemoteEntity,
  RemoteFacts,
  RemoteRelationship,
  ToldRelationship,
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
    feed: world.hasFeed ? { fetchChanges: (cursor, signal) => fetchChanges(link(signal), cursor) } : null,
    batch: world.hasBatch ? createBatch(link, client) : null,
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
    describe: (method, foreseen) =>
      foreseen.map(({ relationship }) => ({
        method,
        path: nameOf(client, relationship),
        about: [relationship],
      })),
    describeLiveness: (entity) => ({ method: 'fetchLiveness', path: toName(entity) }),
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
  failIfTold(client, name, about);
}

/** A server that cannot cope with one pair, and says so of each request about it. */
function failIfTold({ failing }: SimClient, name: string, about: string): void {
  if (failing === null || name !== 'probe' || !about.split(', ').includes(failing.pair)) return;
  failing.times += 1;
  throw new RemoteError('server-fault', `Simulated, ${name}: the server cannot cope with this one.`);
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

/** One write of one relationship, as a request of its own. */
async function write<T>(
  link: Link,
  name: WriteCall,
  relationship: RemoteRelationship,
  apply: Apply<T>,
): Promise<T> {
  const [answer] = await writeAll(link, name, [relationship], apply);
  if (answer instanceof RemoteError) throw answer;
  return answer as T; // one was asked for
}

type WriteCall = 'create' | 'remove';
type Apply<T> = (client: SimClient, relationship: RemoteRelationship) => T;

/** A write: its answer travels too, so that anything can happen after it was applied and before that is known. */
async function writeAll<T>(
  link: Link,
  name: WriteCall,
  relationships: readonly RemoteRelationship[],
  apply: Apply<T>,
): Promise<(T | RemoteError)[]> {
  const { world, client, life } = link;
  const pairs = relationships.map((relationship) => nameOf(client, relationship));
  if (client.life === life) {
    for (const [index, pair] of pairs.entries()) {
      noteWriteSent(client, name, pair, relationships[index]?.type ?? null);
    }
  }
  await travel(link, name, pairs.join(', '));
  const fault = strike(link, name);
  const error = fault === null ? null : toError(fault);
  const applyAll = () => relationships.map((relationship) => attempt(() => apply(client, relationship)));
  if (fault?.kind === 'late') {
    world.late.push(() => void applyAll());
    throw error;
  }
  if (error !== null && fault?.when === 'before') {
    if (error.kind === 'refused') for (const pair of pairs) noteWriteAnswered(client, pair);
    throw error;
  }
  const answers = fault?.kind === 'partial' ? applyPartly(relationships, applyAll) : applyAll();
  await waitForTurn(world, client, life);
  throwIfCancelled(link, name);
  if (error !== null) throw error;
  for (const pair of pairs) noteWriteAnswered(client, pair);
  world.trace.add(`  ${client.name} < ${answers.map(toText).join(', ')}`);
  return answers;
}

function toText(answer: unknown): string {
  return answer instanceof RemoteError ? answer.message : JSON.stringify(answer);
}

/** All of it was done, and for each second one the server says that something went wrong. */
function applyPartly<T>(
  relationships: readonly RemoteRelationship[],
  applyAll: () => (T | RemoteError)[],
): (T | RemoteError)[] {
  const failure = new RemoteError('server-fault', 'Simulated: this one failed.');
  const answers = applyAll();
  return relationships.map((_, index) => (index % 2 === 1 ? failure : (answers[index] ?? failure)));
}

function attempt<T>(body: () => T): T | RemoteError {
  try {
    return body();
  } catch (error) {
    if (error instanceof RemoteError) return error;
    throw error;
  }
}

/** Several in one request, of which each may fail alone. */
function createBatch(link: (signal: AbortSignal) => Link, client: SimClient): BatchCalls {
  return {
    limits: { create: 2, remove: 2, probe: 3 },
    create: (relationships, signal) => writeAll(link(signal), 'create', relationships, create),
    remove: (relationships, signal) =>
      writeAll(link(signal), 'remove', relationships, (one, relationship) => {
        remove(one, relationship);
        return 'removed' as const;
      }),
    probe: (relationships, signal) => {
      const names = relationships.map((relationship) => nameOf(client, relationship));
      return call(link(signal), 'probe', names.join(', '), (fault) =>
        relationships.map((relationship) => attempt(() => probe(client, relationship, fault))),
      );
    },
  };
}

const FEED_PAGE = 3;

/** What changed since a cursor such as `2:log:17`: the second reckoning, after 17 changes. */
async function fetchChanges(link: Link, cursor: string | null): Promise<ChangePage> {
  return await call(link, 'fetchChanges', cursor ?? 'from the start', () => {
    const { account } = link.client;
    const [epoch = '', mode = '', at = '0', since = '0'] = (cursor ?? '').split(':');
    if (cursor !== null && Number(epoch) !== account.epoch) {
      throw new RemoteError('cursor-lost', 'Simulated: no such cursor.');
    }
    const isWhole = cursor === null || mode === 'all';
    const start = cursor === null ? account.log.length : Number(since);
    const page = isWhole ? tellAll(account, Number(at), start) : tellChanges(account, Number(at));
    for (const { source, target } of [...page.present, ...page.removed]) {
      noteRead(link.client, toPair(account, source, target));
    }
    return page;
  });
}

function tellAll(account: Truth, at: number, since: number): ChangePage {
  const pairs = [...account.moments.keys()];
  const present = pairs
    .slice(at, at + FEED_PAGE)
    .flatMap((pair) => tell(account, pair, readThere(account, pair)));
  const more = at + FEED_PAGE < pairs.length;
  const nextCursor = more
    ? `${account.epoch}:all:${at + FEED_PAGE}:${since}`
    : `${account.epoch}:log:${since}`;
  return { present, removed: [], nextCursor, more, startsOver: at === 0 };
}

/** What has changed as it is now; what went and came again is told gone by its earlier id too. */
function tellChanges(account: Truth, at: number): ChangePage {
  const some = account.log.slice(at, at + FEED_PAGE);
  const pairs = [...new Set(some.map(({ pair }) => pair))];
  const present = pairs.flatMap((pair) => tell(account, pair, readThere(account, pair)));
  const removed = some.flatMap(({ pair, there, before }) =>
    there === null || there.remoteId !== before?.remoteId ? tell(account, pair, before) : [],
  );
  const next = at + some.length;
  const nextCursor = `${account.epoch}:log:${next}`;
  return { present, removed, nextCursor, more: next < account.log.length, startsOver: false };
}

function tell(account: Truth, pair: string, there: There): ToldRelationship[] {
  const [source, target] = endsOf(account, pair);
  return there === null ? [] : [{ source, target, ...there }];
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
