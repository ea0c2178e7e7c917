import { strToU8, zipSync } from 'fflate';
import type { Format } from '../../src-main/backend/transfer/read-file.ts';
import { pickOne } from '../servers/shared/random.ts';

const type = {
  name: 'waters',
  inverse: 'is watered by',
  symmetric: false,
  sourceKinds: null,
  targetKinds: ['asset'],
  maxPerSource: 1,
  maxPerTarget: null,
  acyclic: true,
  duplicates: false,
  self: false,
  impact: 'to-target',
  needed: null,
};

const view = {
  format: 'weft-view',
  version: 1,
  id: 'one',
  name: 'One',
  query: 'pump',
  filter: { text: '', mode: 'dim' },
  hiddenKinds: [],
  viewport: null,
  roots: ['local:asset:1'],
  entities: [{ entity: 'local:asset:1', x: 1, y: 2, pinned: true }],
};

const moment = '2026-01-02T03:04:05.000Z';

/** Our own export. */
const ours = {
  format: 'weft-export',
  version: 2,
  entities: [
    {
      entity: 'local:asset:1',
      name: 'Pump',
      origin: { connection: 'plant', remote: 'clickie', id: '1', firstSeenAt: moment, changedAt: null },
    },
    { entity: 'plant:asset:2', name: 'Valve' },
  ],
  relationships: [
    {
      source: 'local:asset:1',
      target: 'plant:asset:2',
      type: 'waters',
      connection: 'local',
      origin: { connection: 'plant', remoteId: null, madeAt: moment, confirmed: [] },
    },
  ],
};

/** The same as it is written: a line for each row. */
export function toOwnLayout(lists: Readonly<Record<string, readonly object[]>>): string {
  const written = Object.entries(lists).map(
    ([name, rows]) =>
      `"${name}": [${rows.map((row, at) => `${at === 0 ? '' : ','}\n${JSON.stringify(row)}`).join('')}\n]`,
  );
  return `{"format":"weft-export","version":2,"exportedAt":"2026-01-01T00:00:00.000Z","filter":"",\n${written.join(',\n')}}\n`;
}

/** Deeper than the stack of a program that follows it. */
const DEEP = 10_000;
const deep = `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`;
/** Names that a workspace may have, so that a table of them is taken for a matrix. */
export const matrixNames = ['Tank', 'Fan', 'Boiler'] as const;
const matrix = (sign: string) =>
  [
    ['feeds', ...matrixNames],
    ['Tank', '', 'x', 'contains'],
    ['Fan', '-', '', '1'],
  ]
    .map((cells) => cells.join(sign))
    .join('\n');

const samples: Readonly<Record<Exclude<Format, 'xlsx'>, readonly string[]>> = {
  csv: ['source,type,target\r\n"a, b",feeds,c\r\n"x ""y""",,z\r\n', matrix(',')],
  tsv: ['name\tkind\nPump\tasset\n"multi\nline"\tasset\n', matrix('\t')],
  json: [
    '{"entities":[{"entity":"local:asset:1","name":"Pump","fields":[{"name":"a","value":1}]}],"relationships":[{"source":"a","target":"b","type":null}]}',
    JSON.stringify({ ...ours, types: [type], views: [view] }),
    `{"entities":[{"name":"x","a":${deep}}]}`,
    JSON.stringify({
      format: ours.format,
      version: 2,
      types: [type],
      views: [{ ...view, roots: [], entities: [] }],
    }),
    toOwnLayout({
      connections: [],
      types: [type],
      views: [view],
      entities: ours.entities,
      relationships: ours.relationships,
    }),
  ],
  graphml: [
    '<?xml version="1.0"?><graphml><key id="d0" for="node" attr.name="name" attr.type="string"/><graph><node id="a"><data key="d0">Pump &amp; co</data></node><node id="b"/><edge source="a" target="b"/></graph></graphml>',
  ],
};

const workbook: Readonly<Record<string, string>> = {
  'xl/workbook.xml':
    '<workbook xmlns:r="r"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>',
  'xl/sharedStrings.xml': '<sst><si><t>source</t></si><si><r><t>tar</t></r><r><t>get</t></r></si></sst>',
  'xl/styles.xml':
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\-mmm;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>',
  'xl/worksheets/sheet1.xml':
    '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c><c r="B2"><v>12</v></c><c r="C2" s="1"><v>45200.5</v></c><c r="D2" t="e"><v>#N/A</v></c></row></sheetData></worksheet>',
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

/** A small file of the format with something wrong in most cases; the same for the same random numbers. */
export function makeMutatedFile(format: Format, random: () => number): Uint8Array {
  if (format !== 'xlsx') {
    const bytes = strToU8(mutate(pickOne(random, samples[format]), random));
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
