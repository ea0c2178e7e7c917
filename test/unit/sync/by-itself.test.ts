import { describe, expect, it } from 'vitest';
import { type DueFacts, findDue, toProbeWaitMs } from '../../../src-main/backend/sync/due.ts';
import { describeOutlook } from '../../../src-main/backend/sync/outlook.ts';
import { orderReading } from '../../../src-main/backend/sync/reading-order.ts';
import { isDue, toWaitMs } from '../../../src-main/backend/sync/retry.ts';
import type { EntityId } from '../../../src-preload/contract/model.ts';

const MINUTE = 60_000;
const idle: DueFacts = {
  now: 100 * MINUTE,
  settings: { everyMinutes: 15, afterEditsSeconds: 10, onReconnect: true },
  sweptAt: 99 * MINUTE,
  probeAt: null,
  retryAt: null,
  editedAt: null,
  limitedUntil: null,
};

describe('what is due', () => {
  it.each<[string, Partial<DueFacts>, ReturnType<typeof findDue>]>([
    ['a sync after the interval', {}, { at: 114 * MINUTE, what: 'sync' }],
    ['a sync at once where it is overdue', { sweptAt: 0 }, { at: 15 * MINUTE, what: 'sync' }],
    ['a sync in time though the clock was set back', { sweptAt: 9e9 }, { at: 115 * MINUTE, what: 'sync' }],
    [
      'a push after the quiet time',
      { editedAt: 100 * MINUTE },
      { at: 100 * MINUTE + 10_000, what: 'push-edits' },
    ],
    [
      'a push in time though the clock was set back',
      { editedAt: 9e9 },
      { at: 100 * MINUTE + 10_000, what: 'push-edits' },
    ],
    ['a second attempt when it is time', { retryAt: 101 * MINUTE }, { at: 101 * MINUTE, what: 'retry' }],
    [
      'a second attempt at once where a clock that was set back since put it off for years [I17] [I20]',
      { retryAt: 9e12 },
      { at: 100 * MINUTE, what: 'retry' },
    ],
    [
      'a question at once where a clock that was set back since put it off for years [I17] [I20]',
      { probeAt: 9e12 },
      { at: 100 * MINUTE, what: 'probe' },
    ],
    [
      'a push though a clock that was set back since makes the remote’s pause last for years [I17] [I20]',
      { editedAt: 0, limitedUntil: 9e12 },
      { at: 100 * MINUTE, what: 'push-edits' },
    ],
    [
      'only a question while the remote is away',
      { probeAt: 112 * MINUTE, retryAt: 0, editedAt: 0, sweptAt: 0 },
      { at: 112 * MINUTE, what: 'probe' },
    ],
    [
      'nothing before the remote’s pause is over',
      { editedAt: 0, limitedUntil: 200 * MINUTE },
      { at: 200 * MINUTE, what: 'push-edits' },
    ],
  ])('is %s', (_, facts, due) => {
    expect(findDue({ ...idle, ...facts })).toEqual(due);
  });

  it('is nothing where everything is switched off', () => {
    const settings = { everyMinutes: null, afterEditsSeconds: null, onReconnect: false };
    expect(findDue({ ...idle, settings, probeAt: 0, retryAt: 0, editedAt: 0 })).toBeNull();
  });

  it('is the usual sync of a remote that is away, where it is not asked in between', () => {
    const settings = { ...idle.settings, onReconnect: false };
    expect(findDue({ ...idle, settings, probeAt: 0, retryAt: 0 })).toEqual({
      at: 114 * MINUTE,
      what: 'sync',
    });
  });
});

describe('a change that failed', () => {
  const clock = { now: () => new Date('2026-01-01T12:00:00.000Z'), sleep: async () => undefined };
  it.each([
    ['goes by itself once it is due', '2026-01-01T12:00:00.000Z', true],
    ['waits until then', '2026-01-01T12:59:59.000Z', false],
    [
      'goes at once where the clock was set back by years since [I17] [I20]',
      '2036-01-01T12:00:00.000Z',
      true,
    ],
    [
      'goes at once where the clock was set back by hours since [I17] [I20]',
      '2026-01-01T14:00:00.000Z',
      true,
    ],
  ])('%s', (_, nextAttemptAt, expected) => {
    expect(isDue({ nextAttemptAt }, { automatic: true, clock })).toBe(expected);
    expect(isDue({ nextAttemptAt }, { automatic: false, clock })).toBe(true);
  });
});

describe('the waits', () => {
  it('of a change grow threefold from half a minute, by chance a quarter more or less, up to an hour', () => {
    const steady = [1, 2, 3, 4, 5, 6, 9].map((failures) => toWaitMs(failures, 0.5) / 1000);
    expect(steady).toEqual([30, 90, 270, 810, 2430, 3600, 3600]);
    expect([toWaitMs(1, 0), toWaitMs(2, 0.9), toWaitMs(5, 1)]).toEqual([22_500, 108_000, 3_037_500]);
  });

  it('of a remote that is away double from a quarter of a minute up to five', () => {
    const steady = [0, 1, 2, 3, 4, 5, 50].map((failures) => toProbeWaitMs(failures, 0.5) / 1000);
    expect(steady).toEqual([15, 30, 60, 120, 240, 300, 300]);
  });
});

it('what is on screen is read first, then what was touched or hinted at, then what was read longest ago', () => {
  const id = (number: number) => number as EntityId;
  const entities = [1, 2, 3, 4, 5, 6].map((number) => ({ id: id(number) }));
  const facts = {
    focus: new Set([id(5), id(3)]),
    touched: new Set([id(3), id(6)]),
    hinted: new Set([id(4)]),
    readAt: new Map([
      [id(1), '2026-03-02'],
      [id(2), '2026-03-01'],
      [id(3), '2026-03-03'],
      [id(5), '2026-03-02'],
    ]),
  };
  expect(orderReading(entities, facts).map((entity) => entity.id)).toEqual([5, 3, 6, 4, 2, 1]);
});

describe('the outlook of a run', () => {
  const end = { cancelled: false, complete: false, endedBy: null, pending: 0, limitedUntil: null };

  it('is nothing where everything was done', () => {
    expect(describeOutlook({ ...end, complete: true })).toBeNull();
  });

  it.each([
    [{ ...end, cancelled: true }, 'The next sync goes on from there.'],
    [{ ...end, endedBy: 'timeout' }, 'It goes on once the remote answers again.'],
    [{ ...end, endedBy: 'unauthorised' }, 'It goes on once you have connected it again.'],
    [{ ...end, endedBy: 'rate-limited', limitedUntil: 'noon' }, 'nothing goes by itself before noon.'],
    [end, 'What failed is tried again with the next sync.'],
  ])('says what was kept, and when it goes on', (facts, next) => {
    expect(describeOutlook(facts)).toMatch(/^Everything that was read and sent until then is kept\. /);
    expect(describeOutlook(facts)).toContain(next);
    expect(describeOutlook({ ...facts, pending: 2 })).toContain('2 changes wait in the outbox.');
  });
});
