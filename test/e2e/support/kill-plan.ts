import { createRandom, pickNumber, pickOne, type Random, shuffle } from '../../servers/shared/random.ts';

/** What goes on when the data process is killed. */
export type Activity = 'pull' | 'push' | 'edit';

/**
 * When it is killed: so long after the activity began, or at its n-th request. That request was then not applied
 * (`unapplied`), applied without an answer (`unanswered`), or answered so many milliseconds ago.
 */
export type Moment =
  | { readonly kind: 'clock'; readonly afterMs: number }
  | { readonly kind: 'unapplied' | 'unanswered'; readonly nth: number }
  | { readonly kind: 'answered'; readonly nth: number; readonly laterMs: number };

/** How the person goes on: the window by itself, the same after a second kill, or Weft ended and started again. */
export type Recovery = 'window' | 'window-killed-again' | 'quit' | 'kill-app';

export interface Kill {
  readonly activity: Activity;
  readonly moment: Moment;
  readonly recovery: Recovery;
}

const activities: readonly Activity[] = ['pull', 'push', 'edit'];
/** Each well within what the activity needs at least. */
const mostRequests: Readonly<Record<Activity, number>> = { pull: 90, push: 16, edit: 0 };

/** One kill in each activity, in any order; the same seed gives the same. Weft is restarted before its waits grow long. */
export function planKills(seed: number): readonly Kill[] {
  const random = createRandom(seed);
  const ends: readonly Recovery[] = ['window', 'quit', 'kill-app'];
  return shuffle(random, activities).map((activity, index) => ({
    activity,
    moment: pickMoment(random, activity),
    recovery:
      index === 1 && seed % 3 === 0 ? 'window-killed-again' : index < 2 ? 'window' : pickOne(random, ends),
  }));
}

function pickMoment(random: Random, activity: Activity): Moment {
  if (activity === 'edit') return { kind: 'clock', afterMs: pickNumber(random, 0, 150) };
  const kind = pickOne(random, ['clock', 'unapplied', 'unanswered', 'answered'] as const);
  if (kind === 'clock') return { kind, afterMs: pickNumber(random, 0, 300) };
  const nth = pickNumber(random, 1, mostRequests[activity]);
  return kind === 'answered' ? { kind, nth, laterMs: pickNumber(random, 0, 10) } : { kind, nth };
}
