/** A stream of numbers from 0 up to, not including, 1; the same seed always gives the same stream. */
export type Random = () => number;

/** mulberry32: small, fast and good enough for data that only has to look real. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

/** A whole number from `low` to `high`, both included. */
export function pickNumber(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** One of the items. Throws on an empty list, which only a mistake in a seed can cause. */
export function pickOne<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('Nothing to pick from');
  return item;
}

/** Up to `count` different items, in the order drawn. */
export function pickSome<T>(random: Random, items: readonly T[], count: number): T[] {
  return shuffle(random, items).slice(0, count);
}

/** A shuffled copy. */
export function shuffle<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** A version 4 UUID in lower case. */
export function pickUuid(random: Random): string {
  const digits = Array.from({ length: 32 }, () => pickNumber(random, 0, 15).toString(16)).join('');
  const variant = (8 + pickNumber(random, 0, 3)).toString(16);
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ];
  return parts.join('-');
}
