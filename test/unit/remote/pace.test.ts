import { describe, expect, it } from 'vitest';
import { createPace, type Pace, type PaceOptions } from '../../../src-main/backend/remote/pace.ts';
import { createTickingClock, type TickingClock } from '../../support/instant-clock.ts';

const never = new AbortController().signal;

function start(options: Partial<PaceOptions> = {}): {
  pace: Pace;
  clock: TickingClock;
  told: number[];
} {
  const clock = createTickingClock();
  const told: number[] = [];
  const defaults = { rate: 5, highest: 20, concurrency: 4, clock };
  const pace = createPace({ ...defaults, onChange: (rate) => void told.push(rate), ...options });
  return { pace, clock, told };
}

async function takeTurns(pace: Pace, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await pace.turn(never);
}

describe('the pace', () => {
  it('lets a second’s share go at once and spreads the rest evenly', async () => {
    const { pace, clock } = start();
    await takeTurns(pace, 5);
    expect(clock.elapsedMs()).toBe(0);
    await takeTurns(pace, 50);
    expect(clock.elapsedMs()).toBe(10_000);
  });

  it('gives no turn to who has given up waiting', async () => {
    const { pace } = start({ rate: 1 });
    await pace.turn(never);
    await expect(pace.turn(AbortSignal.abort())).rejects.toThrow();
  });

  it('does not stop for hours because the clock was set back', async () => {
    const { pace, clock } = start();
    await takeTurns(pace, 5);
    clock.tick(-7_200_000);
    const before = clock.elapsedMs();
    await pace.turn(never);
    expect(clock.elapsedMs() - before).toBeLessThan(1000);
  });

  it('rises by a little with every answer, up to the highest and no further', () => {
    const { pace, told } = start();
    pace.noteAnswer(30);
    expect(pace.rate).toBeGreaterThan(5);
    expect(pace.rate).toBeLessThan(5.1);
    for (let n = 0; n < 5000; n += 1) pace.noteAnswer(30);
    expect(pace.rate).toBe(20);
    expect(pace.concurrency).toBe(4);
    expect(told.length).toBeGreaterThan(5);
    expect(told.every((rate, index) => index === 0 || rate > (told[index - 1] ?? 0))).toBe(true);
  });

  it('falls by a third when the remote is overloaded, once for what comes together', () => {
    const { pace, clock } = start({ rate: 10 });
    pace.noteTrouble();
    pace.noteTrouble();
    expect(pace.rate).toBeCloseTo(7);
    expect(pace.concurrency).toBe(1);
    clock.tick(2000);
    pace.noteTrouble();
    expect(pace.rate).toBeCloseTo(4.9);
  });

  it('rises more carefully once there was trouble', () => {
    const { pace } = start({ rate: 10 });
    pace.noteTrouble();
    const { rate } = pace;
    pace.noteAnswer(30);
    expect(pace.rate - rate).toBeGreaterThan(0);
    expect(pace.rate - rate).toBeLessThan(0.05);
  });

  it('never falls below one request in five seconds', () => {
    const { pace, clock } = start();
    for (let n = 0; n < 50; n += 1) {
      clock.tick(2000);
      pace.noteTrouble();
    }
    expect(pace.rate).toBe(0.2);
  });

  it('never exceeds a rate that is given as the most', () => {
    const { pace } = start({ rate: 2, highest: 2 });
    for (let n = 0; n < 100; n += 1) pace.noteAnswer(30);
    expect(pace.rate).toBe(2);
  });

  it('falls where answers take much longer than they did', () => {
    const { pace, clock } = start({ rate: 10 });
    pace.noteAnswer(100);
    const { rate } = pace;
    clock.tick(2000);
    pace.noteAnswer(5000);
    expect(pace.rate).toBeLessThan(rate);
    expect(pace.concurrency).toBe(1);
  });

  it('takes a server for slow, not for overloaded, where every answer takes as long', () => {
    const { pace } = start({ rate: 10 });
    for (let n = 0; n < 5; n += 1) pace.noteAnswer(5000);
    expect(pace.rate).toBeGreaterThan(10);
  });
});
