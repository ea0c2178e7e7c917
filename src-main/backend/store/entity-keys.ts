import type { EntityId } from '../../../src-preload/contract/model.ts';
import { toMatch } from './query-sql.ts';
import { all, column, count, first, type ReadableDb } from './sql.ts';

/** The ways in which people name an entity; only what is listed is found. */

export function findByAddress(db: ReadableDb, address: string): EntityId | undefined {
  const one = address.indexOf(':');
  const two = address.indexOf(':', one + 1);
  if (one < 1 || two < 0) return undefined;
  const [connection, kind] = [address.slice(0, one), address.slice(one + 1, two)];
  return first<{ id: EntityId }>(
    db,
    `SELECT id FROM entity WHERE connection_id = (SELECT id FROM connection WHERE name = :connection)
       AND kind = :kind AND remote_id = :remoteId AND presence = 'listed'`,
    { connection, kind, remoteId: address.slice(two + 1) },
  )?.id;
}

/** By the id on whatever remote; `groups` are the pairs of connection and kind that there are. */
export function findByRemoteId(
  db: ReadableDb,
  groups: readonly { readonly connectionId: number; readonly kind: string }[],
  remoteId: string,
): EntityId[] {
  return groups.flatMap(({ connectionId, kind }) =>
    all<{ id: EntityId }>(
      db,
      `SELECT id FROM entity WHERE connection_id = :connectionId AND kind = :kind AND remote_id = :remoteId
         AND presence = 'listed'`,
      { connectionId, kind, remoteId },
    ).map(({ id }) => id),
  );
}

/** The first of several, and how many there are in all. */
export interface Found {
  readonly ids: readonly EntityId[];
  readonly total: number;
}

export function findByName(db: ReadableDb, name: string, limit: number): Found {
  const named = "FROM entity WHERE name = :name COLLATE NOCASE AND presence = 'listed'";
  const ids = column<EntityId>(db, `SELECT id ${named} ORDER BY id LIMIT :limit`, { name, limit });
  const total = ids.length < limit ? ids.length : count(db, `SELECT COUNT(*) ${named}`, { name });
  return { ids, total };
}

/** By a field that holds a serial number or a tag and nothing else; the index narrows it down to a few. */
export function findBySerial(db: ReadableDb, serial: string, limit: number): Found {
  const match = toMatch({ is: 'words', text: serial, phrase: true });
  if (match === null) return { ids: [], total: 0 };
  const ids = column<EntityId>(
    db,
    `SELECT e.id FROM entity e WHERE e.presence = 'listed'
       AND e.id IN (SELECT rowid FROM entity_search WHERE entity_search MATCH :match LIMIT 1000)
       AND EXISTS (SELECT 1 FROM json_each(e.fields) f WHERE CAST(f.value ->> 'value' AS TEXT) = :serial COLLATE NOCASE
         AND (f.value ->> 'name' LIKE '%serial%' OR f.value ->> 'name' LIKE '%tag%' OR f.value ->> 'name' LIKE '%barcode%'))
     ORDER BY e.id`,
    { match, serial },
  );
  return { ids: ids.slice(0, limit), total: ids.length };
}
