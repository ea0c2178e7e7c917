import { stringify } from 'csv-stringify/sync';
import { strToU8, zipSync } from 'fflate';
import { toXml } from './xml-text.ts';

/** A table to write: its first row is the header. Cells are written as they are: they are made safe before. */
export interface WrittenTable {
  readonly name: string;
  readonly rows: readonly (readonly string[])[];
}

/** Comma- or tab-separated text in UTF-8 with its mark, so that spreadsheets read it as such. */
export function toDelimited({ rows }: WrittenTable, delimiter: ',' | '\t'): Uint8Array {
  return strToU8(
    stringify(rows as string[][], { bom: true, delimiter, record_delimiter: '\r\n', quoted_match: /[\r\n]/ }),
  );
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packages = 'http://schemas.openxmlformats.org/package/2006';
const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A workbook with a sheet for each table. Every cell is text, none is a formula. */
export function toXlsx(tables: readonly WrittenTable[]): Uint8Array {
  const numbered = tables.map(({ name, rows }, index) => ({ name, rows, number: index + 1 }));
  const sheetNames = numbered.map(
    ({ name, number }) => `<sheet name="${toXml(name)}" sheetId="${number}" r:id="rId${number}"/>`,
  );
  const targets = numbered.map(
    ({ number }) =>
      `<Relationship Id="rId${number}" Type="${relations}/worksheet" Target="worksheets/sheet${number}.xml"/>`,
  );
  const types = numbered.map(
    ({ number }) =>
      `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${kind}.worksheet+xml"/>`,
  );
  const parts: Record<string, Uint8Array> = {
    '[Content_Types].xml': strToU8(
      `${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>${types.join('')}</Types>`,
    ),
    '_rels/.rels': strToU8(
      `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `${head}<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>${sheetNames.join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `${head}<Relationships xmlns="${packages}/relationships">${targets.join('')}</Relationships>`,
    ),
  };
  for (const { rows, number } of numbered)
    parts[`xl/worksheets/sheet${number}.xml`] = strToU8(toSheetXml(rows));
  return zipSync(parts, { level: 6 });
}

function toSheetXml(rows: WrittenTable['rows']): string {
  const written = rows.map((cells, index) => {
    const filled = cells.map((cell, column) =>
      cell === ''
        ? ''
        : `<c r="${toLetters(column)}${index + 1}" t="inlineStr"><is><t xml:space="preserve">${toXml(cell)}</t></is></c>`,
    );
    return `<row r="${index + 1}">${filled.join('')}</row>`;
  });
  return `${head}<worksheet xmlns="${main}"><sheetData>${written.join('')}</sheetData></worksheet>`;
}

/** The letters of a column, A for 0. */
function toLetters(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest === 0 ? '' : toLetters(rest - 1)}${String.fromCharCode(65 + (column % 26))}`;
}
