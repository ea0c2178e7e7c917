import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../src-main/backend/remote/retry-after.ts';

const now = new Date('2026-01-01T00:00:00Z');
const year = 365 * 24 * 3600 * 1000;

describe('Retry-After', () => {
  for (const [header, expected] of [
    [null, null],
    ['', null],
    ['0', 0],
    ['1', 1000],
    [' 30 ', 30_000],
    ['007', 7000],
    ['3600', 3_600_000],
    ['99999999999999999999', year],
    ['-1', null],
    ['1.5', null],
    ['1e3', null],
    ['soon', null],
    ['in 2099', null],
    ['2099-01-01', null],
    ['Thu, 01 Jan 2026 00:00:10 GMT', 10_000],
    ['Thursday, 01-Jan-26 00:00:10 GMT', 10_000],
    ['Wed, 31 Dec 2025 23:59:59 GMT', null],
    ['Fri, 31 Dec 2100 23:59:59 GMT', year],
    ['Thu, 99 Jan 2026 00:00:10 GMT', null],
    ['<script>', null],
  ] as const) {
    it(`of ${JSON.stringify(header)} means ${expected === null ? 'nothing' : `${expected} milliseconds`}`, () => {
      expect(parseRetryAfter(header, now)).toBe(expected);
    });
  }
});
