import { strToU8 } from 'fflate';
import type { ExportedEntity, ExportedRelationship } from '../store/export-rows.ts';
import { type ColumnType, type Content, toColumns, toColumnType } from './export-content.ts';
import { toXml } from './xml-text.ts';

type On = 'node' | 'edge';
type KeyOf = (on: On, name: string, type: ColumnType) => string;

/** GraphML with a key for each column and type of value, so that a number stays a number. */
export function* toGraphml({ columns, entities, relationships }: Content): Generator<Uint8Array> {
  const { keyOf, declarations } = toKeys(columns);
  yield strToU8(
    [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
      ...declarations,
      '<graph edgedefault="directed">',
      '',
    ].join('\n'),
  );
  for (const batch of entities()) yield toLines(batch, (entity) => toNode(keyOf, entity));
  for (const batch of relationships()) yield toLines(batch, (relationship) => toEdge(keyOf, relationship));
  yield strToU8('</graph>\n</graphml>\n');
}

function toLines<Row>(batch: readonly Row[], toLine: (row: Row) => string): Uint8Array {
  return strToU8(batch.map((row) => `${toLine(row)}\n`).join(''));
}

function toNode(keyOf: KeyOf, entity: ExportedEntity): string {
  const { address, name, kind, archived } = entity;
  const values = [['name', name], ['kind', kind], ['archived', archived], ...toColumns(entity)] as const;
  const data = values.map(([column, value]) => toData(keyOf, 'node', column, value));
  return `<node id="${toXml(address)}">${data.join('')}</node>`;
}

function toEdge(keyOf: KeyOf, { source, target, type, connection, state }: ExportedRelationship): string {
  const values = [
    ...(type === null ? [] : [['type', type] as const]),
    ['connection', connection] as const,
    ['state', state] as const,
  ];
  const data = values.map(([column, value]) => toData(keyOf, 'edge', column, value));
  return `<edge source="${toXml(source)}" target="${toXml(target)}">${data.join('')}</edge>`;
}

function toData(keyOf: KeyOf, on: On, name: string, value: string | number | boolean | null): string {
  const key = keyOf(on, name, toColumnType(value));
  return value === null
    ? `<data key="${key}" nil="true"/>`
    : `<data key="${key}">${toXml(String(value))}</data>`;
}

const fixed: readonly (readonly [On, string, ColumnType])[] = [
  ['node', 'name', 'string'],
  ['node', 'kind', 'string'],
  ['node', 'archived', 'boolean'],
  ['edge', 'type', 'string'],
  ['edge', 'connection', 'string'],
  ['edge', 'state', 'string'],
];

/** All keys, known before the first element is written. */
function toKeys(columns: Content['columns']): {
  readonly keyOf: KeyOf;
  readonly declarations: readonly string[];
} {
  const ids = new Map<string, string>();
  const own = Array.from(columns, ([name, types]) =>
    Array.from(types, (type) => ['node', name, type] as const),
  );
  const declarations = [...fixed, ...own.flat()].map(([on, name, type]) => {
    const id = `d${ids.size}`;
    ids.set(`${on} ${type} ${name}`, id);
    return `<key id="${id}" for="${on}" attr.name="${toXml(name)}" attr.type="${type}"/>`;
  });
  return { keyOf: (on, name, type) => ids.get(`${on} ${type} ${name}`) ?? '', declarations };
}
