import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { inTurns, type Measured, quantile } from './figure.ts';
import { type Fixture, openBare, readNames } from './fixtures.ts';
import { mustBeOk, openBackend, pickRoots } from './queries.ts';

const NEIGHBOURS = 60;
/** How much slower an answer may be while work on the file runs. */
const BUDGET = 3;

/** What is felt of a check and of a compaction by who asks meanwhile. */
export async function measureCare(
  folder: string,
  fixture: Fixture,
  runs: number,
): Promise<readonly Measured[]> {
  const path = join(folder, 'care.weft');
  copyFileSync(fixture.path, path);
  const backend = await openBackend(path);
  const db = openBare(path);
  const roots = pickRoots(readNames(db));
  db.close();
  const ask = async (id: EntityId) =>
    mustBeOk(await backend.request('graph:neighbourhood', { roots: [id], limit: NEIGHBOURS }));
  const measure = async (work: 'check' | 'compact'): Promise<Measured> => {
    const during = async () => {
      const state = { running: true };
      const perform = async () => {
        try {
          mustBeOk(await backend.request(`workspace:${work}`, {}));
        } finally {
          state.running = false;
        }
      };
      const [p95] = await Promise.all([timeWhile(() => state.running, roots, ask), perform()]);
      return p95;
    };
    const idle = async () => {
      const until = performance.now() + IDLE_MS;
      return await timeWhile(() => performance.now() < until, roots, ask);
    };
    return {
      name: `${work}-meanwhile`,
      unit: 'ms',
      about: `p95 of a neighbourhood asked while the file is ${words[work]}, ${fixture.shape}; peer: the same when idle`,
      budget: BUDGET,
      ...(await inTurns(runs, during, idle)),
    };
  };
  try {
    return [await measure('check'), await measure('compact')];
  } finally {
    await backend.close();
  }
}

const words = { check: 'checked', compact: 'compacted' } as const;
const IDLE_MS = 3000;

/** Asks one question after the other for as long as it is to; how long 95 of 100 take, each with its wait for a turn. */
async function timeWhile(
  goesOn: () => boolean,
  roots: readonly EntityId[],
  ask: (id: EntityId) => Promise<void>,
): Promise<number> {
  const times: number[] = [];
  for (let index = 0; goesOn(); index = (index + 1) % roots.length) {
    const [root] = roots.slice(index, index + 1);
    if (root === undefined) throw new Error('There are entities');
    const startedAt = performance.now();
    await new Promise((turn) => {
      setImmediate(turn);
    });
    await ask(root);
    times.push(performance.now() - startedAt);
  }
  return quantile(times, 0.95);
}
