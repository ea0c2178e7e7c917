import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { type Backend, createBackend } from '../../../src-main/backend/index.ts';
import { run, transaction } from '../../../src-main/backend/store/sql.ts';
import { saveTypeMark } from '../../../src-main/backend/store/type-marks.ts';
import { saveType } from '../../../src-main/backend/store/types.ts';
import { saveVocabularyType } from '../../../src-main/backend/store/vocabulary.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';
import {
  type Answer,
  type BackendChannel,
  backendRequests,
  type Params,
} from '../../../src-preload/contract/requests.ts';
import { createInstantClock } from '../../support/instant-clock.ts';
import { createPlainPorts } from '../../support/plain-ports.ts';
import { addEntity, addSynced, createSmallPlant, type SmallPlant } from '../../support/workspace.ts';

let small: SmallPlant;
let hub: EntityId;
let spokes: EntityId[];
beforeEach(() => {
  small = createSmallPlant();
  hub = addEntity(small.db, small.plant, 'hub', { name: 'Hub' });
  spokes = transaction(small.db, () =>
    Array.from({ length: 40 }, (_, n) => addEntity(small.db, small.plant, `s${n}`, { name: `Spoke ${n}` })),
  );
});

async function open(): Promise<Backend> {
  small.workspace.close();
  const backend = createBackend(
    createPlainPorts({
      fetch: () => Promise.reject(new Error('no network')),
      clock: createInstantClock(),
      log: () => undefined,
    }),
  );
  onTestFinished(() => backend.close());
  await backend.request('workspace:open', { path: small.workspace.path });
  return backend;
}

/** The answer, which must be what the contract says. */
async function ask<C extends BackendChannel>(
  backend: Backend,
  channel: C,
  params: Params<C>,
): Promise<Answer<C>> {
  const result = await backend.request(channel, params);
  if (!result.ok) throw new Error(result.error.message);
  expect(backendRequests[channel].answer.safeParse(result.value).error).toBeUndefined();
  return result.value;
}

const add = (sourceId: EntityId, targetId: EntityId, type: string | null) =>
  relate(small.context, { sourceId, targetId, type, local: true });

/** The remote of the plant has told that its relationships have no direction. */
const takeDirectionAway = () =>
  run(small.db, `UPDATE connection SET capabilities = '{"directed":false}' WHERE id = :id`, {
    id: small.plant,
  });

describe('expansion', () => {
  beforeEach(() => {
    for (const [n, spoke] of spokes.entries()) {
      if (n < 25) add(hub, spoke, 'feeds');
      else if (n < 35) add(spoke, hub, 'feeds');
      else addSynced(small, hub, spoke);
    }
    const [first = hub] = spokes;
    relate(small.context, { sourceId: first, targetId: hub, type: 'watches', local: false });
  });

  test('counts by type and direction add up to all relationships of the entity', async () => {
    const backend = await open();
    const groups = await ask(backend, 'graph:groups', { id: hub });
    expect(groups).toEqual([
      { type: 'feeds', direction: 'out', count: 25, pending: 0 },
      { type: 'feeds', direction: 'in', count: 10, pending: 0 },
      { type: null, direction: 'out', count: 5, pending: 0 },
      { type: 'watches', direction: 'in', count: 1, pending: 1 },
    ]);
    const { relationshipCount } = await ask(backend, 'entities:read', { id: hub });
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(relationshipCount);
  });

  test('one group is opened page by page, and the total is said', async () => {
    const backend = await open();
    const groups = [{ type: 'feeds', direction: 'out' as const }];
    const pages = [];
    for (const offset of [0, 10, 20]) {
      pages.push(await ask(backend, 'graph:expand', { id: hub, groups, offset, limit: 10 }));
    }
    expect(pages.map(({ total }) => total)).toEqual([25, 25, 25]);
    const others = pages.flatMap(({ entities }) => entities.map(({ id }) => id)).filter((id) => id !== hub);
    expect(others.toSorted((a, b) => a - b)).toEqual(spokes.slice(0, 25));
    expect(pages.flatMap(({ relationships }) => relationships)).toHaveLength(25);
  });

  test('surroundings count every hop whole and show as much as the budget', async () => {
    const backend = await open();
    const [first = hub] = spokes;
    const found = await ask(backend, 'graph:surroundings', { roots: [first], hops: 2, budget: 10 });
    expect(found.hops).toEqual([
      { hop: 1, total: 1, shown: 1 },
      { hop: 2, total: 39, shown: 8 },
    ]);
    expect(found).toMatchObject({ complete: true });
    expect(found.entities).toHaveLength(10);
    const all = await ask(backend, 'graph:surroundings', { roots: [first], hops: 5, budget: 500 });
    expect(all.hops.map(({ total }) => total)).toEqual([1, 39, 0]);
  });
});

