import type { EntityId } from '../../../src-preload/contract/model.ts';
import { findByAddress, findByName, findByRemoteId, findBySerial } from '../store/entity-keys.ts';
import { readGroups } from '../store/local-entities.ts';
import type { ReadableDb } from '../store/sql.ts';

/** What a text names: one entity, several that it may mean, or none. */
export type Resolution =
  | { readonly is: 'one'; readonly id: EntityId }
  | { readonly is: 'several'; readonly ids: readonly EntityId[]; readonly total: number }
  | { readonly is: 'none' };

/** Which entity a text means, where it could mean several; for one row, or for all (row null). */
export interface Choice {
  readonly text: string;
  readonly row: number | null;
  readonly entityId: EntityId;
}

export type Resolve = (text: string, row: number) => Resolution;

/** The most candidates that are told. */
const CANDIDATES = 10;

/**
 * Finds entities by what people write: connection:kind:id, the id on the remote, the name, a serial number; the first
 * of these that finds any decides. Each text is looked up once.
 */
export function createResolver(db: ReadableDb, choices: readonly Choice[]): Resolve {
  const known = new Map<string, Resolution>();
  const groups = readGroups(db);
  const chosen = new Map(choices.map(({ text, row, entityId }) => [`${row ?? ''}:${text}`, entityId]));
  const find = (text: string): Resolution => {
    const address = findByAddress(db, text);
    if (address !== undefined) return { is: 'one', id: address };
    const ways = [
      () => {
        const ids = findByRemoteId(db, groups, text);
        return { ids, total: ids.length };
      },
      () => findByName(db, text, CANDIDATES),
      () => findBySerial(db, text, CANDIDATES),
    ];
    for (const way of ways) {
      const { ids, total } = way();
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) return { is: 'one', id: only };
      if (ids.length > 1) return { is: 'several', ids: ids.slice(0, CANDIDATES), total };
    }
    return { is: 'none' };
  };
  return (text, row) => {
    const choice = chosen.size === 0 ? undefined : (chosen.get(`${row}:${text}`) ?? chosen.get(`:${text}`));
    if (choice !== undefined) return { is: 'one', id: choice };
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = find(text);
    known.set(text, found);
    return found;
  };
}
