import { PAGE_BYTES } from './b-tree-page.ts';
import type { Root } from './find-roots.ts';

/** Puts pages of a table under one again whose own upper pages are lost. Source: sqlite.org/fileformat2.html, 1.6. */

/** How many pages hang below one: so many fit whatever their row ids are. */
const BELOW_ONE = 256;

/** The page that all hang below, and those made for it, which are numbered from `next` on. Pure. */
export function joinPages(
  roots: readonly Root[],
  next: number,
): { readonly root: number; readonly pages: readonly Buffer[] } {
  const pages: Buffer[] = [];
  let level = roots;
  while (level.length > 1) {
    const above: Root[] = [];
    for (let from = 0; from < level.length; from += BELOW_ONE) {
      const part = level.slice(from, from + BELOW_ONE);
      above.push({ page: next + pages.length, last: part.at(-1)?.last ?? 0 });
      pages.push(toInnerPage(part));
    }
    level = above;
  }
  return { root: level[0]?.page ?? 0, pages };
}

function toInnerPage(parts: readonly Root[]): Buffer {
  const bytes = Buffer.alloc(PAGE_BYTES);
  const left = parts.slice(0, -1);
  let start = PAGE_BYTES;
  for (const [index, { page, last }] of left.entries()) {
    const key = toVarint(last);
    start -= 4 + key.length;
    bytes.writeUInt32BE(page, start);
    bytes.set(key, start + 4);
    bytes.writeUInt16BE(start, 12 + 2 * index);
  }
  bytes.writeUInt8(5, 0);
  bytes.writeUInt16BE(left.length, 3);
  bytes.writeUInt16BE(start, 5);
  bytes.writeUInt32BE(parts.at(-1)?.page ?? 0, 8);
  return bytes;
}

/** Seven bits a byte, the highest first; a row id of ours never needs the ninth byte. */
function toVarint(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.unshift((rest % 128) + 128);
  }
  return bytes;
}
