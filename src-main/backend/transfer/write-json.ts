import { strToU8 } from 'fflate';
import type { Batches, Content } from './export-content.ts';

/** Everything that is known, a line for each row, so that it can be written and compared piece by piece. */
export function* toJson({ exportedAt, query, entities, relationships }: Content): Generator<Uint8Array> {
  const head = { format: 'weft-export', version: 1, exportedAt, filter: query };
  yield strToU8(`${JSON.stringify(head).slice(0, -1)},\n"entities": `);
  yield* toList(entities(), ({ address, name, kind, archived, fields }) => {
    return { entity: address, name, kind, archived, fields };
  });
  yield strToU8(',\n"relationships": ');
  yield* toList(relationships(), ({ source, target, type, connection, state }) => {
    return { source, target, type, connection, state };
  });
  yield strToU8('}\n');
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
