/** Returns the value, or throws if what cannot happen happened. */
export function must<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`Impossible: ${what} is missing.`);
  return value;
}
