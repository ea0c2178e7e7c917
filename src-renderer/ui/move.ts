/** Where a key leads to in a list; null if the key does not move. */
export function toMovedIndex(
  key: string,
  from: number,
  { total, page }: { readonly total: number; readonly page: number },
): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -total,
    End: total,
  };
  const step = steps[key];
  if (step === undefined || total === 0) return null;
  return Math.max(0, Math.min(total - 1, from + step));
}
