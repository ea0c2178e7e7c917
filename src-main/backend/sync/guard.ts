/** How many removals a sync may apply without asking: more than both of these are held. */
const FREE_COUNT = 20;
const FREE_SHARE = 0.1;
/** Losing all of a connection is held from this many on. */
const ALL_COUNT = 10;

/**
 * Says why so many removals must wait for the user, or null where they may go on. Pure.
 * `total` is what base had before the sync, so that additions never lower the share.
 */
export function judgeRemovals(
  removals: number,
  total: number,
  what: 'entities' | 'relationships',
): string | null {
  if (removals === total && total >= ALL_COUNT) {
    return `The remote no longer shows any of the ${total} ${what}. Nothing was removed here.`;
  }
  if (removals > Math.max(FREE_COUNT, FREE_SHARE * total)) {
    return `The remote no longer shows ${removals} of ${total} ${what}. Nothing was removed here.`;
  }
  return null;
}
