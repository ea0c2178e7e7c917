import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { clickieCapabilities } from '../../src-main/backend/remote/clickie/remote.ts';
import { saveConnection } from '../../src-main/backend/store/connections.ts';
import { createWorkspace, openWorkspace, type Workspace } from '../../src-main/backend/store/database.ts';
import { saveEntity } from '../../src-main/backend/store/entities.ts';
import { readOutboxPage } from '../../src-main/backend/store/outbox.ts';
import { type RelationshipKey, readRelationshipPage } from '../../src-main/backend/store/relationships.ts';
import type { ReadableDb, WritableDb } from '../../src-main/backend/store/sql.ts';
import { settle } from '../../src-main/backend/sync/settle.ts';
import { localCapabilities } from '../../src-preload/contract/capabilities.ts';
import {
  type ConnectionId,
  type EntityId,
  LOCAL_CONNECTION_ID,
  type RelationshipId,
} from '../../src-preload/contract/model.ts';
import { createTempFolder } from './temp-folder.ts';

/** A fixed moment; what is tested here never depends on the clock. */
export const NOW = '2026-03-01T10:00:00.000Z';

/** The better-sqlite3 binary to test with, where the packaged one does not load. */
export const sqliteBinding = process.env['WEFT_SQLITE_BINDING'] ?? null;

/** A workspace file in a folder of its own, closed when the test ends. */
export function createTempWorkspace(): Workspace {
  const workspace = createWorkspace({
    path: join(createTempFolder(), 'test.weft'),
    nativeBinding: sqliteBinding,
  });
  onTestFinished(() => workspace.close());
  return workspace;
}

/** Closes the workspace and opens its file again. */
export function reopen(workspace: Workspace): Workspace {
  workspace.close();
  const again = openWorkspace({ path: workspace.path, nativeBinding: sqliteBinding });
  onTestFinished(() => again.close());
  return again;
}

export function toContext(db: WritableDb): CommandContext {
  return {
    db,
    now: NOW,
    capabilitiesOf: (id) => (id === LOCAL_CONNECTION_ID ? localCapabilities : clickieCapabilities),
  };
}

export function addConnection(db: WritableDb, name: string): ConnectionId {
  const access = { url: 'http://127.0.0.1:1/v4', scope: '1', secretReference: 'env:KEY', identity: name };
  return saveConnection(db, { name, remote: 'clickie', ...access, rate: 200, now: NOW });
}

/** Lists an entity; its name is its id where none is given. */
export function addEntity(
  db: WritableDb,
  connectionId: ConnectionId,
  remoteId: string,
  more: { readonly kind?: string; readonly name?: string } = {},
): EntityId {
  const { kind = 'asset', name = remoteId } = more;
  const entity = { kind, remoteId, lookupId: remoteId, name, archived: false, fields: [] };
  return saveEntity(db, connectionId, entity, NOW).id;
}

/** What a pull or a push does once the remote has proved a presence or an absence. */
export function observe(db: WritableDb, key: Omit<RelationshipKey, 'slot'>, present: boolean): void {
  settle(db, { ...key, slot: 0 }, present ? { type: null, remoteId: null } : 'absent', NOW);
}

/** One connection with four assets and one more connection with one: what most tests need. */
export interface SmallPlant {
  readonly db: WritableDb;
  readonly context: CommandContext;
  readonly workspace: Workspace;
  readonly plant: ConnectionId;
  readonly other: ConnectionId;
  readonly building: EntityId;
  readonly boiler: EntityId;
  readonly pump: EntityId;
  readonly valve: EntityId;
  readonly elsewhere: EntityId;
}

export function createSmallPlant(): SmallPlant {
  const workspace = createTempWorkspace();
  const { db } = workspace;
  const plant = addConnection(db, 'plant');
  const other = addConnection(db, 'other');
  return {
    db,
    context: toContext(db),
    workspace,
    plant,
    other,
    building: addEntity(db, plant, '10', { name: 'Building' }),
    boiler: addEntity(db, plant, '11', { name: 'Boiler' }),
    pump: addEntity(db, plant, '12', { name: 'Pump' }),
    valve: addEntity(db, plant, '13', { name: 'Valve' }),
    elsewhere: addEntity(db, other, '10', { name: 'Elsewhere' }),
  };
}

/** A relationship that workspace and remote agree on. */
export function addSynced(
  { db, plant }: Pick<SmallPlant, 'db' | 'plant'>,
  sourceId: EntityId,
  targetId: EntityId,
): RelationshipId {
  observe(db, { connectionId: plant, sourceId, targetId }, true);
  const row = readRelationshipPage(db, sourceId, { offset: 0, limit: 500 }).rows.find(
    (relationship) => relationship.source.id === sourceId && relationship.target.id === targetId,
  );
  if (row === undefined) throw new Error('The relationship that was just added is not shown');
  return row.id;
}

/** What the user sees of relationships and outbox, one line each, in an order that depends on nothing else. */
export function readSeen(db: ReadableDb): { relationships: string[]; outbox: string[] } {
  const page = { offset: 0, limit: 500 };
  const relationships = readRelationshipPage(db, null, page).rows.map(
    ({ id, connection, source, target, type, state }) =>
      `${id} ${connection} ${source.name} → ${target.name} ${type ?? '-'} ${state}`,
  );
  const outbox = readOutboxPage(db, page).rows.map(
    ({ id, action, source, target, type, state }) =>
      `${id} ${action} ${source.name} → ${target.name} ${type ?? '-'} ${state}`,
  );
  return { relationships: relationships.toSorted(), outbox: outbox.toSorted() };
}
