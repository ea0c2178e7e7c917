import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type {
  BatchCalls,
  Remote,
  RemoteEntity,
  RemoteRelationship,
} from '../../src-main/backend/remote/remote.ts';
import { bend, create, list, probe, remove } from './answers.ts';
import { type Call, type FaultRule, takeFault, toError } from './faults.ts';
import { tellChangesSince } from './feed.ts';
import { noteDone, noteWriteAnswered, noteWriteOver, noteWriteSent } from './invariants-writes.ts';
import { nowIn, type SimClient, type World } from './model.ts';
import { waitForTurn } from './scheduler.ts';
import { isAlive, isVisible, listedEntities, type ThereEntity, toName, toPair } from './truth.ts';

const PAGE = 3;

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
    feed: world.hasFeed
      ? {
          fetchChanges: (cursor, signal) =>
            call(link(signal), 'fetchChanges', cursor ?? 'from the start', (fault) =>
              tellChangesSince(client, cursor, fault),
            ),
        }
      : null,
    batch: world.hasBatch ? createBatch(link, client) : null,
    fetchCapabilities: async (signal) =>
      world.edition === 1
        ? capabilities
        : await call(link(signal), 'fetchCapabilities', '', () => world.capabilities),
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
    if (error !== null && isLaterPage(name, about)) link.world.seen.add('failed on a later page');
    if (error !== null) throw error;
  }
  const answer = body(fault);
  link.world.trace.add(`  ${link.client.name} < ${JSON.stringify(answer)}`);
  return answer;
}

function isLaterPage(name: Call, about: string): boolean {
  return name === 'fetchEntities'
    ? !about.endsWith(' 0')
    : name === 'fetchChanges' && about.includes(':all:');
}

async function travel(link: Link, name: string, about: string): Promise<void> {
  const { world, client, life } = link;
  if (client.life !== life) return await new Promise(() => undefined);
  world.trace.add(`  ${client.name} > ${name} ${about}`);
  await waitForTurn(world, client, life);
  throwIfCancelled(link, name);
  if (!client.online) {
    world.seen.add('no network met');
    throw new RemoteError('unreachable', `Simulated, ${name}: there is no network.`);
  }
  throwIfUsedUp(world, name);
  failIfTold(client, name, about);
}

/** What the account may ask in a day is used up, and every answer says for how long. */
function throwIfUsedUp(world: World, name: string): void {
  const left = world.quotaUntil - nowIn(world).getTime();
  if (left <= 0) return;
  world.seen.add('quota met');
  throw new RemoteError('rate-limited', `Simulated, ${name}: nothing more today.`, { retryAfterMs: left });
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
  world.seen.add(
    `fault: ${fault.kind} ${fault.when}${fault.retryAfterMs === undefined ? '' : ' with a pause'}`,
  );
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
  const { client, life } = link;
  const pairs = relationships.map((relationship) => nameOf(client, relationship));
  if (client.life === life) {
    for (const [index, pair] of pairs.entries()) {
      noteWriteSent(client, name, pair, relationships[index]?.type ?? null);
    }
  }
  try {
    return await sendAll(link, name, pairs, relationships, apply);
  } finally {
    if (client.life === life) for (const pair of pairs) noteWriteOver(client, pair);
  }
}

async function sendAll<T>(
  link: Link,
  name: WriteCall,
  pairs: readonly string[],
  relationships: readonly RemoteRelationship[],
  apply: Apply<T>,
): Promise<(T | RemoteError)[]> {
  const { world, client, life } = link;
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
  if (fault?.kind === 'twice') world.late.push(() => void applyAll());
  await waitForTurn(world, client, life);
  throwIfCancelled(link, name);
  if (error !== null) {
    for (const pair of pairs) client.book.lost.set(pair, name);
    throw error;
  }
  for (const pair of pairs) noteWriteAnswered(client, pair);
  for (const [index, answer] of answers.entries()) {
    if (answer instanceof RemoteError) continue;
    noteDone(client, name, pairs[index] ?? '', relationships[index]?.type ?? null);
  }
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

/** An entity with fields that nobody here knows: some are text that looks like something else. */
function tellEntity({ world, client }: Link, { kind, remoteId, name, archived }: ThereEntity): RemoteEntity {
  const unknown = [
    { name: 'z "quoted" %', value: `\u00e4 ${name} \n` },
    { name: 'a', value: name.length / 3 },
    { name: 'id', value: null },
    { name: 'a', value: archived },
  ];
  const fields = world.edition === 1 ? [] : unknown;
  const told = client.book.fields.get(toName({ kind, remoteId })) ?? new Set();
  client.book.fields.set(toName({ kind, remoteId }), told.add(JSON.stringify(fields)));
  return { kind, remoteId, lookupId: remoteId, name, archived, fields };
}

function toRows(rows: readonly ThereEntity[], fault: FaultRule | null): readonly ThereEntity[] {
  if (fault?.kind !== 'contradict') return bend(rows, fault);
  return [...rows, ...rows.map((row) => ({ ...row, name: `${row.name} again`, archived: !row.archived }))];
}

async function* fetchPages(link: Link, kind: string): AsyncGenerator<readonly RemoteEntity[]> {
  const { client } = link;
  const rows = () => listedEntities(client.account).filter((entity) => entity.kind === kind);
  const inOrder = (fault: FaultRule | null) => (fault?.kind === 'shuffle' ? rows().toReversed() : rows());
  let before = rows().length;
  for (let skip = 0; skip === 0 || skip < rows().length; skip += PAGE) {
    if (skip > 0 && rows().length !== before) link.world.seen.add('changed between pages');
    before = rows().length;
    yield await call(link, 'fetchEntities', `${kind} ${skip}`, (fault) =>
      toRows(inOrder(fault).slice(skip, skip + PAGE), fault).map((entity) => tellEntity(link, entity)),
    );
  }
}
