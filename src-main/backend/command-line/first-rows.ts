import { readAllPages } from './client.ts';
import { wrongUsage } from './errors.ts';

/** What `--limit` says: as many as wanted, 100 where it is left out. */
export function parseLimit(text: string | undefined): number {
  const limit = Number(text ?? '100');
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw wrongUsage(`--limit takes a whole number from 1, not ${text ?? ''}.`);
}

/** The first rows of a list, at most so many, page after page; and how many it has. */
export async function readFirst<T>(
  most: number,
  read: (page: { offset: number; limit: number }) => Promise<{ total: number; rows: T[] }>,
): Promise<{ total: number; rows: T[] }> {
  let total = 0;
  const readPage: typeof read = async (page) => {
    const found = await read(page);
    total = found.total;
    return found;
  };
  const rows = await readAllPages(readPage, most);
  return { total, rows };
}

/** Says how many of a list are not printed. */
export function toMore(total: number, shown: number): string[] {
  return total > shown ? [`… and ${total - shown} more`] : [];
}
