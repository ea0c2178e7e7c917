import { strToU8 } from 'fflate';
import type { ExportedEntity, ExportedRelationship } from '../store/export-rows.ts';
import type { Batches, Content } from './export-content.ts';
import { EXPORT_FORMAT, EXPORT_VERSION } from './read-carried.ts';

/**
 * Everything that is known, a line for each row, so that it can be written and compared piece by piece: entities and
 * relationships with where they came from, and the connections, the vocabulary and the views that they are read by.
 */
export function* toJson(content: Content): Generator<Uint8Array> {
  const { exportedAt, query, connections, types, views, entities, relationships } = content;
  const head = { format: EXPORT_FORMAT, version: EXPORT_VERSION, exportedAt, filter: query };
  yield strToU8(`${JSON.stringify(head).slice(0, -1)},\n"connections": `);
  yield* toList([connections()], (connection) => connection);
  yield strToU8(',\n"types": ');
  yield* toList([types()], (type) => type);
  yield strToU8(',\n"views": ');
  yield* toList(oneByOne(views()), (view) => view);
  yield strToU8(',\n"entities": ');
  yield* toList(entities(), toEntity);
  yield strToU8(',\n"relationships": ');
  yield* toList(relationships({ origins: true }), toRelationship);
  yield strToU8('}\n');
}

function toEntity({ address, name, kind, archived, fields, origin }: ExportedEntity) {
  return { entity: address, name, kind, archived, fields, origin };
}

function toRelationship({ source, target, type, connection, state, origin }: ExportedRelationship) {
  return { source, target, type, connection, state, origin };
}

function* oneByOne<Row>(rows: Iterable<Row>): Generator<readonly Row[]> {
  for (const row of rows) yield [row];
}

function* toList<Row>(batches: Batches<Row>, toItem: (row: Row) => object): Generator<Uint8Array> {
  yield strToU8('[');
  let before = '\n';
  for (const batch of batches) {
    const items = batch.map((row) => JSON.stringify(toItem(row)));
    yield strToU8(items.length === 0 ? '' : `${before}${items.join(',\n')}`);
    if (items.length > 0) before = ',\n';
  }
  yield strToU8('\n]');
}
