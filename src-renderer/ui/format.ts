const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const fullDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const digits = new Intl.NumberFormat('en-GB');

/** A moment as short as it can be told apart: `14:02` today, `3 Mar, 14:02` this year, `3 Mar 2024` before. */
export function formatMoment(moment: string, now: Date = new Date()): string {
  const date = new Date(moment);
  if (date.toDateString() === now.toDateString()) return clock.format(date);
  return date.getFullYear() === now.getFullYear() ? dayAndClock.format(date) : fullDate.format(date);
}

/** How long something took, from milliseconds. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A number with its thousands apart: `1,200`. */
export function formatCount(count: number): string {
  return digits.format(count);
}

/** `1 relationship`, `2 relationships`. */
export function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A size of a file: `640 KB`, `12.3 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1000))} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** How much of the whole, as whole per cent; 100 only once nothing is left. */
export function formatShare(done: number, total: number): string {
  return `${Math.floor((done / Math.max(1, total)) * 100)} %`;
}
