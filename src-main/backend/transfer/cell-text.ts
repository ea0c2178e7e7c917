import type { EntityField } from '../../../src-preload/contract/model.ts';

type Value = EntityField['value'];

/** What a spreadsheet would take for a formula, or would take away. */
const dangerous = /^[=+\-@\t\r\n|%']/;
/** A text that would be read back as something else than a text. */
const ambiguous = /^(?:true|false|null|)$/;

/** A text as a cell: one that a spreadsheet would run as a formula begins with an apostrophe there. */
export function toCell(text: string): string {
  return dangerous.test(text) ? `'${text}` : text;
}

/** A cell that was read, as one that no spreadsheet runs, and that reads as before. */
export function toSafeCell(cell: string): string {
  return cell.startsWith("'") || isNumber(cell) ? cell : toCell(cell);
}

/** The text of a cell, without the apostrophe that kept it from being a formula. */
export function fromCell(cell: string): string {
  return cell.startsWith("'") && dangerous.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/** A value of a field as a cell. An empty cell is no field at all. */
export function toValueCell(value: Value): string {
  if (typeof value !== 'string') return String(value); // a negative number is no formula: it stays one
  return ambiguous.test(value) || isNumber(value) || dangerous.test(value) ? `'${value}` : value;
}

/** The value of a cell; undefined where it is empty. */
export function fromValueCell(cell: string): Value | undefined {
  if (cell === '') return undefined;
  if (cell.startsWith("'")) {
    const rest = cell.slice(1);
    return ambiguous.test(rest) || isNumber(rest) || dangerous.test(rest) ? rest : cell;
  }
  if (cell === 'null') return null;
  if (cell === 'true' || cell === 'false') return cell === 'true';
  return isNumber(cell) ? Number(cell) : cell;
}

/** Only what a number is written as, so that 007 and 1e3 stay what they are. */
function isNumber(text: string): boolean {
  if (!/^-?\d/.test(text)) return false;
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text;
}
