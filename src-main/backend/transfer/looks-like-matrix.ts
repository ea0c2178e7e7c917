import type { Sheet } from './table.ts';

/** How many rows are looked at to understand a table by its content. */
const LOOKED_AT = 50;

/** Whether the first row and the first column name entities, and what is between them does not. */
export function looksLikeMatrix({ columns, rows }: Sheet, recognize: (text: string) => boolean): boolean {
  if (columns.length < 3) return false;
  const looked = rows.slice(0, LOOKED_AT);
  const shareOf = (texts: readonly string[]) => {
    const filled = texts.filter((text) => text.trim() !== '');
    return { filled: filled.length, share: filled.filter(recognize).length / Math.max(1, filled.length) };
  };
  const targets = shareOf(columns.slice(1));
  const sources = shareOf(looked.map(({ cells }) => cells[0] ?? ''));
  const inside = shareOf(looked.flatMap(({ cells }) => cells.slice(1)));
  // a table with a column that happens to be called like an entity holds more than marks
  const isMarked = looked.every(({ cells }) => cells.slice(1).every((cell) => cell.trim().length <= 2));
  return (
    targets.filled >= 2 &&
    targets.share >= (isMarked ? 0.5 : 0.7) &&
    sources.share >= (isMarked ? 0.5 : 0.6) &&
    inside.filled > 0 &&
    inside.share < 0.2
  );
}
