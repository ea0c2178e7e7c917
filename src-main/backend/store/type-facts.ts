import type { EntityId, RelationshipId } from '../../../src-preload/contract/model.ts';
import { visible } from './shown.ts';
import { all, type ReadableDb } from './sql.ts';

/** The ids under which a type of the vocabulary is in use: by its name, and by its inverse with the ends swapped. */
export interface TypeIds {
  readonly forward: readonly number[];
  readonly reversed: readonly number[];
}

/** A relationship of the type, its ends in the order of the vocabulary. */
export interface TypeLink {
  readonly id: RelationshipId;
  readonly sourceId: EntityId;
  readonly targetId: EntityId;
}

/** A symmetric type is told from both ends, but once where both are the same. */
const notTold = '(s.source_id <> s.target_id OR s.type_id NOT IN (SELECT value FROM json_each(:forward)))';

/**
 * Every relationship of a type at one end of any of the entities, or the first `most`. What is to be deleted is not
 * there any more.
 */
export function readTypeLinks(
  db: ReadableDb,
  types: TypeIds,
  end: 'source' | 'target',
  ids: readonly EntityId[],
  most = -1,
): TypeLink[] {
  const column = end === 'source' ? 'source_id' : 'target_id';
  const opposite = end === 'source' ? 'target_id' : 'source_id';
  const arm = (columns: string, at: string, types: string) =>
    `SELECT s.id, ${columns} FROM shown_relationship s
     WHERE s.${at} IN (SELECT value FROM json_each(:ids)) AND s.type_id IN (SELECT value FROM json_each(:${types}))
       AND s.state <> 'delete' AND ${visible}`;
  return all(
    db,
    `${arm('s.source_id AS sourceId, s.target_id AS targetId', column, 'forward')}
     UNION ALL ${arm('s.target_id, s.source_id', opposite, 'reversed')} AND ${notTold} LIMIT :most`,
    {
      most,
      ids: JSON.stringify(ids),
      forward: JSON.stringify(types.forward),
      reversed: JSON.stringify(types.reversed),
    },
  );
}

/** What is related by a type, ends in the order of the vocabulary, with ids after `after` up to `upTo`. */
export function readTypeLinksBetween(
  db: ReadableDb,
  types: TypeIds,
  range: { readonly after: number; readonly upTo: number },
): TypeLink[] {
  const arm = (columns: string, name: string) =>
    `SELECT s.id, ${columns} FROM shown_relationship s
     WHERE s.id > :after AND s.id <= :upTo AND s.type_id IN (SELECT value FROM json_each(:${name}))
       AND s.state <> 'delete' AND ${visible}`;
  return all(
    db,
    `${arm('s.source_id AS sourceId, s.target_id AS targetId', 'forward')}
     UNION ALL ${arm('s.target_id, s.source_id', 'reversed')} AND ${notTold}`,
    { ...range, forward: JSON.stringify(types.forward), reversed: JSON.stringify(types.reversed) },
  );
}
