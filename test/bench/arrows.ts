import type { Backend } from '../../src-main/backend/index.ts';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { inTurns, type Measured } from './figure.ts';
import type { Fixture } from './fixtures.ts';
import { writeTyped } from './patterns.ts';
import { mustBeOk, timeEach, withBackend } from './queries.ts';
import { PATIENCE_MS, watchTurns } from './turns.ts';

/** As long as arrows can be in one query, over most of what is related, from a quarter of all entities. */
const LONGEST = '-[feeds,contains*5]- -[]- kind:metric';
/** The most of what a query finds that the window draws. */
const DRAWN = 300;
const DRAW_BUDGET = 3;

export const namesOfArrows = ['query-arrow-gap', 'query-draw'];

/** How long others wait while the longest arrow is followed, and what drawing by a query costs. */
export async function measureArrows(
  fixture: Fixture,
  folder: string,
  runs: number,
): Promise<readonly Measured[]> {
  const path = writeTyped(fixture, folder);
  const gaps: number[] = [];
  for (let run = 0; run < runs; run += 1) gaps.push(await measureGap(path));
  const questions = toQuestions();
  const time = (ask: (backend: Backend, text: string) => Promise<void>) => async () =>
    await withBackend(path, (backend) => timeEach(questions, (text) => ask(backend, text)));
  return [
    {
      name: 'query-arrow-gap',
      about: `longest wait of others while the longest arrow is followed and its first page read, ${fixture.shape}; peer: how long they may wait`,
      unit: 'ms',
      budget: 1,
      judged: 'worst',
      values: gaps,
      peers: gaps.map(() => PATIENCE_MS),
    },
    {
      name: 'query-draw',
      about: `p95 of drawing the first ${DRAWN} of what kinds, words and arrows find, ${fixture.shape}; peer: the same by hand, a page of the list and the picture of its entities. One request for two may cost what both do and the handle of its own that long ones read on`,
      unit: 'ms',
      budget: DRAW_BUDGET,
      ...(await inTurns(runs, time(draw), time(drawByHand))),
    },
  ];
}

async function measureGap(path: string): Promise<number> {
  return await withBackend(path, async (backend) => {
    const watch = watchTurns();
    const answer = await readList(backend, LONGEST);
    const gap = await watch.end();
    if (answer.length === 0) throw new Error('The longest arrow found nothing');
    return gap;
  });
}

function toQuestions(): string[] {
  const kinds = ['asset', 'metric', 'dashboard', 'collaborator'];
  const words = ['pump', 'valve', 'boiler', 'zebra line', 'air 12', '-motor'];
  const arrows = kinds.flatMap((near) => kinds.map((far) => `kind:${near} -[feeds]-> kind:${far}`));
  return [...kinds.map((kind) => `kind:${kind}`), ...words, ...arrows];
}

async function draw(backend: Backend, text: string): Promise<void> {
  mustBeOk(await backend.request('graph:matching', { text, budget: DRAWN }));
}

async function drawByHand(backend: Backend, text: string): Promise<void> {
  const also = await readList(backend, text);
  mustBeOk(await backend.request('graph:neighbourhood', { roots: [], limit: DRAWN, also }));
}

async function readList(backend: Backend, search: string): Promise<EntityId[]> {
  const asked = { search, kinds: [], connectionId: null, offset: 0, limit: DRAWN };
  const result = await backend.request('entities:page', asked);
  if (!result.ok) throw new Error(result.error.message);
  return result.value.rows.map(({ id }) => id);
}
