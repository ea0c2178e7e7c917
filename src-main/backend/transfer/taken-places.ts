import type { ConnectionId } from '../../../src-preload/contract/model.ts';
import type { EntityRef } from '../commands/import-rows.ts';

/** Where a relationship stands: no two may share it. */
export interface Place {
  readonly connectionId: ConnectionId;
  readonly source: EntityRef;
  readonly target: EntityRef;
  /** 0 where a pair has one relationship only: then its type says nothing of the place. */
  readonly slot: number;
  readonly type: string | null;
}

/** More than a file has types. */
const TYPES = 2 ** 20;

/**
 * The places that the rows before have taken. A file of new relationships never asks, so they are only gathered from
 * the first question on.
 */
export function createTakenPlaces(rows: readonly Place[]): { has(place: Place): boolean } {
  const connections = new Map<ConnectionId, Map<EntityRef, Set<number>>>();
  const types = new Map<string | null, number>();
  let gathered = 0;
  const numberOf = ({ target, slot, type }: Place) => {
    const name = slot === 0 ? null : type;
    const known = types.get(name) ?? types.size;
    types.set(name, known);
    return target * TYPES + known;
  };
  const add = (place: Place) => {
    const sources = connections.get(place.connectionId) ?? new Map<EntityRef, Set<number>>();
    connections.set(place.connectionId, sources);
    const taken = sources.get(place.source) ?? new Set<number>();
    sources.set(place.source, taken);
    taken.add(numberOf(place));
  };
  return {
    has: (place) => {
      for (; gathered < rows.length; gathered += 1) {
        const row = rows[gathered];
        if (row !== undefined) add(row);
      }
      return connections.get(place.connectionId)?.get(place.source)?.has(numberOf(place)) ?? false;
    },
  };
}
