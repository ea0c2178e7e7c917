import type { RowVerdict } from './plan-import.ts';
import type { Sheet } from './table.ts';

/** The rows that were not taken, as a table: where each stands, what is wrong and where, then the row itself. */
export function toErrorTable(
  sheets: readonly Sheet[],
  headers: readonly boolean[],
  verdicts: readonly RowVerdict[],
): string[][] {
  const rejected = verdicts.filter(({ outcome }) => outcome === 'refused' || outcome === 'choice');
  const width = sheets.reduce((most, { columns }) => Math.max(most, columns.length), 0);
  const [only] = sheets;
  const named = sheets.length === 1 && headers[0] === true ? only?.columns : undefined;
  const columns = named ?? Array.from({ length: width }, (_, index) => `column ${index + 1}`);
  const rows = new Map(
    sheets.map((sheet, index) => [index, new Map(sheet.rows.map((row) => [row.number, row.cells]))]),
  );
  const toRow = ({ sheet, row, column, code, message }: RowVerdict) => [
    sheets[sheet]?.name ?? '',
    String(row),
    column ?? '',
    code ?? '',
    message ?? '',
    ...(rows.get(sheet)?.get(row) ?? sheets[sheet]?.columns ?? []),
  ];
  return [['file', 'row', 'column in error', 'code', 'message', ...columns], ...rejected.map(toRow)];
}
