/** What an unreadably large number of seconds comes down to: a year. */
const LONGEST_WAIT_MS = 365 * 24 * 3600 * 1000;

/**
 * How long a Retry-After header asks to wait, in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3).
 * At most a year; null where the header is missing, lies in the past or says nothing.
 */
export function parseRetryAfter(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const text = header.trim();
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : parseDate(text) - now.getTime();
  if (Number.isNaN(waitMs) || waitMs < 0) return null;
  return Math.min(waitMs, LONGEST_WAIT_MS);
}

/** `Date.parse` finds a date in almost any text, so the form is checked first. */
function parseDate(text: string): number {
  return /^[A-Z][a-z]+, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
