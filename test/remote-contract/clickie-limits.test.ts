import { describe, expect, it } from 'vitest';
import { startClickieRemote, untyped } from '../support/clickie-remote.ts';
import { createTickingClock } from '../support/instant-clock.ts';
import { catchRemoteError, readAll, readRef } from './remote-suite.ts';

const never = new AbortController().signal;

const inTwoSeconds = () => new Date(Date.now() + 2000).toUTCString();

describe('a server that asks for patience', () => {
  for (const [what, value] of [
    ['no header', null],
    ['seconds', '3'],
    ['zero', '0'],
    ['a negative number', '-5'],
    ['words', 'soon'],
    ['a date', inTwoSeconds()],
    ['a date in the past', 'Wed, 21 Oct 2015 07:28:00 GMT'],
  ] as const) {
    for (const status of [429, 503]) {
      if (status === 503 && value === null) continue;
      it(`is waited for and asked again after ${status} with ${what}`, async () => {
        const { remote, server, clock } = await startClickieRemote();
        server.addFault({
          on: { path: '/assets' },
          times: 1,
          fault: { kind: 'status', status, ...(value === null ? {} : { headers: { 'retry-after': value } }) },
        });
        expect(await readAll(remote, 'asset')).toHaveLength(4);
        expect(clock.waits).toHaveLength(1);
      });
    }
  }

  it('is waited for exactly as long as it asks', async () => {
    const { remote, server, clock } = await startClickieRemote();
    server.addFault({
      on: {},
      times: 1,
      fault: { kind: 'status', status: 429, headers: { 'retry-after': '17' } },
    });
    await remote.identify(never);
    expect(clock.waits).toEqual([17_000]);
  });

  for (const value of ['61', '31536000', '99999999999999999999', 'Fri, 31 Dec 2100 23:59:59 GMT']) {
    it(`is not asked again before its time where it wants a pause of ${value}`, async () => {
      const { remote, server, clock } = await startClickieRemote();
      server.addFault({ on: {}, fault: { kind: 'status', status: 429, headers: { 'retry-after': value } } });
      expect((await catchRemoteError(remote.identify(never))).kind).toBe('rate-limited');
      expect(server.requests).toHaveLength(1);
      expect(clock.waits).toEqual([]);
    });
  }

  it('is left alone after a few refusals', async () => {
    const { remote, server } = await startClickieRemote();
    server.addFault({ on: {}, fault: { kind: 'status', status: 429 } });
    expect((await catchRemoteError(remote.identify(never))).kind).toBe('rate-limited');
    expect(server.requests.length).toBeLessThanOrEqual(3);
  });

  it('gets the refused write again, since it did not look at it', async () => {
    const { remote, server } = await startClickieRemote();
    const source = await readRef(remote, { kind: 'asset', remoteId: '20' });
    const target = await readRef(remote, { kind: 'metric', remoteId: '21' });
    server.addFault({ on: { method: 'POST' }, times: 1, fault: { kind: 'status', status: 429 } });
    await remote.create({ source, target, ...untyped }, never);
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });
});

describe('a server in trouble', () => {
  it('is read again after a fault, and told of after the third', async () => {
    const { remote, server } = await startClickieRemote();
    server.addFault({ on: { path: '/assets' }, times: 2, fault: { kind: 'status', status: 500 } });
    expect(await readAll(remote, 'asset')).toHaveLength(4);
    server.clearRequests();
    server.set({ faults: [{ on: {}, fault: { kind: 'status', status: 502, body: 'html' } }] });
    expect((await catchRemoteError(readAll(remote, 'asset'))).kind).toBe('server-fault');
    expect(server.requests).toHaveLength(3);
  });

  it('never gets a failed write again blindly', async () => {
    const { remote, server } = await startClickieRemote();
    const source = await readRef(remote, { kind: 'asset', remoteId: '20' });
    const target = await readRef(remote, { kind: 'metric', remoteId: '21' });
    server.addFault({ on: { method: 'POST' }, fault: { kind: 'status', status: 504 }, when: 'after' });
    expect((await catchRemoteError(remote.create({ source, target, ...untyped }, never))).kind).toBe(
      'server-fault',
    );
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('the rate', () => {
  it('lets no more requests out than it allows, but for a second’s share at once', async () => {
    const clock = createTickingClock();
    const { remote } = await startClickieRemote({ rate: 3, clock });
    for (let n = 0; n < 15; n += 1) await remote.identify(never); // two requests each
    expect(clock.elapsedMs()).toBeGreaterThanOrEqual(((30 - 3) / 3) * 1000);
    expect(clock.elapsedMs()).toBeLessThan((30 / 3) * 1000 * 1.05);
  });
});
