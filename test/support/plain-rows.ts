import { NOW } from './workspace.ts';

/** Rows as every version of a workspace takes them, in SQL. */

/** A connection of the id 1. */
export const plantRow = `
  INSERT INTO connection (id, name, remote, url, scope, rate, created_at)
  VALUES (1, 'plant', 'clickie', 'https://example.com', '1', 5, '${NOW}');`;

/** Listed assets of that connection, by their names; the ids begin with 1. */
export function toAssetRows(...names: string[]): string {
  const rows = names.map((name, index) => {
    const id = index + 1;
    return `(${id}, 1, 'asset', '${id}', '${id}', '${name}', 'listed', '[]', '${NOW}')`;
  });
  return `
  INSERT INTO entity (id, connection_id, kind, remote_id, lookup_id, name, presence, fields, first_seen_at)
  VALUES ${rows.join(', ')};`;
}
