import { saveConnection } from '../../src-main/backend/store/connections.ts';
import { createWorkspace } from '../../src-main/backend/store/database.ts';
import { saveEntity } from '../../src-main/backend/store/entities.ts';
import { allocateRelationshipId, saveBase } from '../../src-main/backend/store/relationships.ts';
import { transaction, type WritableDb } from '../../src-main/backend/store/sql.ts';
import type { ConnectionId, EntityId } from '../../src-preload/contract/model.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';

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
  /** The first so many entities each have so many relationships more, counted among all. */
  readonly hubs?: { readonly count: number; readonly degree: number };
  /** Further entities in groups of these sizes, all reached from the first of their group, two ways to each. */
  readonly reaches?: readonly number[];
  /** Gives each relationship one of a few types, and an id on its remote. */
  readonly isTyped?: boolean;
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
  hubs = { count: 0, degree: 0 },
  reaches = [],
  isTyped = false,
}: LargeWorkspaceOptions): LargeEntity[] {
  const workspace = createWorkspace({ path, nativeBinding: process.env['WEFT_SQLITE_BINDING'] ?? null });
  try {
    const { db } = workspace;
    return transaction(db, () => {
      const connectionId = addConnection(db);
      const written = addEntities(db, connectionId, entities);
      const seeAll = isTyped ? seeTyped : seePlain;
      addRelationships(db, connectionId, written, relationships, hubs, seeAll);
      for (const [index, size] of reaches.entries()) addReach(db, connectionId, index, size, seeAll);
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

const there = { present: true, type: null, remoteId: null, flags: [] };
const types = ['feeds', 'contains', 'depends on', 'connected to', 'monitors', 'documents'];

/** What the remote says of the relationship of that number. */
type See = (id: number) => Omit<typeof there, 'type' | 'remoteId'> & {
  readonly type: string | null;
  readonly remoteId: string | null;
};

const seePlain: See = () => there;

/** Ids as long as most remotes have them. */
const seeTyped: See = (id) => ({
  ...there,
  type: types[id % types.length] ?? null,
  remoteId: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
});

function addRelationships(
  db: WritableDb,
  connectionId: ConnectionId,
  entities: readonly LargeEntity[],
  count: number,
  hubs: { readonly count: number; readonly degree: number },
  see: See,
): void {
  const random = createRandom(11);
  const end = (power: number) =>
    (entities[Math.floor(random() ** power * entities.length)]?.id ?? 1) as EntityId; // was just written
  const seen = new Set<string>();
  const add = (sourceId: EntityId, targetId: EntityId) => {
    const key = `${sourceId} ${targetId}`;
    if (sourceId === targetId || seen.has(key)) return;
    seen.add(key);
    const id = allocateRelationshipId(db);
    saveBase(db, id, { connectionId, sourceId, targetId, slot: 0 }, see(id), NOW);
  };
  for (let hub = 1; hub <= hubs.count; hub += 1) {
    while (seen.size < hub * hubs.degree) add((entities[hub - 1]?.id ?? 1) as EntityId, end(1)); // as above
  }
  while (seen.size < count) add(end(3), end(1));
}

/** Every entity but the first is fed by two before it. */
function addReach(db: WritableDb, connectionId: ConnectionId, group: number, size: number, see: See): void {
  const random = createRandom(23 + group);
  const ids: EntityId[] = [];
  for (let n = 0; n < size; n += 1) {
    const remoteId = `reach-${size}-${n}`;
    const entity = {
      kind: 'asset',
      remoteId,
      lookupId: remoteId,
      name: `Reach ${n}`,
      archived: false,
      fields: [],
    };
    const { id } = saveEntity(db, connectionId, entity, NOW);
    const feeders = new Set(ids.length === 0 ? [] : [pickOne(random, ids), pickOne(random, ids)]);
    for (const sourceId of feeders) {
      const relationshipId = allocateRelationshipId(db);
      const key = { connectionId, sourceId, targetId: id, slot: 0 };
      saveBase(db, relationshipId, key, see(relationshipId), NOW);
    }
    ids.push(id);
  }
}
