import { type Played, playSeed, type Step } from './run.ts';

/** Drops as many steps as it can while the seed still breaks the same rule. */
export async function shrink(played: Played): Promise<Played> {
  let best = played;
  for (let size = Math.ceil(best.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.steps.length; ) {
      const fewer = without(best.steps, at, size);
      const again = await playSeed({ seed: best.seed, keepsLines: true }, fewer);
      if (again.failure?.rule === played.failure?.rule) best = again;
      else at += size;
    }
  }
  return best;
}

function without(steps: readonly Step[], at: number, size: number): Step[] {
  return [...steps.slice(0, at), ...steps.slice(at + size)];
}
