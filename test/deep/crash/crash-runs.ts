import { expect } from 'vitest';
import type { WritableDb } from '../../../src-main/backend/store/sql.ts';
import { createRandom, pickNumber } from '../../servers/shared/random.ts';
import { act, conclude, endLife, type Lab, type Outcome, openLab } from './lab.ts';
import { type Hooks, openLife } from './life.ts';
import type { Scenario } from './scenarios.ts';

/** What the crash loop did with one scenario. */
export interface CrashCount {
  /** Boundaries of the undisturbed run. */
  readonly boundaries: number;
  readonly runs: number;
  /** Runs of these in which the program died again while it took up its work. */
  readonly twice: number;
}

class Crash extends Error {}

/** Dies at one boundary: the files are copied as they stand, and nothing gets through to file or remote any more. */
interface Death {
  readonly hooks: Hooks;
  readonly seen: () => number;
  /** The copy of the file and where it died; null while it lives. */
  readonly end: () => { readonly path: string; readonly where: string } | null;
}

function createDeath(lab: Lab, path: string, dieAt: number): Death {
  let seen = 0;
  let end: { path: string; where: string } | null = null;
  return {
    seen: () => seen,
    end: () => end,
    hooks: {
      call: () => {
        if (end !== null) throw new Crash('The program is dead');
      },
      boundary: (where: string, _db: WritableDb) => {
        if (end !== null) throw new Crash('The program is dead');
        seen += 1;
        if (seen !== dieAt) return;
        end = { path: lab.copy(path), where };
        throw new Crash(where);
      },
    },
  };
}

interface Attempt {
  readonly outcome: Outcome;
  /** Boundaries of each life, up to its death. */
  readonly lives: readonly number[];
}

/** Acts, and dies in the n-th life at the n-th of the boundaries given, counted in that life. */
async function attempt(lab: Lab, deaths: readonly number[]): Promise<Attempt> {
  const lives: number[] = [];
  let path = lab.begin();
  let from = 0;
  for (const dieAt of [...deaths, 0]) {
    const death = createDeath(lab, path, dieAt);
    const life = openLife(path, lab.remote, death.hooks);
    let step = from;
    const note = (index: number) => {
      step = index;
    };
    try {
      await act(lab, life, from, note);
    } catch (error) {
      if (death.end() === null) throw error;
    }
    lives.push(death.seen());
    const end = death.end();
    if (end === null) {
      const outcome = await conclude(lab, life);
      endLife(life, path);
      return { outcome, lives };
    }
    endLife(life, path);
    // a command that was committed is not done again; whatever else was under way is
    const isDone = lab.scenario.act[step]?.kind === 'command' && end.where === 'after commit';
    from = step + (isDone ? 1 : 0);
    path = end.path;
  }
  throw new Error('The last life has no death');
}

/** At every so many boundaries the program dies again. */
const TWICE_EVERY = 3;

/** Every boundary of the undisturbed run in turn, and with some a second one while the work is taken up. */
export async function crashEverywhere(scenario: Scenario, seed: number): Promise<CrashCount> {
  const lab = await openLab(scenario);
  const random = createRandom(seed);
  const count = { runs: 0, twice: 0 };
  try {
    const { outcome: wanted, lives } = await attempt(lab, []);
    const boundaries = lives[0] ?? 0;
    expect(wanted.sound).toEqual(['ok', []]);
    for (let first = 1; first <= boundaries; first += 1) {
      const once = await attempt(lab, [first]);
      count.runs += 1;
      expect(once.outcome, `${scenario.name}, death at ${first}`).toEqual(wanted);
      const left = once.lives[1] ?? 0;
      if (left === 0 || first % TWICE_EVERY !== 0) continue;
      const second = pickNumber(random, 1, left);
      const again = await attempt(lab, [first, second]);
      count.runs += 1;
      count.twice += 1;
      expect(again.outcome, `${scenario.name}, deaths at ${first} and ${second}`).toEqual(wanted);
    }
    return { boundaries, ...count };
  } finally {
    lab.remove();
  }
}
