import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { TransferError } from '../../src-main/backend/transfer/errors.ts';
import { type Format, formats, readFile } from '../../src-main/backend/transfer/read-file.ts';
import type { Sheet } from '../../src-main/backend/transfer/table.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';

const samples: Readonly<Record<Exclude<Format, 'xlsx'>, string>> = {
  csv: 'source,type,target\r\n"a, b",feeds,c\r\n"x ""y""",,z\r\n',
  tsv: 'name\tkind\nPump\tasset\n"multi\nline"\tasset\n',
  json: '{"entities":[{"entity":"local:asset:1","name":"Pump","fields":[{"name":"a","value":1}]}],"relationships":[{"source":"a","target":"b","type":null}]}',
  graphml:
    '<?xml version="1.0"?><graphml><key id="d0" for="node" attr.name="name" attr.type="string"/><graph><node id="a"><data key="d0">Pump &amp; co</data></node><node id="b"/><edge source="a" target="b"/></graph></graphml>',
};

const workbook: Readonly<Record<string, string>> = {
  'xl/workbook.xml':
    '<workbook xmlns:r="r"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
  'xl/sharedStrings.xml': '<sst><si><t>source</t></si><si><r><t>tar</t></r><r><t>get</t></r></si></sst>',
  'xl/worksheets/sheet1.xml':
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2"><v>12</v></c></row></sheetData></worksheet>',
};

const splices = [
  '"',
  '""',
  ',',
  '\t',
  '\n',
  '\r',
  ';',
  '\0',
  '\uFEFF',
  '<',
  '>',
  '&',
  '&x;',
  ']]>',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '{',
  '}',
  '[',
  ']',
  ':',
  '\\',
  '=1+1',
  'r="ZZZ1"',
  't="e"',
  'NaN',
  '1e999',
  '__proto__',
  '"constructor":',
  '🛢️',
  '�',
];

/** Cuts, doubles, swaps and splices a sample. */
function mutate(text: string, random: () => number): string {
  let mutated = text;
  for (let steps = 1 + Math.floor(random() * 4); steps > 0; steps -= 1) {
    const at = Math.floor(random() * (mutated.length + 1));
    const to = at + Math.floor(random() * 12);
    const middle = pickOne(random, [
      '',
      pickOne(random, splices),
      mutated.slice(at, to).repeat(2),
      String.fromCharCode(Math.floor(random() * 256)),
    ]);
    mutated = mutated.slice(0, at) + middle + mutated.slice(random() < 0.5 ? at : to);
  }
  return mutated;
}

function makeInput(format: Format, random: () => number): Uint8Array {
  if (format !== 'xlsx') {
    const bytes = strToU8(mutate(samples[format], random));
    if (random() < 0.1 && bytes.length > 0)
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    return bytes;
  }
  const part = pickOne(random, Object.keys(workbook));
  const parts = Object.entries(workbook).map(
    ([name, text]) => [name, strToU8(name === part ? mutate(text, random) : text)] as const,
  );
  const bytes = zipSync(Object.fromEntries(parts), { level: 0 });
  if (random() < 0.3) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return random() < 0.1 ? bytes.slice(0, Math.floor(random() * bytes.length)) : bytes;
}

/** More turns than an input of this size can need. */
const STEPS = 1000;

function read(format: Format, bytes: Uint8Array): Sheet[] | TransferError {
  const reading = readFile(`fuzz.${format}`, bytes, format);
  try {
    for (let step = 0; step < STEPS; step += 1) {
      const { done, value } = reading.next();
      if (done === true) return value;
    }
  } catch (error) {
    if (error instanceof TransferError) return error;
    throw error;
  }
  throw new Error('The reader ran away');
}

const INPUTS = 25_000;

describe('importers', () => {
  test.each(formats)('%s: whatever is read is whole and bounded, or refused with its place', (format) => {
    const random = createRandom(formats.indexOf(format) + 1);
    const seen = { read: 0, refused: 0 };
    for (let input = 0; input < INPUTS; input += 1) {
      const result = read(format, makeInput(format, random));
      if (result instanceof TransferError) {
        seen.refused += 1;
        expect(result.message).toMatch(/^fuzz\.\w+.*, row \d+, column /s);
      } else {
        seen.read += 1;
        for (const { columns, rows } of result) {
          for (const { number, cells } of rows) {
            if (number >= 1 && cells.length <= columns.length) continue;
            throw new Error(`A row is odd: ${number} ${cells.length} of ${columns.length}`);
          }
        }
      }
    }
    expect(seen.read).toBeGreaterThan(INPUTS / 100);
    expect(seen.refused).toBeGreaterThan(INPUTS / 100);
  });
});
