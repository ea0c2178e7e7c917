const LONGEST_WAIT_MS = 60_000;

/**
 * How long a Retry-After header asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
 * Absurd values are bounded to a minute; null where the header is missing or says nothing.
 */
export function parseRetryAfter(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const text = header.trim();
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  if (Number.isNaN(waitMs) || waitMs < 0) return null;
  return Math.min(waitMs, LONGEST_WAIT_MS);
}
