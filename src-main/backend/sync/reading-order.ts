import type { EntityId } from '../../../src-preload/contract/model.ts';
import { compareTexts } from '../store/compare-texts.ts';
import type { EntityRow } from '../store/entities.ts';
import { readTouchedEntities } from '../store/history.ts';
import { readListingTimes } from '../store/sweeps.ts';
import type { SyncContext } from './context.ts';
import { fetchHinted } from './hints.ts';

/** What is known of entities that matters for whose relationships to read first. */
export interface ReadingFacts {
  readonly focus: ReadonlySet<EntityId>;
  /** Ends of what is pending or was changed of late. */
  readonly touched: ReadonlySet<EntityId>;
  /** Where the remote says that something changed. */
  readonly hinted: ReadonlySet<EntityId>;
  /** When each was last read; who is missing was never read. */
  readonly readAt: ReadonlyMap<EntityId, string>;
}

/** What is on screen, then what was touched, then what the remote hints at, then the rest; within each, what was read longest ago comes first. */
export function orderReading<E extends Pick<EntityRow, 'id'>>(
  entities: readonly E[],
  { focus, touched, hinted, readAt }: ReadingFacts,
): E[] {
  const groups = [focus, touched, hinted];
  const rank = ({ id }: E) => {
    const group = groups.findIndex((ids) => ids.has(id));
    return group === -1 ? groups.length : group;
  };
  const time = ({ id }: E) => readAt.get(id) ?? '';
  return entities.toSorted(
    (one, other) => rank(one) - rank(other) || compareTexts(time(one), time(other)) || one.id - other.id,
  );
}

/** Reads what is known now of the entities of a connection. */
export async function readReadingFacts(
  context: SyncContext,
  entities: readonly EntityRow[],
): Promise<ReadingFacts> {
  const { db, connectionId, focus } = context;
  return {
    focus: new Set(focus),
    touched: readTouchedEntities(db, connectionId),
    hinted: await fetchHinted(context, entities),
    readAt: readListingTimes(db, connectionId),
  };
}
