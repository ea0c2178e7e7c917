import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openWorkspace } from '../../../src-main/backend/store/database.ts';
import { readEntityPage } from '../../../src-main/backend/store/entity-list.ts';
import { all, type ReadableDb, type WritableDb } from '../../../src-main/backend/store/sql.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { BackendChannel, Params } from '../../../src-preload/contract/requests.ts';
import { readEntityPage as readAtOnce } from '../../support/at-once.ts';
import { writeLargeWorkspace } from '../../support/large-workspace.ts';
import { createTempFolder } from '../../support/temp-folder.ts';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';
import { addConnection, addEntity, sqliteBinding } from '../../support/workspace.ts';

/** Related far more than is looked at in one slice, the first of them most. */
const size = { entities: 3000, relationships: 24_000 };
const page = { offset: 0, limit: 50 };
const everything = { search: '', kinds: [], connectionId: null };
const LONG = '-[*3]- kind:metric';

const folder = mkdtempSync(join(tmpdir(), 'weft-test-'));
const written = join(folder, 'written.weft');
beforeAll(() => void writeLargeWorkspace({ path: written, ...size }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function copy(): string {
  const path = join(createTempFolder(), 'large.weft');
  copyFileSync(written, path);
  return path;
}

function openStore(): WritableDb {
  const workspace = openWorkspace({ path: copy(), nativeBinding: sqliteBinding });
  onTestFinished(() => workspace.close());
  return workspace.db;
}

const nextTurn = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

/** What is answered at once has gone through so many promises at most. */
const TICKS = 100;

/** How many turns others have until the answer; `meanwhile` is done in each. */
async function countTurns(
  answer: Promise<unknown>,
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
) {
  const state = { turns: 0, isOver: false };
  const over = answer.finally(() => {
    state.isOver = true;
  });
  for (let ticks = 0; ticks < TICKS; ticks += 1) await Promise.resolve();
  for (; !state.isOver; state.turns += 1) {
    await meanwhile();
    await nextTurn();
  }
  await over;
  return state.turns;
}

const toPage = (search: string, name?: string): Params<'entities:page'> => {
  return { ...everything, search, ...page, ...(name === undefined ? {} : { name }) };
};

describe('a walk in slices', () => {
  test.each([
    ['-[]- kind:metric', 1, 1],
    ['-[*2]- kind:metric', 2, 2],
    ['-[*1..3]- id:1', 1, 3],
    ['-[]-', 1, 1],
    ['-[*2..4]-', 2, 4],
  ])('finds what looking at everything finds: %s', (search, least, most) => {
    const db = openStore();
    const found = new Set(findPlainly(db, search, least, most));
    const list = readAtOnce(db, { ...everything, search }, { offset: 0, limit: size.entities });
    expect(new Set(list.rows.map(({ id }) => id))).toEqual(found);
    expect(list.total).toBe(found.size);
  });

  test('goes on where others had their turn, and is not gone again for what it found', () => {
    const db = openStore();
    const countSlices = () => {
      let slices = 0;
      for (const reading = readEntityPage(db, { ...everything, search: LONG }, page); ; slices += 1) {
        if (reading.next().done === true) return slices;
      }
    };
    expect(countSlices()).toBeGreaterThan(5);
    expect(countSlices()).toBe(0);
    addEntity(db, addConnection(db, 'plant'), 'new');
    expect(countSlices()).toBeGreaterThan(5);
  });

  test('that was left in its middle leaves nothing behind', () => {
    const db = openStore();
    const left = readEntityPage(db, { ...everything, search: LONG }, page);
    for (let slices = 0; slices < 3; slices += 1) expect(left.next().done).toBe(false);
    expect(() => left.throw(new Error('enough'))).toThrow('enough');
    expect(addEntity(db, addConnection(db, 'plant'), 'new')).toBeGreaterThan(size.entities);
    expect(readAtOnce(db, { ...everything, search: LONG }, page).total).toBe(
      findPlainly(db, LONG, 3, 3).length,
    );
  });
});

describe('a long arrow', () => {
  const asked: [BackendChannel, (name?: string) => Params<BackendChannel>][] = [
    ['entities:page', (name) => toPage(LONG, name)],
    ['query:run', (name) => withName({ text: LONG, ...page }, name)],
    ['graph:matching', (name) => withName({ text: LONG, budget: 10 }, name)],
    ['graph:filter', (name) => withName({ text: LONG, ids: [1, 2, 3] as EntityId[] }, name)],
  ];

  test.each(asked)('lets others have their turn while it is followed: %s', async (channel, toParams) => {
    const world = await openTransferWorld(copy());
    const answer = world.backend.request(channel, toParams());
    expect(await countTurns(answer)).toBeGreaterThan(5);
    expect(await answer).toMatchObject({ ok: true });
  });

  test.each(asked)(
    'ends with “cancelled” in its middle, and is followed anew after that: %s',
    async (channel, toParams) => {
      const world = await openTransferWorld(copy());
      const answer = world.backend.request(channel, toParams('one'));
      for (let turns = 0; turns < 3; turns += 1) await nextTurn();
      expect(await world.ask('query:cancel', { name: 'one' })).toEqual({ cancelled: 1 });
      expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
      const again = world.backend.request(channel, toParams());
      expect(await countTurns(again)).toBeGreaterThan(5);
      expect(await again).toMatchObject({ ok: true });
    },
  );

  test('lets others have their turn while it is exported', async () => {
    const world = await openTransferWorld(copy());
    const path = join(world.folder, 'out.json');
    const answer = world.ask('export:write', { path, format: 'json', query: `id:7 ${LONG}` });
    expect(await countTurns(answer)).toBeGreaterThan(5);
    expect((await answer).manifest.counts.entities).toBe(1);
  });

  test('ends with “cancelled” in the middle of an export, which writes no file', async () => {
    const world = await openTransferWorld(copy());
    const path = join(world.folder, 'out.json');
    const answer = world.backend.request('export:write', { path, format: 'json', query: LONG, name: 'one' });
    for (let turns = 0; turns < 3; turns += 1) await nextTurn();
    expect(await world.ask('query:cancel', { name: 'one' })).toEqual({ cancelled: 1 });
    expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(existsSync(path)).toBe(false);
  });

  test('is followed once for the list, its pages and the graph, though all ask at the same time', async () => {
    const world = await openTransferWorld(copy());
    const alone = await countTurns(world.ask('entities:page', toPage(LONG)));
    expect(await countTurns(world.ask('entities:page', { ...toPage(LONG), offset: 50 }))).toBe(0);
    await touch(world);
    const turns = await countTurns(
      Promise.all([
        world.ask('entities:page', toPage(LONG)),
        world.ask('entities:page', { ...toPage(LONG), offset: 50 }),
        world.ask('graph:matching', { text: LONG, budget: 10 }),
      ]),
    );
    expect(turns).toBeLessThan(alone * 2);
  });

  test('is followed after the one that was asked before', async () => {
    const world = await openTransferWorld(copy());
    const askOne = () => world.ask('entities:page', toPage(LONG));
    const askOther = () => world.ask('query:run', { text: '-[*3]- kind:asset', ...page });
    const [one, other] = [await countTurns(askOne()), await countTurns(askOther())];
    await touch(world);
    const both = await countTurns(Promise.all([askOne(), askOther()]));
    expect(both).toBeGreaterThan(Math.max(one, other) + Math.min(one, other) / 2);
  });

  test('that waits for another one is cancelled at once', async () => {
    const world = await openTransferWorld(copy());
    const first = world.ask('entities:page', toPage(LONG));
    const second = world.backend.request('entities:page', toPage('-[*5]- kind:asset', 'second'));
    const over: string[] = [];
    const noted = first.finally(() => over.push('first'));
    await nextTurn();
    await world.ask('query:cancel', { name: 'second' });
    expect(await second).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(over).toEqual([]);
    await noted;
  });

  test('is answered as of one moment, however often something is edited meanwhile', async () => {
    const world = await openTransferWorld(copy());
    const { total: before } = await world.ask('entities:page', toPage('-[]- kind:metric'));
    const [target] = (await world.ask('entities:page', toPage('kind:metric'))).rows;
    if (target === undefined) throw new Error('there are metrics');
    await touch(world);
    const answer = world.ask('entities:page', toPage('-[]- kind:metric'));
    const edits = await countTurns(answer, async () => {
      const { id } = await world.ask('entities:create', { kind: 'asset', name: 'New', fields: [] });
      const ends = { sourceId: id, targetId: target.id };
      await world.ask('relationships:relate', { ...ends, type: null, local: true });
    });
    expect(edits).toBeGreaterThan(0);
    expect((await answer).total).toBe(before);
    expect((await world.ask('entities:page', toPage('-[]- kind:metric'))).total).toBe(before + edits);
  });

  test('ends with “cancelled” where the workspace is closed', async () => {
    const world = await openTransferWorld(copy());
    const answer = world.backend.request('entities:page', toPage(LONG));
    await nextTurn();
    await world.ask('workspace:close', {});
    expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  test('ends with “cancelled” where another workspace takes its place, however long it waited', async () => {
    const world = await openTransferWorld(copy());
    const other = copy();
    const arrows = [LONG, '-[*2]- kind:metric', '-[*2]- kind:dashboard', '-[*3]- kind:asset'];
    const answers = arrows.map((arrow) => world.backend.request('entities:page', toPage(arrow)));
    await nextTurn();
    await world.ask('workspace:open', { path: other });
    for (const answer of answers) {
      expect(await answer).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    }
  });
});

function withName<P>(params: P, name: string | undefined): P {
  return name === undefined ? params : { ...params, name };
}

/** Changes something, so that nothing that was found before is taken for what is there. */
async function touch(world: TransferWorld): Promise<void> {
  await world.ask('entities:create', { kind: 'person', name: 'Somebody', fields: [] });
}

/** What an arrow without types in both directions leads away from, `least` up to `most` steps. */
function findPlainly(db: ReadableDb, search: string, least: number, most: number): number[] {
  const entities = all<{ id: number; kind: string; remoteId: string }>(
    db,
    'SELECT id, kind, remote_id AS remoteId FROM entity',
  );
  const links = all<{ source: number; target: number }>(
    db,
    'SELECT source_id AS source, target_id AS target FROM relationship',
  );
  const around = new Map(entities.map(({ id }) => [id, new Set<number>()]));
  for (const { source, target } of links) {
    around.get(source)?.add(target);
    around.get(target)?.add(source);
  }
  const before = (ends: ReadonlySet<number>) =>
    new Set(
      entities
        .map(({ id }) => id)
        .filter((id) => [...(around.get(id) ?? [])].some((other) => ends.has(other))),
    );
  const isEnd = ({ kind, remoteId }: { kind: string; remoteId: string }) =>
    search.endsWith('kind:metric') ? kind === 'metric' : !search.endsWith('id:1') || remoteId === '1';
  let reached = new Set(entities.filter(isEnd).map(({ id }) => id));
  const found = new Set<number>();
  for (let step = 1; step <= most; step += 1) {
    reached = before(reached);
    for (const id of step >= least ? reached : []) found.add(id);
  }
  return [...found];
}
