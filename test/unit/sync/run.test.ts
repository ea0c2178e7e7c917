import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Remote } from '../../../src-main/backend/remote/remote.ts';
import { readConnection, saveConnection } from '../../../src-main/backend/store/connections.ts';
import { findEntityRow } from '../../../src-main/backend/store/entities.ts';
import { openCommand } from '../../../src-main/backend/store/history.ts';
import { findIntent, saveIntent } from '../../../src-main/backend/store/intents.ts';
import { allocateRelationshipId, findMirror, toBase } from '../../../src-main/backend/store/relationships.ts';
import { runSync, type SyncTask } from '../../../src-main/backend/sync/run.ts';
import { createFakeRemote, type FakeCall, toFakeEntity } from '../../support/fake-remote.ts';
import { createInstantClock } from '../../support/instant-clock.ts';
import { createTempWorkspace, NOW } from '../../support/workspace.ts';

const asset = { kind: 'asset', remoteId: '1' };
const metric = { kind: 'metric', remoteId: '2' };
const whole: SyncTask = { kind: 'sync', mode: 'both', only: null };

/** A fake remote with two entities and a workspace that has pulled it once. */
async function start() {
  const remote = createFakeRemote([toFakeEntity('asset', '1'), toFakeEntity('metric', '2')]);
  const { db } = createTempWorkspace();
  const id = saveConnection(db, {
    name: 'fake',
    remote: 'clickie',
    url: 'https://example.com',
    scope: '1',
    secretReference: 'none',
    identity: 'the first identity',
    rate: 5,
    now: NOW,
  });
  const sync = (task: SyncTask = whole, using: Remote = remote) =>
    runSync({
      db,
      remote: using,
      clock: createInstantClock(),
      newId: randomUUID,
      connection: readConnection(db, id),
      signal: new AbortController().signal,
      task,
      onProgress: () => undefined,
    });
  await sync();
  const [source, target] = [asset, metric].map((end) => findEntityRow(db, id, end.kind, end.remoteId)?.id);
  if (source === undefined || target === undefined) throw new Error('Nothing was pulled');
  const key = { connectionId: id, sourceId: source, targetId: target, slot: 0 };
  const wish = (wantedPresent: boolean) => {
    const mirror = findMirror(db, key);
    const relationshipId = mirror?.id ?? allocateRelationshipId(db);
    const historyId = openCommand(db, 'A wish', NOW);
    const wanted = { present: wantedPresent, type: null };
    saveIntent(db, { ...key, relationshipId, wanted, base: toBase(mirror), historyId, now: NOW });
  };
  const base = () => findMirror(db, key)?.basePresent ?? false;
  return { remote, sync, wish, base, intent: () => findIntent(db, key) };
}

const calls: readonly FakeCall[] = [
  'identify',
  'fetchEntities',
  'fetchRelationshipsOf',
  'probe',
  'create',
  'remove',
];

describe('a sync', () => {
  for (const on of calls) {
    for (const kind of ['unreachable', 'timeout', 'server-fault', 'foreign-answer', 'too-large'] as const) {
      for (const when of ['before', 'after'] as const) {
        for (const wanted of [true, false]) {
          it(`ends as the user wants (${wanted ? 'there' : 'gone'}) though ${on} met ${kind} ${when} its effect`, async () => {
            const { remote, sync, wish, base, intent } = await start();
            if (!wanted) remote.put(asset, metric);
            await sync();
            wish(wanted);
            remote.addFault({ on, kind, when });
            await sync();
            const report = await sync();
            expect(report).toMatchObject({ complete: true, failed: [] });
            expect(remote.has(asset, metric)).toBe(wanted);
            expect(base()).toBe(wanted);
            expect(intent()).toBeUndefined();
          });
        }
      }
    }
  }

  it('does nothing at all once the key speaks for someone else', async () => {
    const { remote, sync, wish, intent } = await start();
    wish(true);
    remote.speakFor('someone else');
    const before = remote.calls.length;
    expect((await sync()).failed.map(({ code }) => code)).toEqual(['identity-changed']);
    expect(remote.calls.slice(before)).toEqual(['identify']);
    expect(intent()?.wantedPresent).toBe(true);
  });

  it('does not forget a wish to remove because a probe saw nothing and the next one saw it', async () => {
    const { remote, sync, wish, intent } = await start();
    remote.put(asset, metric);
    await sync();
    wish(false);
    remote.addFault({ on: 'remove', kind: 'unreachable' });
    const untyped = { type: null, remoteId: null };
    const seen = [untyped, null, untyped];
    const wavering: Remote = {
      ...remote,
      probe: async (relationship, signal) => {
        const next = seen.shift();
        return next === undefined ? await remote.probe(relationship, signal) : next;
      },
    };
    await sync({ kind: 'sync', mode: 'push', only: null }, wavering);
    if (intent() === undefined) expect(remote.has(asset, metric)).toBe(false);
    await sync();
    expect(remote.has(asset, metric)).toBe(false);
  });

  it('gives up a remote that contradicts itself for ever, and says so', async () => {
    const { remote, sync, wish, intent } = await start();
    wish(true);
    let asked = 0;
    const contrary: Remote = {
      ...remote,
      create: async () => {
        asked += 1;
        return { type: null, remoteId: null };
      },
      probe: async () => null,
    };
    expect((await sync(whole, contrary)).complete).toBeDefined();
    expect(asked).toBeLessThanOrEqual(8);
    await sync();
    expect(intent()).toBeUndefined();
  });

  it('marks an end that is gone and asks the user, without a second try', async () => {
    const { remote, sync, wish, intent } = await start();
    wish(true);
    remote.takeEntity(metric);
    expect(await sync({ kind: 'sync', mode: 'push', only: null })).toMatchObject({ conflicts: 1 });
    await sync();
    expect(remote.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
    expect(intent()).toMatchObject({ wantedPresent: true, sent: false });
  });

  it('takes over an entity that came since', async () => {
    const { remote, sync } = await start();
    remote.putEntity(toFakeEntity('asset', '3'));
    expect((await sync()).pulled.entities.added).toBe(1);
  });
});
