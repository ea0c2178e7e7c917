import { expect, it } from 'vitest';
import type { Clock } from '../../../src-main/backend/ports.ts';
import { createTurns } from '../../../src-main/backend/sync/turns.ts';
import { createInstantClock } from '../../support/instant-clock.ts';

it('work that comes in a bunch is done one after the other, and others have their turn before each', async () => {
  const told: string[] = [];
  const instant = createInstantClock();
  const clock: Clock = {
    ...instant,
    sleep: async (milliseconds, signal) => {
      await instant.sleep(milliseconds, signal);
      told.push('others');
    },
  };
  const inTurn = createTurns(clock);
  const answers = ['a', 'b', 'c'].map((name) =>
    inTurn(() => {
      told.push(name);
      return name;
    }),
  );
  expect(await Promise.all(answers)).toEqual(['a', 'b', 'c']);
  expect(told).toEqual(['others', 'a', 'others', 'b', 'others', 'c']);
});

it('work that fails fails alone', async () => {
  const inTurn = createTurns(createInstantClock());
  const failing = inTurn(() => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await inTurn(() => 'next')).toBe('next');
});
