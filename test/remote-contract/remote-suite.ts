import { describe, expect, it } from 'vitest';
import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type { EntityRef, NamedEnd, Remote, RemoteEntity } from '../../src-main/backend/remote/remote.ts';

/**
 * A remote with its far side in the test's hands. It starts with assets 10, 11, 12 and 20, metrics 5, 20 and 21,
 * dashboards 10 and 11, collaborators 1, 2 and 3, and nine relationships; asset 10 has asset 11, metrics 5 and 20
 * below it and dashboard 10 and collaborator 1 above it.
 */
export interface RemoteUnderTest {
  readonly remote: Remote;
  has(source: NamedEnd, target: NamedEnd): boolean;
  put(source: NamedEnd, target: NamedEnd): void;
  take(source: NamedEnd, target: NamedEnd): void;
  takeEntity(ref: NamedEnd): void;
  refuse(sourceKind: string, targetKind: string): void;
  /** Makes every cursor that was given so far unknown, where there is a feed. */
  loseCursors?(): void;
  /** The kinds whose going the remote can prove; all when not given. */
  readonly provable?: readonly string[];
}

const never = new AbortController().signal;
const asset = (id: number) => ({ kind: 'asset', remoteId: String(id) });
const metric = (id: number) => ({ kind: 'metric', remoteId: String(id) });

/** All entities of one kind, to the last page. */
export async function readAll(remote: Remote, kind: string): Promise<RemoteEntity[]> {
  const all: RemoteEntity[] = [];
  for await (const page of remote.fetchEntities(kind, never)) all.push(...page);
  return all;
}

/** The remote's own reference to an entity that it lists. */
export async function readRef(remote: Remote, { kind, remoteId }: NamedEnd): Promise<EntityRef> {
  const found = (await readAll(remote, kind)).find((entity) => entity.remoteId === remoteId);
  if (found === undefined) throw new Error(`The remote lists no ${kind} ${remoteId}`);
  return { kind, remoteId, lookupId: found.lookupId };
}

async function readRelationship(remote: Remote, source: NamedEnd, target: NamedEnd) {
  const type = remote.capabilities.typed ? 'feeds' : null;
  return {
    source: await readRef(remote, source),
    target: await readRef(remote, target),
    type,
    remoteId: null,
  };
}

