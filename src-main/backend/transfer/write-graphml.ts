import { type Content, toColumns } from './export-content.ts';
import { toXml } from './xml-text.ts';

/** GraphML with a key for each column and type of value, so that a number stays a number. */
export function toGraphml({ entities, relationships }: Content): string {
  const keys = new Map<string, Key>();
  const data = (on: 'node' | 'edge', name: string, value: string | number | boolean | null): string => {
    const type = typeof value === 'number' ? 'double' : typeof value === 'boolean' ? 'boolean' : 'string';
    const id = toKey(keys, on, name, type);
    return value === null
      ? `<data key="${id}" nil="true"/>`
      : `<data key="${id}">${toXml(String(value))}</data>`;
  };
  const nodes = entities.map((entity) => {
    const { address, name, kind, archived } = entity;
    const fields = Array.from(toColumns(entity), ([column, value]) => data('node', column, value));
    const own = [data('node', 'name', name), data('node', 'kind', kind), data('node', 'archived', archived)];
    return `<node id="${toXml(address)}">${[...own, ...fields].join('')}</node>`;
  });
  const edges = relationships.map(({ source, target, type, connection, state }) => {
    const typed = type === null ? '' : data('edge', 'type', type);
    const own = `${typed}${data('edge', 'connection', connection)}${data('edge', 'state', state)}`;
    return `<edge source="${toXml(source.address)}" target="${toXml(target.address)}">${own}</edge>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...Array.from(keys.values(), ({ declaration }) => declaration),
    '<graph edgedefault="directed">',
    ...nodes,
    ...edges,
    '</graph>',
    '</graphml>',
    '',
  ].join('\n');
}

interface Key {
  readonly id: string;
  readonly declaration: string;
}

function toKey(keys: Map<string, Key>, on: string, name: string, type: string): string {
  const place = `${on} ${type} ${name}`;
  const known = keys.get(place);
  if (known !== undefined) return known.id;
  const id = `d${keys.size}`;
  const declaration = `<key id="${id}" for="${on}" attr.name="${toXml(name)}" attr.type="${type}"/>`;
  keys.set(place, { id, declaration });
  return id;
}
