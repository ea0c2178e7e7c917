import type { EntityId } from '../../../src-preload/contract/model.ts';
import { RemoteError } from '../remote/errors.ts';
import type { NamedEnd } from '../remote/remote.ts';
import { readConnection } from '../store/connections.ts';
import type { EntityRow } from '../store/entities.ts';
import { endsRun, type SyncContext } from './context.ts';

/** So many are asked for; more would cost more requests than looking early is worth. */
const ASKED = 5;

/**
 * The entities, of those given, that a remote hints at. A hint proves nothing and leaves nothing out; one that cannot be
 * had changes nothing. None before the first complete sync.
 */
export async function fetchHinted(
  context: SyncContext,
  entities: readonly EntityRow[],
): Promise<ReadonlySet<EntityId>> {
  const keys = await fetchHintedKeys(context, entities);
  return new Set(entities.filter((entity) => keys.has(toKey(entity))).map(({ id }) => id));
}

async function fetchHintedKeys(
  { db, connectionId, remote, signal }: SyncContext,
  entities: readonly EntityRow[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const { hints } = remote;
  const { lastSyncedAt } = readConnection(db, connectionId);
  if (hints === undefined || lastSyncedAt === null) return found;
  const tellers = entities.filter(({ kind }) => kind === hints.teller).slice(0, ASKED);
  try {
    for (const teller of tellers) {
      for (const end of await hints.fetchChangedBy(teller, new Date(lastSyncedAt), signal))
        found.add(toKey(end));
    }
  } catch (error) {
    // who may not see the history of others sees no more of it by asking on
    if (endsRun(error) || !(error instanceof RemoteError)) throw error;
  }
  return found;
}

function toKey({ kind, remoteId }: NamedEnd): string {
  return `${kind}:${remoteId}`;
}
