/** What a number format shows a number as: a date, a time of day, or a span of time, which may exceed a day. */
export type DateStyle = 'date' | 'time' | 'span';

/** The formats that every workbook has without saying so. */
const builtIn = new Map<number, DateStyle>([
  ...[14, 15, 16, 17, 22].map((id) => [id, 'date'] as const),
  ...[18, 19, 20, 21, 45, 47].map((id) => [id, 'time'] as const),
  [46, 'span'],
]);

/** No spreadsheet takes a longer code. */
const LONGEST_CODE = 255;

/** What a number format makes of a number; null where that is a number. `code` is that of a custom format. */
export function toDateStyle(id: number, code: string | undefined): DateStyle | null {
  if (code === undefined) return builtIn.get(id) ?? null;
  const [positive = ''] = code
    .slice(0, LONGEST_CODE)
    .replaceAll(/"[^"]*"|[\\_*]./gs, '')
    .split(';');
  if (/\[[hms]+\]/i.test(positive)) return 'span';
  const signs = positive.replaceAll(/\[[^\]]*\]/g, '');
  if (/[dy]/i.test(signs)) return 'date';
  if (/[hs]/i.test(signs)) return 'time';
  return /m/i.test(signs) ? 'date' : null;
}

const DAY_MS = 86_400_000;
/** Day 0 of the two ways to count; the first counts a 29 February 1900 that never was, as day 60. */
const epochs = { since1900: Date.UTC(1899, 11, 30), since1904: Date.UTC(1904, 0, 1) } as const;
const NEVER_WAS = 60;
/** After the last day of the year 9999. */
const BEYOND = 2_958_466;

/** How a workbook counts days. */
export type Epoch = keyof typeof epochs;

/**
 * What a date cell shows, in ISO 8601: a date, a date with a time, or a time alone. A number that is no date there stays
 * what it is.
 */
export function toIsoDate(text: string, style: DateStyle, epoch: Epoch): string {
  const days = Number(text);
  if (text.trim() === '' || !(days >= 0 && days < BEYOND)) return text;
  const milliseconds = Math.round(days * DAY_MS);
  if (style === 'span') return toTime(milliseconds);
  if (days < 1 && (style === 'time' || epoch === 'since1900')) return toTime(milliseconds);
  if (epoch === 'since1900' && Math.floor(days) === NEVER_WAS) return text;
  const missing = epoch === 'since1900' && days < NEVER_WAS ? DAY_MS : 0;
  const moment = new Date(epochs[epoch] + missing + milliseconds).toISOString().replace('Z', '');
  return moment.replace(/T00:00:00\.000$/, '').replace(/\.000$/, '');
}

/** Hours go on after 23. */
function toTime(milliseconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = milliseconds % 1000;
  const time = `${two(milliseconds / 3_600_000)}:${two((milliseconds / 60_000) % 60)}:${two((milliseconds / 1000) % 60)}`;
  return rest === 0 ? time : `${time}.${String(rest).padStart(3, '0')}`;
}
