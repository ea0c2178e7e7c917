import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClickieRemote } from '../../src-main/backend/remote/clickie/remote.ts';
import type { Remote } from '../../src-main/backend/remote/remote.ts';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import type { Fault } from '../servers/clickie/switches.ts';
import { serverHas, startClickieRemote, untyped } from '../support/clickie-remote.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { plainAccess } from '../support/plain-ports.ts';
import { catchRemoteError, readAll, readRef } from './remote-suite.ts';

const never = new AbortController().signal;
const asset10 = { kind: 'asset', remoteId: '10', lookupId: '10' };

const hostile: readonly (readonly [string, Fault])[] = [
  ['the login page of a hotel', { kind: 'captive-portal' }],
  ['HTML', { kind: 'body', text: '<!doctype html><html><body>Not found</body></html>' }],
  ['JSON that ends too early', { kind: 'truncated' }],
  ['JSON that ends after one byte', { kind: 'truncated', at: 1 }],
  ['bytes that are no text', { kind: 'garbage' }],
  ['ids as text', { kind: 'wrong-types', as: 'strings' }],
  ['nulls for everything', { kind: 'wrong-types', as: 'nulls' }],
  ['an object where a list belongs', { kind: 'wrong-types', as: 'object' }],
  ['ids beyond 2^53', { kind: 'huge-ids' }],
  ['more than eight megabytes', { kind: 'oversized', bytes: 9 * 1024 * 1024 }],
  ['a redirect', { kind: 'redirect', to: 'https://example.com/' }],
  ['a hundred thousand nested lists', { kind: 'body', text: '['.repeat(100_000) + ']'.repeat(100_000) }],
  ['no body at all', { kind: 'body', text: '' }],
  ['null', { kind: 'body', text: 'null' }],
  ['NaN', { kind: 'body', text: '{"data":[NaN]}' }],
  ['a success without data', { kind: 'body', text: '{"status":"success"}' }],
  [
    'status 200 with an error inside',
    { kind: 'body', text: '{"status":"error","message":"No","data":null}' },
  ],
];

/** Reads whose every answer of the fault is a lie. */
const reads: readonly (readonly [string, string, (remote: Remote) => Promise<unknown>])[] = [
  ['the entities', 'GET /assets', (remote) => readAll(remote, 'asset')],
  [
    'the relationships',
    'GET /relationships/assets/10',
    (remote) => remote.fetchRelationshipsOf(asset10, 'outgoing', never),
  ],
  ['the identity', 'GET /clearances/me', (remote) => remote.identify(never)],
];

