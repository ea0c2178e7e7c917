import { describe, expect, it } from 'vitest';
import { createSchedule } from '../../../src-main/backend/sync/schedule.ts';
import { ConnectionId } from '../../../src-preload/contract/model.ts';

const one = ConnectionId.parse(1);
const other = ConnectionId.parse(2);

/** A run that lasts until it is cancelled. */
const untilCancelled = (signal: AbortSignal) =>
  new Promise<string>((resolve) => {
    if (signal.aborted) resolve('cancelled before');
    signal.addEventListener('abort', () => resolve('cancelled'));
  });

describe('the schedule', () => {
  it('runs one sync of a connection after the other', async () => {
    const schedule = createSchedule();
    const seen: string[] = [];
    const run = (name: string) =>
      schedule.run(one, async () => {
        seen.push(`${name} begins`);
        await Promise.resolve();
        seen.push(`${name} ends`);
      });
    await Promise.all([run('first'), run('second')]);
    expect(seen).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('runs two connections side by side', async () => {
    const schedule = createSchedule();
    const first = schedule.run(one, untilCancelled);
    await schedule.run(other, async () => undefined);
    schedule.cancel(one);
    expect(await first).toBe('cancelled');
  });

  it('cancels what runs and what waits behind it', async () => {
    const schedule = createSchedule();
    const first = schedule.run(one, untilCancelled);
    const second = schedule.run(one, untilCancelled);
    await Promise.resolve();
    schedule.cancel(one);
    expect(await Promise.all([first, second])).toEqual(['cancelled', 'cancelled before']);
  });

  it('cancels no other connection than the one that is meant', async () => {
    const schedule = createSchedule();
    const first = schedule.run(one, untilCancelled);
    await Promise.resolve();
    schedule.cancel(other);
    expect(schedule.isRunning(one)).toBe(true);
    schedule.cancel(null);
    expect(await first).toBe('cancelled');
  });

  it('goes on after a run that failed', async () => {
    const schedule = createSchedule();
    const failed = schedule.run(one, () => Promise.reject(new Error('no')));
    const next = schedule.run(one, async () => 'done');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
    expect(schedule.isRunning(one)).toBe(false);
  });

  it('stops once nothing runs any more', async () => {
    const schedule = createSchedule();
    const ended: string[] = [];
    for (const id of [one, one, other]) {
      void schedule.run(id, async (signal) => void ended.push(await untilCancelled(signal)));
    }
    await schedule.stop();
    expect(ended).toHaveLength(3);
  });
});