describe('what is followed far', () => {
  const failed = () => ({ failed: [hub], direction: 'down' as const, rules: [], limit: 100 });

  test('sees a change at once', async () => {
    const [first = hub, second = hub] = spokes;
    add(hub, first, 'feeds');
    const backend = await open();
    expect(await ask(backend, 'query:impact', failed())).toMatchObject({ total: 1 });
    const { id } = await ask(backend, 'relationships:relate', {
      sourceId: first,
      targetId: second,
      type: null,
      local: false,
    });
    expect(await ask(backend, 'query:impact', failed())).toMatchObject({ total: 2 });
    await ask(backend, 'relationships:unrelate', { id });
    expect(await ask(backend, 'query:impact', failed())).toMatchObject({ total: 1 });
  });

  test('leaves out what is to be deleted and reads types by what they mean', async () => {
    const [first = hub, second = hub, third = hub] = spokes;
    const doomed = addSynced(small, hub, first);
    unrelate(small.context, doomed);
    add(second, hub, 'Is_Fed-By');
    add(hub, third, 'documents');
    const backend = await open();
    const { affected } = await ask(backend, 'query:impact', failed());
    expect(affected.map(({ entity }) => entity.id)).toEqual([second]);
  });

  test('counts all that an entity relies on by a type together, however each is written', async () => {
    const [first = hub, second = hub] = spokes;
    add(first, hub, 'feeds');
    add(hub, second, 'Is fed by');
    const backend = await open();
    const one = { type: 'feeds', impact: 'to-target', needed: 1 } as const;
    const fail = (failedIds: EntityId[]) =>
      ask(backend, 'query:impact', { ...failed(), failed: failedIds, rules: [one] });
    for (const alone of [first, second]) {
      expect(await fail([alone])).toMatchObject({
        total: 0,
        spared: [{ entity: { id: hub }, type: 'feeds', working: 1, needed: 1, total: 2 }],
      });
    }
    expect(await fail([first, second])).toMatchObject({ total: 1, spared: [] });
  });

  test('refuses a rule for a type that nothing has and the vocabulary does not know', async () => {
    const [first = hub] = spokes;
    add(first, hub, 'Pours Into');
    const backend = await open();
    const ruled = (type: string) => {
      const rules = [{ type, impact: 'none' as const, needed: null }];
      return backend.request('query:impact', { ...failed(), failed: [first], rules });
    };
    expect(await ruled('nosuchtype')).toMatchObject({
      ok: false,
      error: { code: 'type-unknown', message: expect.stringContaining('“nosuchtype” would change nothing') },
    });
    expect(await ruled('Pours Into')).toMatchObject({ ok: true, value: { total: 0 } });
    expect(await ruled('contains')).toMatchObject({ ok: true, value: { total: 1 } });
  });

  test('goes as a mark says where a connection has no direction, and both ways without a mark', async () => {
    const [first = hub, second = hub, third = hub] = spokes;
    addSynced(small, hub, first);
    saveTypeMark(small.db, addSynced(small, hub, second), saveType(small.db, 'feeds'));
    saveTypeMark(small.db, addSynced(small, hub, third), saveType(small.db, 'documents'));
    takeDirectionAway();
    const backend = await open();
    const affectedBy = async (id: EntityId, rules: Params<'query:impact'>['rules'] = []) => {
      const { affected } = await ask(backend, 'query:impact', { ...failed(), failed: [id], rules });
      return affected.map(({ entity }) => entity.id);
    };
    expect(await affectedBy(hub)).toEqual([first, second]);
    expect(await affectedBy(first)).toEqual([hub, second]);
    expect(await affectedBy(second)).toEqual([]);
    expect(await affectedBy(third)).toEqual([]);
    expect(await affectedBy(hub, [{ type: 'feeds', impact: 'none', needed: null }])).toEqual([first]);
  });

  test.each([
    ['by the inverse', 'is fed by', 'feeds'],
    ['where the vocabulary has no word for that', '← cools', 'cools'],
  ])(
    'goes against the ends as they are stored where a mark is said from the other end, %s',
    async (_, mark, type) => {
      const [first = hub] = spokes;
      saveTypeMark(small.db, addSynced(small, hub, first), saveType(small.db, mark));
      takeDirectionAway();
      const backend = await open();
      const affectedBy = async (id: EntityId, rules: Params<'query:impact'>['rules'] = []) => {
        const { affected } = await ask(backend, 'query:impact', { ...failed(), failed: [id], rules });
        return affected.map(({ entity }) => entity.id);
      };
      expect(await affectedBy(hub)).toEqual([]);
      expect(await affectedBy(first)).toEqual([hub]);
      expect(await affectedBy(first, [{ type, impact: 'none', needed: null }])).toEqual([]);
      expect(await affectedBy(hub, [{ type, impact: 'to-source', needed: null }])).toEqual([first]);
    },
  );

  test('is found by its type, from whichever end that is said', async () => {
    const [first = hub] = spokes;
    add(first, hub, 'is fed by');
    const backend = await open();
    const page = { offset: 0, limit: 10 };
    for (const text of ['type:feeds', 'type:"is fed by"']) {
      const { rows } = await ask(backend, 'query:run', { text, ...page });
      expect(rows.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
        [first, hub].toSorted((a, b) => a - b),
      );
    }
  });

  test('counts those that are relied on together, from whichever end that is said', async () => {
    const [first = hub, second = hub] = spokes;
    add(first, hub, 'feeds');
    add(hub, second, 'is fed by');
    const backend = await open();
    const rules = [{ type: 'feeds', impact: 'to-target' as const, needed: 1 }];
    const one = await ask(backend, 'query:impact', { ...failed(), failed: [first], rules });
    expect(one).toMatchObject({ total: 0, spared: [{ working: 1, needed: 1, total: 2 }] });
    const both = await ask(backend, 'query:impact', { ...failed(), failed: [first, second], rules });
    expect(both).toMatchObject({ total: 1, sparedTotal: 0 });
  });

  test('finds circles that several types make, by the way in which each carries failure', async () => {
    const [first = hub, second = hub, third = hub] = spokes;
    add(hub, first, 'feeds');
    add(first, second, 'feeds');
    add(hub, second, 'depends on'); // failure goes from the second to the hub
    add(hub, third, 'feeds');
    add(third, hub, 'depends on'); // says the same once more: no circle
    const backend = await open();
    const circles = (finding: 'cycles' | 'failure-cycles') =>
      ask(backend, 'query:findings', { finding, hubSize: 10, limit: 10 });
    expect(await circles('cycles')).toMatchObject({ total: 0 });
    const { total, findings } = await circles('failure-cycles');
    expect({ total, type: findings[0]?.type, size: findings[0]?.size }).toEqual({
      total: 1,
      type: null,
      size: 3,
    });
    expect(findings[0]?.entities.map(({ id }) => id)).toEqual([hub, first, second].toSorted((a, b) => a - b));
  });

  test('finds no circle where a connection has no direction', async () => {
    const [first = hub, second = hub] = spokes;
    addSynced(small, hub, first);
    addSynced(small, first, second);
    addSynced(small, second, hub);
    takeDirectionAway();
    const backend = await open();
    const cycles = { finding: 'cycles' as const, hubSize: 10, limit: 10 };
    expect(await ask(backend, 'query:findings', cycles)).toEqual({ total: 0, findings: [] });
  });

  test('goes both ways by a symmetric type', async () => {
    const [first = hub] = spokes;
    const carried = { sourceKinds: null, targetKinds: null, maxPerSource: null, maxPerTarget: null };
    saveVocabularyType(small.db, {
      ...carried,
      name: 'backs up',
      inverse: 'backs up',
      symmetric: true,
      acyclic: false,
      duplicates: true,
      self: false,
      impact: 'to-target',
      needed: null,
    });
    add(first, hub, 'Backs_Up');
    const backend = await open();
    expect(await ask(backend, 'query:impact', failed())).toMatchObject({ total: 1 });
  });

  test('is explained by the first relationships of a hop, and by how many there are', async () => {
    const [first = hub, second = hub] = spokes;
    for (let n = 0; n < 30; n += 1) add(first, hub, `type ${n}`);
    add(first, second, 'feeds');
    const backend = await open();
    const about = { types: null, connections: null, k: 1, maxHops: 5, avoid: [], direction: 'any' } as const;
    const asked = { ...about, avoid: [], sourceId: hub, targetId: second };
    const { paths } = await ask(backend, 'query:explain', asked);
    const hops = paths[0]?.hops.map(({ relationships, relationshipTotal }) => [
      relationships.length,
      relationshipTotal,
    ]);
    expect(hops).toEqual([
      [20, 30],
      [1, 1],
    ]);
  });

  describe('is explained in the direction that is meant', () => {
    const all = { types: null, connections: null, k: 1, maxHops: 5, avoid: [] };
    type Direction = Params<'query:explain'>['direction'];
    /** The types on the way from one to the other, or null where there is none. */
    const createAsk = async () => {
      const backend = await open();
      return async (sourceId: EntityId, targetId: EntityId, direction: Direction) => {
        const found = await ask(backend, 'query:explain', { ...all, sourceId, targetId, direction });
        const [path] = found.paths;
        return path?.hops.flatMap(({ relationships }) => relationships.map(({ type }) => type)) ?? null;
      };
    };

    test('by a type that is named by its inverse', async () => {
      const [first = hub, second = hub] = spokes;
      add(first, hub, 'Is_Fed-By');
      add(first, second, 'feeds');
      const explain = await createAsk();
      expect(await explain(hub, second, 'forward')).toEqual(['Is_Fed-By', 'feeds']);
      expect(await explain(second, hub, 'backward')).toEqual(['feeds', 'Is_Fed-By']);
      expect(await explain(hub, second, 'backward')).toBeNull();
      expect(await explain(second, hub, 'forward')).toBeNull();
    });

    test('with only those relationships for evidence that lead that way', async () => {
      const [first = hub] = spokes;
      add(first, hub, 'is fed by');
      add(hub, first, 'is depended on by');
      const explain = await createAsk();
      expect(await explain(hub, first, 'forward')).toEqual(['is fed by']);
      expect(await explain(hub, first, 'backward')).toEqual(['is depended on by']);
      expect(await explain(hub, first, 'any')).toHaveLength(2);
    });

    test.each<Direction>(['forward', 'backward'])('by a symmetric type, %s from either end', async (way) => {
      const [first = hub] = spokes;
      add(hub, first, 'connected to');
      const explain = await createAsk();
      expect(await explain(hub, first, way)).toEqual(['connected to']);
      expect(await explain(first, hub, way)).toEqual(['connected to']);
    });

    test.each<Direction>(['forward', 'backward'])(
      'in a connection without direction, %s from either end',
      async (way) => {
        const [first = hub] = spokes;
        addSynced(small, hub, first);
        takeDirectionAway();
        const explain = await createAsk();
        expect(await explain(hub, first, way)).toEqual([null]);
        expect(await explain(first, hub, way)).toEqual([null]);
      },
    );
  });

  test('is cancelled by name, and only that', async () => {
    const [first = hub] = spokes;
    add(hub, first, 'feeds');
    const backend = await open();
    const running = backend.request('query:impact', { ...failed(), name: 'mine' });
    const other = backend.request('query:impact', { ...failed(), name: 'other' });
    expect(await ask(backend, 'query:cancel', { name: 'mine' })).toEqual({ cancelled: 1 });
    expect(await running).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await other).toMatchObject({ ok: true, value: { total: 1 } });
    expect(await ask(backend, 'query:cancel', { name: 'mine' })).toEqual({ cancelled: 0 });
  });
});
