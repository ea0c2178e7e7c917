import { randomUUID } from 'node:crypto';
import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { dropIntent } from '../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../src-main/backend/commands/relate.ts';
import { resolveConflict } from '../../src-main/backend/commands/resolve-conflict.ts';
import { retype } from '../../src-main/backend/commands/retype.ts';
import { undoOrRedo } from '../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../src-main/backend/commands/unrelate.ts';
import { must } from '../../src-main/backend/must.ts';
import type { NamedEnd } from '../../src-main/backend/remote/remote.ts';
import { readConflictPage } from '../../src-main/backend/store/conflicts.ts';
import { readConnection, saveConnection } from '../../src-main/backend/store/connections.ts';
import { findEntityByAddress } from '../../src-main/backend/store/entities.ts';
import { readOutboxPage } from '../../src-main/backend/store/outbox.ts';
import { readRelationshipPage } from '../../src-main/backend/store/relationships.ts';
import { runSync, type SyncTask } from '../../src-main/backend/sync/run.ts';
import type { ConflictChoice, RelationshipId, SyncReport } from '../../src-preload/contract/model.ts';
import { createFakeRemote, type FakeRemote, toFakeEntity } from './fake-remote.ts';
import { createInstantClock } from './instant-clock.ts';
import { createTempWorkspace, NOW, reopen } from './workspace.ts';

const page = { offset: 0, limit: 500 };
const whole: SyncTask = { kind: 'sync', mode: 'both', only: null };

/** An asset of the typed world by its number. */
export const asset = (id: number): NamedEnd => ({ kind: 'asset', remoteId: String(id) });

/** A workspace on a fake remote that keeps types, with the assets 1 to 4, of which 1 → 2 has type `a`. */
export interface TypedWorld {
  readonly remote: FakeRemote;
  sync(task?: SyncTask): Promise<SyncReport>;
  relate(source: number, target: number, type: string | null): RelationshipId;
  retype(type: string | null): void;
  unrelate(): void;
  undo(): void;
  redo(): void;
  drop(): void;
  resolve(keep: ConflictChoice): void;
  /** Everything that is shown, such as `1 → 2 a synced`. */
  shown(): string[];
  /** The outbox, such as `update 1 → 2 b update`. */
  outbox(): string[];
  conflicts(): ReturnType<typeof readConflictPage>['rows'];
  /** Proves, by a relationship that comes and goes, that the connection can create. */
  proveCreate(): Promise<void>;
  /** Closes the file and opens it again. */
  reopen(): void;
  readonly firstId: RelationshipId;
}

/** Pulls once. The connection has not yet shown that it can create, unless `proved`. */
export async function startTypedWorld({ proved = true } = {}): Promise<TypedWorld> {
  const remote = createFakeRemote(
    [1, 2, 3, 4].map((id) => toFakeEntity('asset', String(id), String(id))),
    { typed: true },
  );
  remote.put(asset(1), asset(2), 'a');
  let workspace = createTempWorkspace();
  const connectionId = saveConnection(workspace.db, {
    name: 'typed',
    remote: 'clickie',
    url: 'https://example.com',
    scope: '1',
    secretReference: 'none',
    identity: 'the first identity',
    rate: 5,
    now: NOW,
  });
  const context = (): CommandContext => ({
    db: workspace.db,
    now: NOW,
    capabilitiesOf: () => remote.capabilities,
  });
  const sync = (task = whole) =>
    runSync({
      db: workspace.db,
      remote,
      clock: createInstantClock(),
      newId: randomUUID,
      connection: readConnection(workspace.db, connectionId),
      signal: new AbortController().signal,
      task,
      withheld: null,
      onProgress: () => undefined,
    });
  const toId = (id: number) => findEntityByAddress(workspace.db, `typed:asset:${id}`).id;
  const relateTwo = (source: number, target: number, type: string | null) =>
    relate(context(), { sourceId: toId(source), targetId: toId(target), type, local: false }).id;
  await sync();
  const rows = () => readRelationshipPage(workspace.db, null, page).rows;
  const firstId = must(rows()[0], 'the first relationship').id;
  const world: TypedWorld = {
    remote,
    sync,
    relate: relateTwo,
    retype: (type) => void retype(context(), firstId, type),
    unrelate: () => void unrelate(context(), firstId),
    undo: () => void undoOrRedo(context(), 'undo'),
    redo: () => void undoOrRedo(context(), 'redo'),
    drop: () => dropIntent(context(), firstId),
    resolve: (keep) => {
      const conflict = must(readConflictPage(workspace.db, page).rows[0], 'the conflict');
      resolveConflict(context(), conflict.id, keep);
    },
    shown: () =>
      rows()
        .map(({ source, target, type, state }) => `${source.name} → ${target.name} ${type ?? '-'} ${state}`)
        .toSorted(),
    outbox: () =>
      readOutboxPage(workspace.db, page).rows.map(
        ({ action, source, target, type, state }) =>
          `${action} ${source.name} → ${target.name} ${type ?? '-'} ${state}`,
      ),
    conflicts: () => readConflictPage(workspace.db, page).rows,
    proveCreate: async () => {
      const id = relateTwo(3, 4, 'proof');
      await sync();
      unrelate(context(), id);
      await sync();
    },
    reopen: () => {
      workspace = reopen(workspace);
    },
    firstId,
  };
  if (proved) await world.proveCreate();
  return world;
}

/** The writes that the remote was asked for, such as `remove asset:1 asset:2`, since so many calls. */
export function writesSince(remote: FakeRemote, calls: number): string[] {
  return remote.calls.slice(calls).filter((call) => /^(create|remove) /.test(call));
}
