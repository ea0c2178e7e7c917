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

/** Every relationship of a type at one end of any of the entities. What is to be deleted is not there any more. */
export function readTypeLinks(
  db: ReadableDb,
  types: TypeIds,
  end: 'source' | 'target',
  ids: readonly EntityId[],
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
     UNION ALL ${arm('s.target_id, s.source_id', opposite, 'reversed')}`,
    {
      ids: JSON.stringify(ids),
      forward: JSON.stringify(types.forward),
      reversed: JSON.stringify(types.reversed),
    },
  );
}

/** All that is related by a type, ends in the order of the vocabulary. */
export function readAllTypeLinks(db: ReadableDb, types: TypeIds): TypeLink[] {
  return readTypeLinksBetween(db, types, { after: 0, upTo: Number.MAX_SAFE_INTEGER });
}

/** As `readAllTypeLinks`, of the relationships with ids after `after` up to `upTo`. */
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
     UNION ALL ${arm('s.target_id, s.source_id', 'reversed')}`,
    { ...range, forward: JSON.stringify(types.forward), reversed: JSON.stringify(types.reversed) },
  );
}

/** How many entities a look for circles follows before it gives up. */
const FOLLOWED = 100_000;

/**
 * Which of the candidates lead to `id` by the type, in any number of steps. `complete` is false where there was
 * too much to follow; the candidates found by then are right.
 */
export function findLeadingTo(
  db: ReadableDb,
  types: TypeIds,
  id: EntityId,
  candidates: ReadonlySet<EntityId>,
  except: RelationshipId | null,
): { readonly leading: ReadonlySet<EntityId>; readonly complete: boolean } {
  const seen = new Set<EntityId>([id]);
  const leading = new Set<EntityId>(candidates.has(id) ? [id] : []);
  let frontier: EntityId[] = [id];
  while (frontier.length > 0 && seen.size <= FOLLOWED && leading.size < candidates.size) {
    const links = readTypeLinks(db, types, 'target', frontier).filter((link) => link.id !== except);
    frontier = [...new Set(links.map(({ sourceId }) => sourceId))].filter((source) => !seen.has(source));
    for (const source of frontier) {
      seen.add(source);
      if (candidates.has(source)) leading.add(source);
    }
  }
  return { leading, complete: frontier.length === 0 || leading.size === candidates.size };
}
