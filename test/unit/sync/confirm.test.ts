import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { must } from '../../../src-main/backend/must.ts';
import type { Clock } from '../../../src-main/backend/ports.ts';
import type { Remote } from '../../../src-main/backend/remote/remote.ts';
import { readConnection, saveConnection } from '../../../src-main/backend/store/connections.ts';
import { findEntityId } from '../../../src-main/backend/store/entities.ts';
import { openCommand } from '../../../src-main/backend/store/history.ts';
import { countPending, saveIntent } from '../../../src-main/backend/store/intents.ts';
import { allocateRelationshipId } from '../../../src-main/backend/store/relationships.ts';
import { runSync } from '../../../src-main/backend/sync/run.ts';
import { createFakeRemote, toFakeEntity } from '../../support/fake-remote.ts';
import { createInstantClock } from '../../support/instant-clock.ts';
import { createTempWorkspace, NOW } from '../../support/workspace.ts';

const METRICS = 250;
const toPresence = (present: boolean) => ({ present, type: null });

it('what a push was answered is taken over some at a time, and others have their turn between', async () => {
  const metrics = Array.from({ length: METRICS }, (_, n) => toFakeEntity('metric', String(n + 1)));
  const fake = createFakeRemote([toFakeEntity('asset', '1'), ...metrics], { batch: true });
  const { db } = createTempWorkspace();
  const access = { url: 'https://example.com', scope: '1', secretReference: 'none', identity: 'us' };
  const id = saveConnection(db, { name: 'fake', remote: 'clickie', ...access, rate: 5, now: NOW });
  const instant = createInstantClock();
  const left: number[] = [];
  const clock: Clock = {
    ...instant,
    sleep: async (milliseconds, signal) => {
      left.push(countPending(db));
      await instant.sleep(milliseconds, signal);
    },
  };
  fake.speakFor('us');
  const remote: Remote = {
    ...fake,
    identify: async (signal) => {
      left.push(countPending(db));
      return await fake.identify(signal);
    },
  };
  const sync = async (mode: 'pull' | 'push') =>
    await runSync({
      db,
      remote,
      clock,
      newId: randomUUID,
      connection: readConnection(db, id),
      signal: new AbortController().signal,
      task: { kind: 'sync', mode, only: null },
      withheld: null,
      onProgress: () => undefined,
    });
  await sync('pull');
  const idOf = (kind: string, remoteId: string) => must(findEntityId(db, id, kind, remoteId), kind);
  const historyId = openCommand(db, 'A wish', NOW);
  for (const { remoteId } of metrics) {
    const ends = { sourceId: idOf('asset', '1'), targetId: idOf('metric', remoteId) };
    const [wanted, base] = [toPresence(true), toPresence(false)];
    const key = { relationshipId: allocateRelationshipId(db), connectionId: id, ...ends, slot: 0 };
    saveIntent(db, { ...key, wanted, base, historyId, now: NOW });
  }
  left.length = 0;
  expect(await sync('push')).toMatchObject({ complete: true, pushed: { created: METRICS } });
  expect(countPending(db)).toBe(0);
  const taken = left.map((before, turn) => before - (left[turn + 1] ?? 0));
  expect(Math.max(...taken)).toBe(25);
});