/** The RemoteError that a call fails with. */
export async function catchRemoteError(call: Promise<unknown>): Promise<RemoteError> {
  const error = await call.then(
    () => new Error('The call did not fail'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(RemoteError);
  return error as RemoteError; // shown by the line above
}

/** What sync relies on, whatever the remote is. */
export function describeRemote(name: string, start: () => Promise<RemoteUnderTest>): void {
  describe(`${name} as a remote`, () => {
    describeReading(start);
    describeCreating(start);
    describeRemoving(start);
    describeCancelling(start);
  });
}

function describeReading(start: () => Promise<RemoteUnderTest>): void {
  it('tells the same identity twice', async () => {
    const { remote } = await start();
    const first = await remote.identify(never);
    expect(first.label).not.toBe('');
    expect((await remote.identify(never)).fingerprint).toBe(first.fingerprint);
  });

  it('lists every entity of every kind once', async () => {
    const { remote } = await start();
    const listed: string[] = [];
    for (const kind of remote.kinds) {
      for (const entity of await readAll(remote, kind)) listed.push(`${entity.kind}:${entity.remoteId}`);
    }
    expect(listed.toSorted()).toEqual([
      'asset:10',
      'asset:11',
      'asset:12',
      'asset:20',
      'collaborator:1',
      'collaborator:2',
      'collaborator:3',
      'dashboard:10',
      'dashboard:11',
      'metric:20',
      'metric:21',
      'metric:5',
    ]);
  });

  it('reads the relationships of an entity in both directions', async () => {
    const { remote } = await start();
    const entity = await readRef(remote, asset(10));
    const outgoing = await remote.fetchRelationshipsOf(entity, 'outgoing', never);
    const incoming = await remote.fetchRelationshipsOf(entity, 'incoming', never);
    const toText = (end: NamedEnd) => `${end.kind}:${end.remoteId}`;
    const below = ['asset:11', 'metric:20', 'metric:5'];
    const above = ['collaborator:1', 'dashboard:10'];
    const all = [...below, ...above].toSorted();
    const { directed } = remote.capabilities;
    expect(outgoing.map(toText).toSorted()).toEqual(directed ? below : all);
    expect(incoming.map(toText).toSorted()).toEqual(directed ? above : all);
  });

  it('tells an entity that is alive from one that is gone', async () => {
    const { remote, takeEntity, provable } = await start();
    const named = [asset(10), metric(5), { kind: 'dashboard', remoteId: '10' }];
    for (const one of named.filter(({ kind }) => provable?.includes(kind) ?? true)) {
      const ref = await readRef(remote, one);
      expect(await remote.fetchLiveness(ref, never)).toBe('alive');
      takeEntity(one);
      expect(await remote.fetchLiveness(ref, never)).toBe('gone');
    }
  });

  it('does not know about an entity whose own address is not known', async () => {
    const { remote } = await start();
    expect(await remote.fetchLiveness({ ...metric(5), lookupId: '' }, never)).toBe('unknown');
  });

  it('probes exactly one relationship', async () => {
    const { remote } = await start();
    expect(await remote.probe(await readRelationship(remote, asset(10), metric(5)), never)).not.toBeNull();
    expect(await remote.probe(await readRelationship(remote, asset(10), metric(21)), never)).toBeNull();
    const turned = await remote.probe(await readRelationship(remote, metric(5), asset(10)), never);
    expect(turned !== null).toBe(!remote.capabilities.directed);
  });
}

function describeCreating(start: () => Promise<RemoteUnderTest>): void {
  it('creates a relationship', async () => {
    const { remote, has } = await start();
    await remote.create(await readRelationship(remote, asset(20), metric(21)), never);
    expect(has(asset(20), metric(21))).toBe(true);
  });

  it('creates what is there already without a complaint', async () => {
    const { remote, has } = await start();
    await remote.create(await readRelationship(remote, asset(10), metric(5)), never);
    expect(has(asset(10), metric(5))).toBe(true);
  });

  it('names the end that is gone when a relationship cannot be created', async () => {
    const { remote, takeEntity, has } = await start();
    const relationship = await readRelationship(remote, asset(20), metric(21));
    takeEntity(metric(21));
    const error = await catchRemoteError(remote.create(relationship, never));
    expect(error.kind).toBe('end-removed');
    expect(error.removedEnds.map(({ kind, remoteId }) => ({ kind, remoteId }))).toEqual([metric(21)]);
    expect(has(asset(20), metric(21))).toBe(false);
  });

  it('says that a relationship was refused', async () => {
    const { remote, refuse, has } = await start();
    const relationship = await readRelationship(remote, asset(20), metric(21));
    refuse('asset', 'metric');
    expect((await catchRemoteError(remote.create(relationship, never))).kind).toBe('refused');
    expect(has(asset(20), metric(21))).toBe(false);
  });
}

function describeRemoving(start: () => Promise<RemoteUnderTest>): void {
  it('removes a relationship', async () => {
    const { remote, has } = await start();
    const relationship = await readRelationship(remote, asset(10), metric(5));
    const there = await remote.probe(relationship, never);
    await remote.remove({ ...relationship, ...there }, never);
    expect(has(asset(10), metric(5))).toBe(false);
  });

  it('removes what is gone already without a complaint while both ends are alive', async () => {
    const { remote, take } = await start();
    const relationship = await readRelationship(remote, asset(10), metric(5));
    take(asset(10), metric(5));
    await expect(remote.remove(relationship, never)).resolves.toBeUndefined();
  });

  it('names both ends when a relationship to be removed went away with them, where that is what proves it gone', async () => {
    const { remote, take, takeEntity } = await start();
    const relationship = await readRelationship(remote, asset(10), metric(5));
    take(asset(10), metric(5));
    takeEntity(asset(10));
    takeEntity(metric(5));
    if (remote.capabilities.absenceProof === 'probe') {
      await expect(remote.remove(relationship, never)).resolves.toBeUndefined();
      return;
    }
    const error = await catchRemoteError(remote.remove(relationship, never));
    expect(error.kind).toBe('end-removed');
    expect(error.removedEnds).toHaveLength(2);
  });
}

function describeCancelling(start: () => Promise<RemoteUnderTest>): void {
  it('sends nothing once it is cancelled', async () => {
    const { remote, has } = await start();
    const relationship = await readRelationship(remote, asset(20), metric(21));
    const calls = [
      () => remote.identify(AbortSignal.abort()),
      () => remote.fetchEntities('asset', AbortSignal.abort())[Symbol.asyncIterator]().next(),
      () => remote.fetchRelationshipsOf(relationship.source, 'outgoing', AbortSignal.abort()),
      () => remote.fetchLiveness(relationship.source, AbortSignal.abort()),
      () => remote.probe(relationship, AbortSignal.abort()),
      () => remote.create(relationship, AbortSignal.abort()),
      () => remote.remove(relationship, AbortSignal.abort()),
    ];
    for (const call of calls) expect((await catchRemoteError(call())).kind).toBe('cancelled');
    expect(has(asset(20), metric(21))).toBe(false);
  });
}
