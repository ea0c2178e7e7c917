import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createReader } from '../../../src-main/backend/read-in-turns.ts';
import { createSession, quietOptions, type Session } from '../../../src-main/backend/session.ts';
import { count, type ReadableDb } from '../../../src-main/backend/store/sql.ts';
import { type Paced, QueryCancelled } from '../../../src-main/backend/traverse/pace.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { BackendChannel, Params } from '../../../src-preload/contract/requests.ts';
import { writeLargeWorkspace } from '../../support/large-workspace.ts';
import { createPlainPorts } from '../../support/plain-ports.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { openTransferWorld } from '../../support/transfer-world.ts';
import { addConnection } from '../../support/workspace.ts';

const never = new AbortController().signal;

const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

async function openSession(): Promise<Session> {
  const session = createSession(createPlainPorts(), () => undefined, quietOptions);
  onTestFinished(() => session.close());
  await session.create(join(createTempFolder(), 'test.weft'));
  return session;
}

/** Longer than anybody waits for a turn. */
function work(): void {
  const start = performance.now();
  while (performance.now() - start < 20);
}

const countConnections = (db: ReadableDb) => count(db, 'SELECT COUNT(*) FROM connection');

/** Counts the connections at its beginning and again at its end, with work between. */
function* countTwice(db: ReadableDb): Paced<readonly [number, number]> {
  const first = countConnections(db);
  work();
  yield;
  return [first, countConnections(db)];
}

describe('a picture that is read here', () => {
  test('lets others have their turn in its midst', async () => {
    const session = await openSession();
    const told: string[] = [];
    const answer = createReader(session)
      .readHere(never, function* (db) {
        yield* countTwice(db);
        yield* countTwice(db);
      })
      .then(() => told.push('answer'));
    await nextTurn().then(() => told.push('turn'));
    await answer;
    expect(told).toEqual(['turn', 'answer']);
  });

  test('ends as cancelled in its midst', async () => {
    const session = await openSession();
    const controller = new AbortController();
    const answer = createReader(session).readHere(controller.signal, countTwice);
    controller.abort();
    await expect(answer).rejects.toThrow(QueryCancelled);
  });

  test('is begun anew where something is changed meanwhile, and is all of one moment', async () => {
    const session = await openSession();
    const before = countConnections(session.db());
    const answer = createReader(session).readHere(never, countTwice);
    addConnection(session.db(), 'plant');
    expect(await answer).toEqual([before + 1, before + 1]);
  });

  test('is read on a snapshot where something is changed again and again', async () => {
    const session = await openSession();
    const before = countConnections(session.db());
    const seen: ReadableDb[] = [];
    const answer = createReader(session).readHere(never, (db) => {
      seen.push(db);
      return countTwice(db);
    });
    addConnection(session.db(), 'one');
    await nextTurn();
    addConnection(session.db(), 'two');
    const [first, last] = await answer;
    expect(first).toBe(last);
    expect(first).toBe(before + 2);
    expect(seen).toHaveLength(3);
    expect(seen[2]).not.toBe(session.db());
  });
});

describe('a large picture', () => {
  const hubs = [1, 2, 3, 4, 5] as EntityId[];
  const hub = 1 as EntityId;
  const page = { offset: 0, limit: 60 };
  const asked: [BackendChannel, (name?: string) => Params<BackendChannel>][] = [
    ['graph:surroundings', (name) => withName({ roots: [hub], hops: 3, budget: 60 }, name)],
    ['graph:neighbourhood', (name) => withName({ roots: hubs, limit: 60 }, name)],
    ['graph:groups', (name) => withName({ id: hub }, name)],
    ['graph:expand', (name) => withName({ id: hub, groups: null, ...page }, name)],
  ];

  test('is cancelled by its name, and asked anew after that', async () => {
    const path = join(createTempFolder(), 'large.weft');
    writeLargeWorkspace({
      path,
      entities: 20_000,
      relationships: 75_000,
      hubs: { count: 5, degree: 14_000 },
    });
    const world = await openTransferWorld(path);
    for (const [channel, toParams] of asked) {
      const answer = world.backend.request(channel, toParams('one'));
      expect(await world.ask('query:cancel', { name: 'one' }), channel).toEqual({ cancelled: 1 });
      expect(await answer, channel).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      expect(await world.backend.request(channel, toParams()), channel).toMatchObject({ ok: true });
    }
  });
});

function withName(params: object, name?: string): Params<BackendChannel> {
  // the channel that it stands beside takes it
  return { ...params, ...(name === undefined ? {} : { name }) } as Params<BackendChannel>;
}
