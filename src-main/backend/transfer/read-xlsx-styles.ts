import { readXml } from './read-xml.ts';
import type { Piece, Reading } from './reading.ts';
import { type DateStyle, toDateStyle } from './xlsx-dates.ts';

/** By the style of a cell: whether its number is a date. */
export type DateStyles = readonly (DateStyle | null)[];

/** Reads the part of a workbook that says how cells are shown. */
export function* readDateStyles(
  name: string,
  part: Iterable<Piece<Uint8Array>> | undefined,
): Reading<DateStyles> {
  if (part === undefined) return [];
  const codes = new Map<number, string>();
  const formats: number[] = [];
  let list = '';
  yield* readXml(name, part, {
    open: (element, { numFmtId = '0', formatCode = '' }) => {
      if (element === 'numFmts' || element === 'cellXfs') list = element;
      if (element === 'numFmt' && list === 'numFmts') codes.set(Number(numFmtId), formatCode);
      if (element === 'xf' && list === 'cellXfs') formats.push(Number(numFmtId));
    },
    text: () => undefined,
    close: (element) => {
      if (element === list) list = '';
    },
  });
  return formats.map((id) => toDateStyle(id, codes.get(id)));
}
