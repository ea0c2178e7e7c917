import { expect, test } from 'vitest';
import { type AutoSyncPorts, createAutoSync } from '../../../src-main/backend/sync/auto-sync.ts';
import { ConnectionId } from '../../../src-preload/contract/model.ts';
import { createManualClock } from '../../support/manual-clock.ts';

test('[I17] a sync that ends in a defect of ours is told and not begun again at once', async () => {
  const clock = createManualClock('2026-03-01T10:00:00.000Z');
  const told: unknown[] = [];
  let begun = 0;
  const connection = {
    id: ConnectionId.parse(1),
    lastSyncedAt: null,
    offlineSince: null,
    limitedUntil: null,
    nextAttemptAt: null,
  };
  const ports: AutoSyncPorts = {
    clock,
    random: () => 0.5,
    settings: () => ({ everyMinutes: 15, afterEditsSeconds: null, onReconnect: true }),
    connections: () => [connection],
    edits: () => null,
    isRunning: () => false,
    probe: async () => true,
    sync: async () => {
      begun += 1;
      throw new Error('a defect');
    },
    tell: () => undefined,
    fail: (error) => told.push(error),
  };
  const auto = createAutoSync(ports);
  auto.start();
  await clock.advance(0);
  expect(begun).toBe(1);
  await clock.advance(60_000);
  expect(begun).toBe(1);
  await clock.advance(15 * 60_000);
  expect(begun).toBe(2);
  expect(told).toHaveLength(2);
  await auto.stop();
});
