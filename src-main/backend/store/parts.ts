/** The items in their order, so many at a time: what is asked, written or sent in one go. Pure. */
export function* toParts<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
