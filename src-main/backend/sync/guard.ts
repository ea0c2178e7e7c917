/** How many removals a sync may apply without asking: more than both of these are held. */
const FREE_COUNT = 20;
const FREE_SHARE = 0.1;
/** Losing all of a connection, a type or a pair of kinds is held from this many on. */
export const ALL_COUNT = 10;

/** Some of the relationships, by a name that ends a sentence such as “all 12 relationships …”. */
export interface Part {
  readonly name: string;
  readonly removals: number;
  /** What base had of it before the sync. */
  readonly total: number;
}

/** What a sync would remove. */
export interface Loss {
  readonly what: 'entities' | 'relationships';
  /** Whether copies would go here, or relationships there. */
  readonly side: 'here' | 'there';
  readonly removals: number;
  /** What base had before the sync, so that additions never lower the share. */
  readonly total: number;
  readonly parts: readonly Part[];
}

/** Says why so many removals must wait for the user, or null where they may go on. Pure. */
export function judgeRemovals(loss: Loss): string | null {
  const { what, removals, total, parts } = loss;
  if (isAll(loss)) return explain(loss, 'any', `of the ${total} ${what}`);
  const part = parts.find(isAll);
  if (part !== undefined) return explain(loss, 'any', `of the ${part.total} ${what} ${part.name}`);
  if (removals <= Math.max(FREE_COUNT, FREE_SHARE * total)) return null;
  return explain(loss, String(removals), `of ${total} ${what}`);
}

function isAll({ removals, total }: Pick<Part, 'removals' | 'total'>): boolean {
  return removals >= total && total >= ALL_COUNT;
}

function explain({ side, what }: Loss, amount: string, ofWhat: string): string {
  if (side === 'here') return `The remote no longer shows ${amount} ${ofWhat}. Nothing was removed here.`;
  const all = amount === 'any' ? 'all' : amount;
  return `This push would delete ${all} ${ofWhat} there. None of these ${what} was deleted: release them, or push those you mean.`;
}
