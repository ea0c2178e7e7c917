import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { runToEnd } from '../../../src-main/backend/store/slices.ts';
import { TransferError } from '../../../src-main/backend/transfer/errors.ts';
import { readJsonLists } from '../../../src-main/backend/transfer/read-json-lists.ts';
import { readXlsx } from '../../../src-main/backend/transfer/read-xlsx.ts';
import { readZip, unpackEntry } from '../../../src-main/backend/transfer/read-zip.ts';
import { createRandom, pickOne } from '../../servers/shared/random.ts';

type Random = () => number;

/** A value of any form; texts hold what looks like the end of one. */
function makeValue(random: Random, depth: number): unknown {
  const kind = Math.floor(random() * (depth > 3 ? 4 : 6));
  if (kind === 0) return null;
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return Math.round(random() * 1e6) / 100;
  if (kind === 3) return pickOne(random, ['', '"', '\\', '\\"', '],[', '},{', 'a,b', 'ü 🏭', '\n']);
  const items = Array.from({ length: Math.floor(random() * 4) }, () => makeValue(random, depth + 1));
  return kind === 4 ? items : Object.fromEntries(items.map((item, index) => [`k"${index}`, item]));
}

/** A list, or an object with lists; some are longer than what is cut at once. */
function makeContent(random: Random): object {
  const list = (length: number) => Array.from({ length }, () => makeValue(random, 1));
  const long = () => list(random() < 0.3 ? 20_000 : Math.floor(random() * 4));
  return random() < 0.5 ? long() : { first: long(), second: makeValue(random, 0), '': long() };
}

function read(text: string): unknown {
  const content = runToEnd(readJsonLists('x.json', text));
  return content instanceof Map ? Object.fromEntries(content) : content;
}

function readOrRefuse(body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    if (error instanceof TransferError || error instanceof SyntaxError) return 'refused';
    throw error;
  }
}

describe('JSON that is read list by list', () => {
  test('is what it is when read at once', () => {
    const random = createRandom(1);
    for (let round = 0; round < 40; round += 1) {
      const content = makeContent(random);
      const text = JSON.stringify(content, null, pickOne(random, [0, 2]));
      expect(read(text), `round ${round}`).toEqual(JSON.parse(text));
    }
  });

  test('is refused where it is no JSON, and only there', () => {
    const random = createRandom(2);
    const seen = { read: 0, refused: 0 };
    const list = Array.from({ length: 6000 }, (_, index) => ({ n: index, t: 'x,"]' }));
    for (let round = 0; round < 400; round += 1) {
      const large = round % 20 === 0;
      const text = JSON.stringify({ a: large ? list : list.slice(0, 3), b: [[1], { c: {} }] });
      const at = Math.floor(random() * text.length);
      const splice = pickOne(random, ['', ',', '"', '[', ']', '{', '}', ':', '1', ' ', '\\', 'null']);
      const broken = text.slice(0, at) + splice + text.slice(at + (random() < 0.5 ? 0 : 1));
      const result = readOrRefuse(() => read(broken));
      expect(result, broken.slice(Math.max(0, at - 20), at + 20)).toEqual(
        readOrRefuse(() => JSON.parse(broken) as unknown),
      );
      seen[result === 'refused' ? 'refused' : 'read'] += 1;
    }
    expect(seen.read).toBeGreaterThan(40);
    expect(seen.refused).toBeGreaterThan(40);
  });

  test.each([
    ['[1,\n 2,\n x]', 3, 2],
    ['{"a": [1],\n"b": [}]}', 2, 7],
    ['{"a": [1]\n"b": []}', 2, 1],
    ['[{"a": 1},,{"a": 2}]', 1, 11],
    ['[1] 2', 1, 5],
    ['[{"a": tru]', 1, 11],
    ['[{"a": "b', 1, 10],
    ['', 1, 1],
    [`[${'1,'.repeat(100_000)}\n\nx]`, 3, 1],
    [`[${'1,'.repeat(100_000)}\n]`, 2, 1],
  ])('names the place where it is no JSON: %#', (text, row, column) => {
    expect(() => read(text)).toThrow(
      `x.json, row ${row}, column ${column}: the text is no JSON. Nothing was imported.`,
    );
  });

  test('leaves turns to others', () => {
    const text = JSON.stringify({
      entities: Array.from({ length: 50_000 }, (_, n) => ({ name: `Part ${n}` })),
    });
    const parts = [...readJsonLists('x.json', text)];
    expect(parts.length).toBeGreaterThan(text.length / 100_000);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 1);
  });
});

const workbook = {
  'xl/workbook.xml':
    '<workbook><sheets><sheet name="A" id="r1"/><sheet name="B" id="r1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels': '<R><Relationship Id="r1" Target="worksheets/sheet1.xml"/></R>',
  'xl/worksheets/sheet1.xml':
    '<worksheet><sheetData><row><c t="str"><v>name</v></c></row><row><c t="str"><v>Pump</v></c></row></sheetData></worksheet>',
};

const zipped = (level: 0 | 9) =>
  zipSync(Object.fromEntries(Object.entries(workbook).map(([name, text]) => [name, strToU8(text)])), {
    level,
  });

describe('a workbook', () => {
  test.each([0, 9] as const)('is read packed as it is: level %i', (level) => {
    const sheets = runToEnd(readXlsx('x.xlsx', zipped(level)));
    expect(sheets.map(({ name, rows }) => [name, rows.map(({ cells }) => cells)])).toEqual([
      ['x.xlsx A', [['Pump']]],
      ['x.xlsx B', [['Pump']]],
    ]);
  });

  test('of a large zip says its places in 64 bits', () => {
    const bytes = zipped(9);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const end = bytes.length - 22;
    const tail = new DataView(new ArrayBuffer(56 + 20 + 22));
    const numbers = { count: view.getUint16(end + 10, true), at: view.getUint32(end + 16, true) };
    tail.setUint32(0, 0x06064b50, true);
    tail.setBigUint64(32, BigInt(numbers.count), true);
    tail.setBigUint64(48, BigInt(numbers.at), true);
    tail.setUint32(56, 0x07064b50, true);
    tail.setBigUint64(64, BigInt(end), true);
    tail.setUint32(76, 0x06054b50, true);
    tail.setUint16(86, 0xffff, true);
    tail.setUint32(92, 0xffffffff, true);
    const large = Buffer.concat([bytes.subarray(0, end), Buffer.from(tail.buffer)]);
    expect([...readZip(large).keys()]).toEqual(Object.keys(workbook));
  });

  test('is unpacked in turns', () => {
    const noise = Array.from({ length: 40_000 }, (_, index) => Math.sin(index).toString(36)).join('');
    const entry = readZip(zipSync({ 'a.txt': strToU8(noise) })).get('a.txt');
    if (entry === undefined) throw new Error('It was just packed');
    const pieces = [...unpackEntry(entry)];
    expect(pieces.length).toBeGreaterThan(5);
    expect(Buffer.concat(pieces.map(({ piece }) => piece)).toString()).toBe(noise);
    expect(pieces.reduce((sum, { part }) => sum + part, 0)).toBeCloseTo(1, 6);
  });

  test('that ends too early, or is none, is refused with its place', () => {
    for (const bytes of [zipped(9).subarray(50), zipped(9).subarray(0, 200), strToU8('no zip')]) {
      expect(() => runToEnd(readXlsx('x.xlsx', bytes))).toThrow(/^x\.xlsx, row 1, column 1: /);
    }
  });
});
