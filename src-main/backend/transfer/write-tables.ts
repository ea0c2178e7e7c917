import { stringify } from 'csv-stringify/sync';
import { strToU8 } from 'fflate';

/** A table to write, its rows as they are read. Cells are written as they are: they are made safe before. */
export interface WrittenTable {
  readonly name: string;
  readonly header: readonly string[];
  readonly batches: Iterable<readonly (readonly string[])[]>;
}

/** Comma- or tab-separated text in UTF-8 with its mark, so that spreadsheets read it as such. */
export function* toDelimited(
  { header, batches }: WrittenTable,
  delimiter: ',' | '\t',
): Generator<Uint8Array> {
  const toText = (rows: readonly (readonly string[])[], bom: boolean) =>
    strToU8(
      stringify(rows as string[][], { bom, delimiter, record_delimiter: '\r\n', quoted_match: /[\r\n]/ }),
    );
  yield toText([header], true);
  for (const rows of batches) yield toText(rows, false);
}
