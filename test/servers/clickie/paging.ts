import { dropEvery } from '../shared/alter-answer.ts';
import { createRandom, shuffle } from '../shared/random.ts';
import { type Call, toWholeNumber } from './answers.ts';

/** What part of a list is asked for. */
export interface PageRequest {
  readonly skip: number;
  readonly limit: number;
}

const defaultLimit = 100;
/** The one shuffle that `order: 'random'` keeps over all pages. */
const keptShuffleSeed = 20_260_401;

/** `skip` and `limit` of a query, or undefined when one of them is not a usable number. */
export function parsePage(query: Readonly<Record<string, string>>): PageRequest | undefined {
  return toPage(query.skip ?? '0', query.limit ?? String(defaultLimit));
}

/** The same for numbers that came in a JSON body. */
export function parsePageValues(skip: unknown = 0, limit: unknown = defaultLimit): PageRequest | undefined {
  return typeof skip === 'number' && typeof limit === 'number'
    ? toPage(String(skip), String(limit))
    : undefined;
}

/** Orders and cuts a list as switched on. The list given must be in ascending order. */
export function cutPage<T>(call: Call, ascending: readonly T[], page: PageRequest): T[] {
  const { switches } = call.world;
  if (switches.emptyLists) return [];
  const skip = switches.ignoreSkip ? 0 : page.skip;
  const limit = Math.min(page.limit, switches.limitCap ?? page.limit);
  return dropEvery(inOrder(call, ascending), switches.omitEveryRow).slice(skip, skip + limit);
}

function toPage(skipText: string, limitText: string): PageRequest | undefined {
  const skip = toWholeNumber(skipText);
  const limit = toWholeNumber(limitText);
  return skip === undefined || limit === undefined || limit === 0 ? undefined : { skip, limit };
}

function inOrder<T>(call: Call, ascending: readonly T[]): readonly T[] {
  switch (call.world.switches.order) {
    case 'asc':
      return ascending;
    case 'desc':
      return ascending.toReversed();
    case 'random':
      return shuffle(createRandom(keptShuffleSeed), ascending);
    case 'unstable':
      return shuffle(call.world.random, ascending);
  }
}