describe('a hostile answer', () => {
  for (const [what, fault] of hostile) {
    for (const [asked, call, read] of reads) {
      it(`to ${asked} is told as an error that names Clickie and the call: ${what}`, async () => {
        const { remote, server } = await startClickieRemote();
        server.addFault({ on: { method: 'GET' }, fault });
        const error = await catchRemoteError(read(remote));
        expect(error.message).toContain('Clickie');
        expect(error.message).toContain(call);
        expect(error.message).not.toContain(DEFAULT_KEY);
      });
    }

    it(`never shows that a relationship is there or not: ${what}`, async () => {
      const { remote, server } = await startClickieRemote();
      const target = await readRef(remote, { kind: 'metric', remoteId: '5' });
      server.addFault({ on: { path: '/relationships' }, fault });
      const error = await catchRemoteError(remote.probe({ source: asset10, target, ...untyped }, never));
      expect(error.message).toContain('Clickie, GET /relationships/assets/10/metrics/5');
    });
  }

  it('with a byte order mark is read as if it had none', async () => {
    const { remote, server } = await startClickieRemote();
    server.addFault({ on: {}, fault: { kind: 'bom' } });
    expect(await readAll(remote, 'asset')).toHaveLength(4);
  });

  for (const type of ['text/html', 'text/plain; charset=utf-16', 'application/octet-stream']) {
    it(`is believed for what it holds, not for being called ${type}`, async () => {
      const { remote, server } = await startClickieRemote();
      server.addFault({ on: {}, fault: { kind: 'content-type', type } });
      expect(await readAll(remote, 'asset')).toHaveLength(4);
    });
  }

  it('without one key of every row takes nothing over', async () => {
    const { remote, server } = await startClickieRemote();
    for (const key of ['id_child', 'child_type']) {
      server.set({ faults: [{ on: { path: '/relationships' }, fault: { kind: 'missing-key', key } }] });
      const error = await catchRemoteError(remote.fetchRelationshipsOf(asset10, 'outgoing', never));
      expect(error.kind).toBe('foreign-answer');
    }
  });

  it('to a create is followed by a look at what is there', async () => {
    for (const body of ['{"status":"error","message":"No","data":null}', '{}', 'null']) {
      const { remote, server } = await startClickieRemote();
      const target = await readRef(remote, { kind: 'metric', remoteId: '21' });
      server.addFault({ on: { method: 'POST' }, fault: { kind: 'body', text: body } });
      await remote.create({ source: asset10, target, ...untyped }, never);
      expect(serverHas(server, 'asset:10', 'metric:21')).toBe(true);
    }
  });

  it('of status 200 to a create that did nothing is no success', async () => {
    const { remote, server } = await startClickieRemote();
    const target = await readRef(remote, { kind: 'metric', remoteId: '21' });
    server.addFault({ on: { method: 'POST' }, fault: { kind: 'status', status: 200 }, when: 'before' });
    await catchRemoteError(remote.create({ source: asset10, target, ...untyped }, never));
    expect(serverHas(server, 'asset:10', 'metric:21')).toBe(false);
  });

  it('of 204 to a delete is a success', async () => {
    const { remote, server } = await startClickieRemote();
    const target = await readRef(remote, { kind: 'metric', remoteId: '5' });
    server.addFault({
      on: { method: 'DELETE' },
      when: 'after',
      fault: { kind: 'status', status: 204, body: 'empty' },
    });
    await expect(remote.remove({ source: asset10, target, ...untyped }, never)).resolves.toBeUndefined();
  });
});

describe('strange but true answers', () => {
  it('with ids beyond 2^31 are read', async () => {
    const { remote } = await startClickieRemote({ switches: { idOffset: 2 ** 31 } });
    expect((await readAll(remote, 'asset')).map(({ remoteId }) => remoteId)).toContain('2147483658');
  });

  it('with NUL, emoji, right-to-left and very long names are read', async () => {
    const { remote } = await startClickieRemote({ switches: { oddNames: true } });
    const names = (await Promise.all(remote.kinds.map((kind) => readAll(remote, kind)))).flat();
    expect(names).toHaveLength(12);
    expect(names.some(({ name }) => name.includes('🏭'))).toBe(true);
  });
});

describe('the key', () => {
  it('never reaches the host that a redirect points to', async () => {
    const seen: string[] = [];
    const elsewhere = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
      response.end('{}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => elsewhere.close(() => resolve())));
    const { port } = elsewhere.address() as AddressInfo; // it listens on a port, not on a path
    const { remote, server } = await startClickieRemote();
    const target = await readRef(remote, { kind: 'metric', remoteId: '21' });
    for (const status of [301, 302, 307, 308] as const) {
      const to = `http://127.0.0.1:${port}/steal`;
      server.set({ faults: [{ on: {}, fault: { kind: 'redirect', to, status } }] });
      await catchRemoteError(remote.identify(never));
      await catchRemoteError(remote.create({ source: asset10, target, ...untyped }, never));
      await catchRemoteError(remote.remove({ source: asset10, target, ...untyped }, never));
    }
    expect(seen).toEqual([]);
  });

  for (const url of ['http://api.clickie.io/v4', 'http://10.0.0.1/v4', 'http://127.0.0.1.example.com/v4']) {
    it(`never travels in the open to ${url}`, () => {
      const connect = () =>
        createClickieRemote(
          { url, scope: '1', secret: 'key', rate: 5, ...plainAccess },
          { clock: createInstantClock(), fetch: () => Promise.reject(new Error('never sent')) },
        );
      expect(connect).toThrow('https');
    });
  }

  it('is in no message, even if it holds what no header can carry', async () => {
    const secret = 'se\ncret-öäü';
    const { remote } = await startClickieRemote({ secret });
    const error = await catchRemoteError(remote.identify(never));
    expect(error.kind).toBe('unauthorised');
    expect(`${error.message} ${String(error.cause)}`).not.toContain('cret-');
  });
});
