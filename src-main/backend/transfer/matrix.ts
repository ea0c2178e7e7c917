import { TransferError } from './errors.ts';
import type { Mapping } from './mapping.ts';
import { type Faults, limits, type Row, type Sheet } from './table.ts';

/** One relationship that a matrix names, as a row of a table with source, type and target would. */
export interface MatrixCell {
  readonly row: Row;
  readonly mapping: Mapping;
  /** What its three columns are called where something is wrong: always the column of the cell, or that of the keys. */
  readonly columns: readonly string[];
}

const asRelationship: Mapping = {
  subject: 'relationships',
  header: true,
  roles: ['source', 'type', 'target'],
};

const marks = /^(?:x|✓|✔|●|•|\*|\+|1|y|yes|true)$/iu;
const nothing = /^(?:|0|-|–|—|\.|n|no|false)$/iu;

/**
 * The relationships of a matrix: the first column names sources, the first row targets. A cell holds the type, or a
 * mark: then the type is what the top left cell says, if that is one.
 */
export function* readMatrix(
  { name, columns, rows, faults: headerFaults }: Sheet,
  isType: (text: string) => boolean,
): Generator<MatrixCell> {
  const corner = (columns[0] ?? '').trim();
  const marked = isType(corner) ? corner : '';
  let found = 0;
  for (const { number, cells, faults } of rows) {
    const [source = ''] = cells;
    for (let index = 1; index < columns.length; index += 1) {
      const text = (cells[index] ?? '').trim();
      if (nothing.test(text)) continue;
      found += 1;
      if (found > limits.rows) {
        const message = `${name}, row ${number}, column ${index + 1}: a matrix has at most ${limits.rows} filled cells. Nothing was imported; split it.`;
        throw new TransferError('file-too-large', message);
      }
      const at = toColumnName(columns, index);
      const taken = [source, marks.test(text) ? marked : text, columns[index] ?? ''];
      const wrong = toFaults([faults?.get(0), faults?.get(index), headerFaults?.get(index)]);
      yield {
        row: { number, cells: taken, ...(wrong.size === 0 ? {} : { faults: wrong }) },
        mapping: asRelationship,
        columns: [toColumnName(columns, 0), at, at],
      };
    }
  }
}

function toFaults(errors: readonly (string | undefined)[]): Faults {
  return new Map(errors.flatMap((error, index) => (error === undefined ? [] : [[index, error] as const])));
}

function toColumnName(columns: readonly string[], index: number): string {
  const name = columns[index] ?? '';
  return name.trim() === '' ? String(index + 1) : name;
}
