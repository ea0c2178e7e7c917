/** A moment that a remote writes, as an ISO text; undefined where it is none. Both `Z` and an offset are understood. */
export function parseMoment(told: string | null | undefined): string | undefined {
  const time = Date.parse(told ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** The part of the facts that says when something was made; empty where that is not told. */
export function toMadeAt(told: string | null | undefined): { readonly madeAt?: string } {
  const madeAt = parseMoment(told);
  return madeAt === undefined ? {} : { madeAt };
}
