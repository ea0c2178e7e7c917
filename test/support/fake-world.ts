import { randomUUID } from 'node:crypto';
import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { dropIntent } from '../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../src-main/backend/commands/relate.ts';
import { retype } from '../../src-main/backend/commands/retype.ts';
import { undoOrRedo } from '../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../src-main/backend/commands/unrelate.ts';
import { must } from '../../src-main/backend/must.ts';
import type { NamedEnd, Remote } from '../../src-main/backend/remote/remote.ts';
import {
  readCapabilities,
  readConnections,
  saveConnection,
  updateConnectionAccess,
} from '../../src-main/backend/store/connections.ts';
import { findEntityByAddress } from '../../src-main/backend/store/entities.ts';
import { readHeldPage, releaseHeldRemoval } from '../../src-main/backend/store/held-removals.ts';
import { type IntentRow, readIntent } from '../../src-main/backend/store/intents.ts';
import { readRelationshipPage } from '../../src-main/backend/store/relationships.ts';
import type { WritableDb } from '../../src-main/backend/store/sql.ts';
import { describePush } from '../../src-main/backend/sync/describe-push.ts';
import { runSync, type SyncTask } from '../../src-main/backend/sync/run.ts';
import type {
  HeldRemoval,
  PlannedRequest,
  Relationship,
  RelationshipId,
  SyncReport,
} from '../../src-preload/contract/model.ts';
import { createFakeRemote, type FakeOptions, type FakeRemote, toFakeEntity } from './fake-remote.ts';
import { createInstantClock } from './instant-clock.ts';
import { createTempWorkspace, NOW, reopen } from './workspace.ts';

export const whole: SyncTask = { kind: 'sync', mode: 'both', only: null };

/** An end by its kind and number, such as `asset:3`. */
export function toEnd(text: string): NamedEnd {
  const [kind = '', remoteId = ''] = text.split(':');
  return { kind, remoteId };
}

/** A sync of the only connection of a workspace, with nobody who looks on. */
export async function syncOnce(
  { db, remote }: { readonly db: WritableDb; readonly remote: Remote },
  task: SyncTask = whole,
  signal: AbortSignal = new AbortController().signal,
): Promise<SyncReport> {
  return await runSync({
    db,
    remote,
    clock: createInstantClock(),
    newId: randomUUID,
    connection: must(readConnections(db)[0], 'the connection'),
    signal,
    task,
    withheld: null,
    onProgress: () => undefined,
  });
}

/** A workspace on a fake remote of any abilities, with so many assets and metrics, numbered from 1. */
export interface FakeWorld {
  readonly remote: FakeRemote;
  db(): WritableDb;
  sync(task?: SyncTask, signal?: AbortSignal): Promise<SyncReport>;
  relate(source: string, target: string, type?: string | null): RelationshipId;
  retype(id: RelationshipId, type: string): void;
  unrelate(source: string, target: string): RelationshipId;
  undo(): void;
  drop(id: RelationshipId): void;
  intent(id: RelationshipId): IntentRow | undefined;
  /** Everything that is shown, such as `asset:1 asset:2`; with the state where it is not `synced`. */
  shown(): string[];
  held(): HeldRemoval[];
  releaseAll(): void;
  dryRun(): PlannedRequest[];
  /** Connects again as somebody else. */
  connectAs(fingerprint: string): void;
  reopen(): void;
  /** The calls since this was last asked. */
  newCalls(): string[];
}

export interface FakeWorldOptions extends FakeOptions {
  readonly assets?: number;
  readonly metrics?: number;
}

/** Nothing is pulled yet. */
export function startFakeWorld({ assets = 4, metrics = 0, ...options }: FakeWorldOptions = {}): FakeWorld {
  const number = (kind: string, count: number) =>
    Array.from({ length: count }, (_, index) => toFakeEntity(kind, String(index + 1)));
  const remote = createFakeRemote([...number('asset', assets), ...number('metric', metrics)], options);
  let workspace = createTempWorkspace();
  const access = { url: 'https://example.com', secretReference: 'none', identity: 'the first identity' };
  const connectionId = saveConnection(workspace.db, {
    name: 'fake',
    remote: 'clickie',
    scope: '1',
    ...access,
    rate: 5,
    now: NOW,
  });
  let seenCalls = 0;
  const db = () => workspace.db;
  const context = (): CommandContext => ({
    db: db(),
    now: NOW,
    capabilitiesOf: () => readCapabilities(db(), connectionId, remote.capabilities),
  });
  const toId = (address: string) => findEntityByAddress(db(), `fake:${address}`).id;
  const rows = () => readRelationshipPage(db(), null, { offset: 0, limit: 500 }).rows;
  const find = (source: string, target: string): Relationship =>
    must(
      rows().find((row) => toText(row).startsWith(`${source} ${target}`)),
      `${source} ${target}`,
    );
  const page = { offset: 0, limit: 500 };
  const held = () => readHeldPage(db(), page).rows;
  return {
    remote,
    db,
    sync: (task, signal) => syncOnce({ db: db(), remote }, task, signal),
    relate: (source, target, type = null) =>
      relate(context(), { sourceId: toId(source), targetId: toId(target), type, local: false }).id,
    retype: (id, type) => void retype(context(), id, type),
    unrelate: (source, target) => {
      const { id } = find(source, target);
      unrelate(context(), id);
      return id;
    },
    undo: () => void undoOrRedo(context(), 'undo'),
    drop: (id) => dropIntent(context(), id),
    intent: (id) => readIntent(db(), id),
    shown: () => rows().map(toText).toSorted(),
    held,
    releaseAll: () => {
      for (const { id } of held()) releaseHeldRemoval(db(), id, NOW);
    },
    dryRun: () => describePush({ db: db(), connectionId, remote }, null, page).requests,
    connectAs: (identity) => {
      remote.speakFor(identity);
      updateConnectionAccess(db(), connectionId, {
        ...access,
        identity,
        identityLabel: identity,
        options: {},
        rebaseSince: null,
      });
    },
    reopen: () => {
      workspace = reopen(workspace);
    },
    newCalls: () => {
      const calls = remote.calls.slice(seenCalls);
      seenCalls = remote.calls.length;
      return calls;
    },
  };
}

function toText({ source, target, state }: Relationship): string {
  const ends = [source, target].map(({ address }) => address.split(':').slice(1).join(':')).join(' ');
  return state === 'synced' ? ends : `${ends} (${state})`;
}

/** All pairs of so many assets with so many metrics. */
export function toPairs(assets: number, metrics: number): (readonly [string, string])[] {
  return Array.from({ length: assets * metrics }, (_, index) => [
    `asset:${1 + Math.floor(index / metrics)}`,
    `metric:${1 + (index % metrics)}`,
  ]);
}

/** What the remote holds, in the words of `shown`. */
export function putAll(world: FakeWorld, pairs: readonly (readonly [string, string])[], type?: string): void {
  for (const [source, target] of pairs) world.remote.put(toEnd(source), toEnd(target), type);
}

export function takeAll(world: FakeWorld, pairs: readonly (readonly [string, string])[]): void {
  for (const [source, target] of pairs) world.remote.take(toEnd(source), toEnd(target));
}
