import { dropEvery } from '../shared/alter-answer.ts';
import { pickUuid, type Random, shuffle } from '../shared/random.ts';
import type { Call, World } from './answers.ts';
import { type Asset, deleteAsset, putAsset } from './site.ts';

/** By what a list is sorted: the value of an asset there, null standing last in ascending order. */
export interface Sorting {
  readonly toValue: (asset: Asset) => string | number | null;
  readonly descending: boolean;
}

/** What the switches leave of a list. */
export function cutRows<T>({ switches }: World, rows: readonly T[]): readonly T[] {
  return switches.emptyLists ? [] : dropEvery(rows, switches.omitEveryRow);
}

/** Sorted as PostgreSQL does without a tie-breaker. */
export function sortAssets(world: World, assets: readonly Asset[], sorting: Sorting): readonly Asset[] {
  const drawn = world.switches.ties === 'shuffled' ? shuffle(world.random, assets) : assets;
  const sign = sorting.descending ? -1 : 1;
  return drawn.toSorted((a, b) => sign * compare(sorting.toValue(a), sorting.toValue(b)));
}

/** Changes the list of which a page was just read, so that the next page is shifted by one row. */
export function shiftAssets({ world, tenant }: Call, given: readonly Asset[]): void {
  const { betweenPages } = world.switches;
  const [first] = given;
  if (!first || betweenPages === 'nothing') return;
  if (betweenPages === 'remove') deleteAsset(tenant, first.id);
  else putAsset(tenant, toCopy(world.random, first));
}

/** The newest first is the usual order, in which the copy stands in front of the original and its equals. */
function toCopy(random: Random, asset: Asset): Asset {
  const { name, createdAt, updatedAt } = asset;
  const times = { createdAt: createdAt + 1, updatedAt: updatedAt + 1 };
  return { ...asset, ...times, id: pickUuid(random), name: `${name} (copy)` };
}

function compare(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
