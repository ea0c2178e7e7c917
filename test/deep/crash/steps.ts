import { randomUUID } from 'node:crypto';
import { dropIntent, dropIntents } from '../../../src-main/backend/commands/drop-intent.ts';
import { relate } from '../../../src-main/backend/commands/relate.ts';
import { resolveConflicts } from '../../../src-main/backend/commands/resolve-conflict.ts';
import { retype } from '../../../src-main/backend/commands/retype.ts';
import { undoOrRedo } from '../../../src-main/backend/commands/undo.ts';
import { unrelate } from '../../../src-main/backend/commands/unrelate.ts';
import { must } from '../../../src-main/backend/must.ts';
import { readConflictPage } from '../../../src-main/backend/store/conflicts.ts';
import { updateConnectionAccess } from '../../../src-main/backend/store/connections.ts';
import { findEntityByAddress } from '../../../src-main/backend/store/entities.ts';
import { readHeldPage, releaseHeldRemoval } from '../../../src-main/backend/store/held-removals.ts';
import { readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import { transaction } from '../../../src-main/backend/store/sql.ts';
import { runSync, type SyncTask } from '../../../src-main/backend/sync/run.ts';
import type { ConflictChoice, Relationship, SyncReport } from '../../../src-preload/contract/model.ts';
import type { FakeRemote } from '../../support/fake-remote.ts';
import { toEnd } from '../../support/fake-world.ts';
import { createInstantClock } from '../../support/instant-clock.ts';
import { NOW } from '../../support/workspace.ts';
import type { Life } from './life.ts';

/** What a user does, what the program does, or what happens at the remote meanwhile. */
export type Step =
  | { readonly kind: 'command'; readonly name: string; readonly act: (life: Life) => void }
  | { readonly kind: 'sync'; readonly name: string; readonly task: (life: Life) => SyncTask }
  | { readonly kind: 'elsewhere'; readonly name: string; readonly act: (remote: FakeRemote) => void };

const page = { offset: 0, limit: 500 };

/** Runs one step. A command is acknowledged when it returns. */
export async function perform(life: Life, remote: FakeRemote, step: Step): Promise<SyncReport | null> {
  if (step.kind === 'elsewhere') step.act(remote);
  else if (step.kind === 'command') step.act(life);
  else return await sync(life, step.task(life));
  return null;
}

let nowMs = Date.parse(NOW);

/** A millisecond later at each look, so that what a run does never depends on how fast the machine is. */
function look(): Date {
  nowMs += 1;
  return new Date(nowMs);
}

export async function sync(life: Life, task: SyncTask): Promise<SyncReport> {
  return await runSync({
    db: life.db,
    remote: life.remote,
    clock: createInstantClock(look),
    newId: randomUUID,
    connection: life.connection(),
    signal: new AbortController().signal,
    task,
    withheld: null,
    onProgress: () => undefined,
  });
}

export const whole: SyncTask = { kind: 'sync', mode: 'both', only: null };

const command = (name: string, act: (life: Life) => void): Step => ({ kind: 'command', name, act });
const elsewhere = (name: string, act: (remote: FakeRemote) => void): Step => ({
  kind: 'elsewhere',
  name,
  act,
});

export const syncs = (mode: 'both' | 'pull' | 'push' = 'both'): Step => ({
  kind: 'sync',
  name: `sync ${mode}`,
  task: () => ({ kind: 'sync', mode, only: null }),
});

export const refreshes = (address: string): Step => ({
  kind: 'sync',
  name: `refresh ${address}`,
  task: (life) => ({ kind: 'refresh', entityId: findEntity(life, address) }),
});

function findEntity({ db }: Life, address: string) {
  return findEntityByAddress(db, `fake:${address}`).id;
}

/** Names are as addresses here: `asset 1` is asset:1. */
function find({ db }: Life, source: string, target: string): Relationship {
  const ends = [`fake:${source}`, `fake:${target}`];
  const row = readRelationshipPage(db, null, page).rows.find(
    (shown) => ends.includes(shown.source.address) && ends.includes(shown.target.address),
  );
  return must(row, `${source} ${target}`);
}

export const relates = (source: string, target: string, type: string | null = null): Step =>
  command(`relate ${source} ${target}`, (life) => {
    relate(life.context(), {
      sourceId: findEntity(life, source),
      targetId: findEntity(life, target),
      type,
      local: false,
    });
  });

export const unrelates = (source: string, target: string): Step =>
  command(`unrelate ${source} ${target}`, (life) => {
    unrelate(life.context(), find(life, source, target).id);
  });

export const retypes = (source: string, target: string, type: string): Step =>
  command(`retype ${source} ${target}`, (life) => {
    retype(life.context(), find(life, source, target).id, type);
  });

export const drops = (source: string, target: string): Step =>
  command(`drop ${source} ${target}`, (life) => dropIntent(life.context(), find(life, source, target).id));

export const dropsAll: Step = command('drop all', (life) => {
  dropIntents(life.context(), { connectionId: null });
});

export const undoes: Step = command('undo', (life) => void undoOrRedo(life.context(), 'undo'));
export const redoes: Step = command('redo', (life) => void undoOrRedo(life.context(), 'redo'));

export const resolves = (keep: ConflictChoice): Step =>
  command(`resolve ${keep}`, (life) => {
    const ids = readConflictPage(life.db, page).rows.map(({ id }) => id);
    if (ids.length === 0) throw new Error('There is no conflict to resolve');
    resolveConflicts(life.context(), { ids, keep });
  });

export const releases: Step = command('release', ({ db }) =>
  transaction(db, () => {
    const { rows } = readHeldPage(db, page);
    if (rows.length === 0) throw new Error('Nothing is held');
    for (const { id } of rows) releaseHeldRemoval(db, id, NOW);
  }),
);

export const connectsAs = (identity: string): Step =>
  command(`connect as ${identity}`, (life) => {
    const { id, url, secretReference } = life.connection();
    updateConnectionAccess(life.db, id, {
      url: must(url, 'the address'),
      secretReference: must(secretReference, 'the key'),
      identity,
      identityLabel: identity,
      options: {},
      rebaseSince: NOW,
    });
  });

export const puts = (source: string, target: string, type?: string): Step =>
  elsewhere(`somebody relates ${source} ${target}`, (remote) =>
    remote.put(toEnd(source), toEnd(target), type),
  );

export const takes = (source: string, target: string): Step =>
  elsewhere(`somebody removes ${source} ${target}`, (remote) => remote.take(toEnd(source), toEnd(target)));

export const happens = elsewhere;
