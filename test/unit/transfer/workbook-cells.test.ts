import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { openTransferWorld, type TransferWorld } from '../../support/transfer-world.ts';

interface Written {
  /** Custom number formats, from id 164. */
  readonly formats?: readonly string[];
  /** The number format of each cell style. */
  readonly styles?: readonly number[];
  readonly since1904?: boolean;
}

/** A workbook of one sheet, its cells given as XML without their references. */
function makeWorkbook(
  rows: readonly (readonly string[])[],
  { formats = [], styles = [], since1904 = false }: Written = {},
): Uint8Array {
  const numFmts = formats.map((code, index) => `<numFmt numFmtId="${164 + index}" formatCode="${code}"/>`);
  const xfs = styles.map((id) => `<xf numFmtId="${id}"/>`);
  const data = rows.map((cells, index) => `<row r="${index + 1}">${cells.join('')}</row>`);
  const parts = {
    'xl/workbook.xml': `<workbook xmlns:r="r">${since1904 ? '<workbookPr date1904="1"/>' : ''}<sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/styles.xml': `<styleSheet><numFmts>${numFmts.join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>${xfs.join('')}</cellXfs><dxfs><dxf><numFmt numFmtId="0" formatCode="yyyy"/></dxf></dxfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${data.join('')}</sheetData></worksheet>`,
  };
  return zipSync(
    Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, strToU8(xml)] as const)),
  );
}

const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
const number = (value: number, style = 0) => `<c s="${style}"><v>${value}</v></c>`;
const error = (value: string) => `<c t="e"><v>${value}</v></c>`;

/** A workbook as it was read, and what becomes of its rows. */
async function open(world: TransferWorld, bytes: Uint8Array) {
  const { handle, settings } = await world.inspect(world.file('book.xlsx', bytes));
  const judge = async (changes: Partial<typeof settings> = {}) => {
    const page = { only: 'all', offset: 0, limit: 100 } as const;
    return await world.ask('import:preview', { handle, settings: { ...settings, ...changes }, ...page });
  };
  return { handle, settings, judge };
}

describe('a cell of a workbook that holds an error', () => {
  test('refuses its own row and names its column, and no other row', async () => {
    const world = await openTransferWorld();
    const { settings, judge } = await open(
      world,
      makeWorkbook([
        [text('name'), text('kind'), text('serial')],
        [text('One'), text('pump'), error('#N/A')],
        [text('Two'), text('pump'), text('S-2')],
        [error('#REF!'), text('pump'), error('#N/A')],
      ]),
    );
    const told = await judge();
    expect(told.counts).toMatchObject({ create: 1, refused: 2 });
    expect(told.rows).toMatchObject([
      { row: 2, code: 'cell-error', column: 'serial', message: 'The cell holds the error #N/A.' },
      { row: 3, outcome: 'create' },
      { row: 4, code: 'cell-error', column: 'name', message: 'The cell holds the error #REF!.' },
    ]);
    const [mapping] = settings.mappings;
    if (mapping === undefined) throw new Error('The table has a mapping');
    const without = {
      ...mapping,
      roles: mapping.roles.map((role) => (role === 'attribute' ? 'ignore' : role)),
    };
    expect((await judge({ mappings: [without] })).counts).toMatchObject({ create: 2, refused: 1 });
  });

  test('in a matrix refuses the relationships that it is a part of', async () => {
    const world = await openTransferWorld();
    const things = ['a', 'b', 'c'].map((name) => [text(name), text('x')]);
    const { handle, settings } = await open(world, makeWorkbook([[text('name'), text('kind')], ...things]));
    await world.ask('import:commit', { handle, settings });
    const matrix = makeWorkbook([
      [text('feeds'), text('b'), text('c'), error('#N/A')],
      [text('a'), error('#VALUE!'), text('x'), text('x')],
      [error('#NAME?'), text('x'), text(''), text('')],
    ]);
    const { judge } = await open(world, matrix);
    const mapping = {
      subject: 'matrix' as const,
      header: true,
      roles: Array.from({ length: 4 }, () => 'ignore' as const),
    };
    const { rows } = await judge({ mappings: [mapping] });
    expect(rows.map(({ row, column, code }) => [row, column, code])).toEqual([
      [2, 'b', 'cell-error'],
      [2, 'c', null],
      [2, '#N/A', 'cell-error'],
      [3, 'feeds', 'cell-error'],
    ]);
  });

  test('in a first row that is a row like all others refuses that row', async () => {
    const world = await openTransferWorld();
    const { judge } = await open(
      world,
      makeWorkbook([
        [text('a'), error('#N/A')],
        [text('a'), text('b')],
      ]),
    );
    const mapping = {
      subject: 'relationships' as const,
      header: false,
      roles: ['source' as const, 'target' as const],
    };
    const { rows } = await judge({ mappings: [mapping], createMissing: true });
    expect(rows.map(({ row, column, code }) => [row, column, code])).toEqual([
      [1, '2', 'cell-error'],
      [2, null, null],
    ]);
  });
});

describe('a cell of a workbook that is shown as a date', () => {
  const formats = [
    'd/m/yyyy',
    '[$-409]mmm d, yyyy;@',
    '0.00&quot; days&quot;',
    '[Red]#,##0',
    '[h]:mm',
    'mmmm',
    'h:mm\\ AM/PM',
    'General',
  ];
  const styles = [0, 14, 22, 20, 46, ...formats.map((_, index) => 164 + index)];

  async function readCells(cells: readonly (readonly [value: number, style: number])[], since1904 = false) {
    const world = await openTransferWorld();
    const rows = [[text('name'), text('at')], ...cells.map((cell) => [text('x'), number(...cell)])];
    const { judge } = await open(world, makeWorkbook(rows, { formats, styles, since1904 }));
    return (await judge()).rows.map((row) => row.cells[1]);
  }

  test('comes as an ISO date, a time or both, by built-in and by custom formats', async () => {
    expect(
      await readCells([
        [45_200, 1],
        [45_200.520_833_333_336, 2],
        [0.75, 3],
        [1.5, 4],
        [45_200, 5],
        [45_200, 6],
        [45_200.25, 6],
        [1.5, 9],
        [45_200, 10],
        [0.25, 11],
        [44_927.000_011_574_07, 2],
      ]),
    ).toEqual([
      '2023-10-01',
      '2023-10-01T12:30:00',
      '18:00:00',
      '36:00:00',
      '2023-10-01',
      '2023-10-01',
      '2023-10-01T06:00:00',
      '36:00:00',
      '2023-10-01',
      '06:00:00',
      '2023-01-01T00:00:01',
    ]);
  });

  test('stays a number where its format shows one, or no day has that number', async () => {
    const shown = await readCells([
      [45_200, 0],
      [45_200, 7],
      [45_200, 8],
      [45_200, 12],
      [-1, 1],
      [60, 1],
      [2_958_466, 1],
      [45_200, 99],
    ]);
    expect(shown).toEqual(['45200', '45200', '45200', '45200', '-1', '60', '2958466', '45200']);
  });

  test('counts from the first days of either way to count', async () => {
    expect(
      await readCells([
        [1, 1],
        [59, 1],
        [61, 1],
      ]),
    ).toEqual(['1900-01-01', '1900-02-28', '1900-03-01']);
    expect(
      await readCells(
        [
          [0, 1],
          [1, 1],
          [0.5, 3],
        ],
        true,
      ),
    ).toEqual(['1904-01-01', '1904-01-02', '12:00:00']);
  });
});
