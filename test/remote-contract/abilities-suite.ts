import { describe, expect, it } from 'vitest';
import { must } from '../../src-main/backend/must.ts';
import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type {
  ChangePage,
  NamedEnd,
  Remote,
  RemoteRelationship,
} from '../../src-main/backend/remote/remote.ts';
import { catchRemoteError, type RemoteUnderTest, readRef } from './remote-suite.ts';

const never = new AbortController().signal;
const asset = (id: number) => ({ kind: 'asset', remoteId: String(id) });
const metric = (id: number) => ({ kind: 'metric', remoteId: String(id) });

async function toRelationship(
  remote: Remote,
  source: NamedEnd,
  target: NamedEnd,
  remoteId: string | null = null,
): Promise<RemoteRelationship> {
  const type = remote.capabilities.typed ? 'feeds' : null;
  return { source: await readRef(remote, source), target: await readRef(remote, target), type, remoteId };
}

/** What sync relies on where a remote has a change feed, batches and client ids. */
export function describeAbilities(name: string, start: () => Promise<RemoteUnderTest>): void {
  describe(`${name} as a remote with a feed, batches and client ids`, () => {
    describeFeed(start);
    describeBatch(start);
    describeClientIds(start);
  });
}

async function readFeed(remote: Remote, from: string | null): Promise<ChangePage[]> {
  const feed = must(remote.feed, 'the feed');
  const pages: ChangePage[] = [];
  for (let cursor = from; ; ) {
    const page = await feed.fetchChanges(cursor, never);
    pages.push(page);
    if (!page.more) return pages;
    cursor = page.nextCursor;
  }
}

const toText = ({ source, target }: { readonly source: NamedEnd; readonly target: NamedEnd }) =>
  [source, target]
    .map(({ kind, remoteId }) => `${kind}:${remoteId}`)
    .toSorted()
    .join(' ');

function describeFeed(start: () => Promise<RemoteUnderTest>): void {
  it('tells everything from the beginning, and then only what changed', async () => {
    const { remote, put, take } = await start();
    const pages = await readFeed(remote, null);
    expect(new Set(pages.flatMap(({ present }) => present.map(toText))).size).toBe(9);
    const cursor = must(pages.at(-1), 'the last page').nextCursor;
    put(asset(20), metric(21));
    take(asset(10), metric(5));
    const later = await readFeed(remote, cursor);
    expect(later.flatMap(({ present }) => present.map(toText))).toEqual(['asset:20 metric:21']);
    expect(later.flatMap(({ removed }) => removed.map(toText))).toEqual(['asset:10 metric:5']);
  });

  it('refuses a cursor that it never gave as lost', async () => {
    const { remote, loseCursors } = await start();
    const cursor = must((await readFeed(remote, null)).at(-1), 'the last page').nextCursor;
    loseCursors?.();
    const error = await catchRemoteError(must(remote.feed, 'the feed').fetchChanges(cursor, never));
    expect(error.kind).toBe('cursor-lost');
  });
}

function describeBatch(start: () => Promise<RemoteUnderTest>): void {
  it('answers in the order of what was asked, each for itself', async () => {
    const { remote, has, refuse } = await start();
    const batch = must(remote.batch, 'the batch calls');
    const two = [
      await toRelationship(remote, asset(20), metric(20)),
      await toRelationship(remote, asset(20), asset(12)),
    ];
    refuse('asset', 'asset');
    const [made, refused] = await batch.create(two, never);
    expect(made).toMatchObject({ type: null });
    expect(refused).toBeInstanceOf(RemoteError);
    const [there, missing] = await batch.probe(two, never);
    expect(there).toEqual(made);
    expect(missing).toBeNull();
    expect(has(asset(20), metric(20))).toBe(true);
  });

  it('removes several, and what is gone already without a complaint', async () => {
    const { remote, has, take } = await start();
    const batch = must(remote.batch, 'the batch calls');
    const ends = [
      [asset(10), metric(5)],
      [asset(10), metric(20)],
    ] as const;
    const all: RemoteRelationship[] = [];
    for (const [source, target] of ends) {
      const relationship = await toRelationship(remote, source, target);
      all.push({ ...relationship, ...(await remote.probe(relationship, never)) });
    }
    take(...ends[1]);
    expect(await batch.remove(all, never)).toEqual(['removed', 'removed']);
    for (const [source, target] of ends) expect(has(source, target)).toBe(false);
  });

  it('sends nothing once it is cancelled', async () => {
    const { remote, has } = await start();
    const batch = must(remote.batch, 'the batch calls');
    const one = [await toRelationship(remote, asset(20), metric(21))];
    for (const call of [batch.create, batch.remove, batch.probe] as const) {
      expect((await catchRemoteError(call(one, AbortSignal.abort()))).kind).toBe('cancelled');
    }
    expect(has(asset(20), metric(21))).toBe(false);
  });
}

const FIRST = '11111111-1111-4111-8111-111111111111';

function describeClientIds(start: () => Promise<RemoteUnderTest>): void {
  it('gives a relationship the id that was proposed, and takes the same create again', async () => {
    const { remote } = await start();
    const relationship = await toRelationship(remote, asset(20), metric(21), FIRST);
    expect(await remote.create(relationship, never)).toEqual({ type: null, remoteId: FIRST });
    expect(await remote.create(relationship, never)).toEqual({ type: null, remoteId: FIRST });
  });

  it('says that an id is taken by other ends, or was', async () => {
    const { remote, has, take } = await start();
    await remote.create(await toRelationship(remote, asset(20), metric(21), FIRST), never);
    const other = await toRelationship(remote, asset(20), metric(20), FIRST);
    expect((await catchRemoteError(remote.create(other, never))).kind).toBe('id-taken');
    take(asset(20), metric(21));
    const again = await toRelationship(remote, asset(20), metric(21), FIRST);
    expect((await catchRemoteError(remote.create(again, never))).kind).toBe('id-taken');
    expect(has(asset(20), metric(21))).toBe(false);
  });
}
