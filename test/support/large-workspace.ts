import { saveConnection } from '../../src-main/backend/store/connections.ts';
import { createWorkspace } from '../../src-main/backend/store/database.ts';
import { saveEntity } from '../../src-main/backend/store/entities.ts';
import { allocateRelationshipId, saveBase } from '../../src-main/backend/store/relationships.ts';
import { transaction, type WritableDb } from '../../src-main/backend/store/sql.ts';
import type { ConnectionId, EntityId } from '../../src-preload/contract/model.ts';
import { createRandom } from '../servers/shared/random.ts';

const words = [
  'Pump',
  'valve',
  'Motor',
  'conveyor',
  'Öltank',
  'Boiler',
  'sensor',
  'Zebra line',
  'air',
  'Éjecteur',
];
const kinds = ['asset', 'metric', 'dashboard', 'collaborator'];
const NOW = '2026-03-01T10:00:00.000Z';

export interface LargeWorkspaceOptions {
  readonly path: string;
  readonly entities: number;
  /** None when not given. Ends are drawn by a power law, so that a few entities have very many. */
  readonly relationships?: number;
}

/** An entity as it was written, for a reader of its own to compare with. */
export interface LargeEntity {
  readonly id: number;
  readonly remoteId: string;
  readonly name: string;
}

/**
 * Writes a workspace through the backend's own store, as a finished pull leaves it; far quicker than a pull over a
 * socket. Its connection leads nowhere. The better-sqlite3 binary is `WEFT_SQLITE_BINDING`'s where that is set.
 */
export function writeLargeWorkspace({
  path,
  entities,
  relationships = 0,
}: LargeWorkspaceOptions): LargeEntity[] {
  const workspace = createWorkspace({ path, nativeBinding: process.env['WEFT_SQLITE_BINDING'] ?? null });
  try {
    const { db } = workspace;
    return transaction(db, () => {
      const connectionId = addConnection(db);
      const written = addEntities(db, connectionId, entities);
      addRelationships(db, connectionId, written, relationships);
      return written;
    });
  } finally {
    workspace.close();
  }
}

function addConnection(db: WritableDb): ConnectionId {
  const access = { url: 'http://127.0.0.1:9/v4', scope: '1', secretReference: 'none', identity: 'nobody' };
  return saveConnection(db, { name: 'large', remote: 'clickie', ...access, rate: 1, now: NOW });
}

/** Names in mixed case, some of them more than once, in no order. */
function addEntities(db: WritableDb, connectionId: ConnectionId, count: number): LargeEntity[] {
  const random = createRandom(7);
  const pick = (items: readonly string[]) => items[Math.floor(random() * items.length)] ?? '';
  return Array.from({ length: count }, (_, index) => {
    const name = `${pick(words)} ${Math.floor(random() * count)}`;
    const kind = kinds[index % kinds.length] ?? 'asset';
    const remoteId = String(index + 1);
    const fields = [{ name: 'name', value: name }];
    const saved = saveEntity(
      db,
      connectionId,
      { kind, remoteId, lookupId: remoteId, name, archived: false, fields },
      NOW,
    );
    return { id: saved.id, remoteId, name };
  });
}

function addRelationships(
  db: WritableDb,
  connectionId: ConnectionId,
  entities: readonly LargeEntity[],
  count: number,
): void {
  const random = createRandom(11);
  const end = (power: number) =>
    (entities[Math.floor(random() ** power * entities.length)]?.id ?? 1) as EntityId; // was just written
  const there = { present: true, type: null, remoteId: null };
  const seen = new Set<string>();
  while (seen.size < count) {
    const [sourceId, targetId] = [end(3), end(1)];
    const key = `${sourceId} ${targetId}`;
    if (sourceId === targetId || seen.has(key)) continue;
    seen.add(key);
    saveBase(db, allocateRelationshipId(db), { connectionId, sourceId, targetId, slot: 0 }, there, NOW);
  }
}
