import type { EntityId } from '../../../src-preload/contract/model.ts';
import { toCell, toSafeCell } from './cell-text.ts';
import { findCells, type Sheet } from './table.ts';
import type { RowVerdict } from './verdict.ts';

/**
 * Rows that were not taken, as a table: where each stands, what is wrong, what may be meant, then the row itself. No cell
 * of it is a formula, whatever the file held.
 */
export function toErrorTable(
  sheets: readonly Sheet[],
  headers: readonly boolean[],
  rejected: readonly RowVerdict[],
  addressOf: (id: EntityId) => string,
): string[][] {
  const width = sheets.reduce((most, { columns }) => Math.max(most, columns.length), 0);
  const [only] = sheets;
  const named = sheets.length === 1 && headers[0] === true ? only?.columns : undefined;
  const columns = named ?? Array.from({ length: width }, (_, index) => `column ${index + 1}`);
  const toRow = ({ sheet, row, column, code, message, candidates }: RowVerdict) => [
    ...[
      sheets[sheet]?.name ?? '',
      String(row),
      column ?? '',
      code ?? '',
      message ?? '',
      candidates.map(addressOf).join('; '),
    ].map(toCell),
    ...findCells(sheets[sheet], row).map(toSafeCell),
  ];
  return [
    ['file', 'row', 'column in error', 'code', 'message', 'candidates', ...columns.map(toSafeCell)],
    ...rejected.map(toRow),
  ];
}
