import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Fetch } from '../../../src-main/backend/ports.ts';
import { RemoteError } from '../../../src-main/backend/remote/errors.ts';
import { createHttpClient } from '../../../src-main/backend/remote/http.ts';
import { describeTransport } from '../../../src-main/backend/remote/transport-error.ts';
import { type Certificate, createCertificate } from '../../support/certificate.ts';
import { createInstantClock } from '../../support/instant-clock.ts';

const never = new AbortController().signal;
const yearMs = 365 * 24 * 3600 * 1000;
const inYears = (years: number) => new Date(Date.now() + years * yearMs);

async function listen({ cert, key }: Certificate): Promise<number> {
  const server = createServer({ cert, key }, (_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port; // it listens on a port, not on a pipe
}

/** Trusts the given authority besides those of the system, and fails as `fetch` does. */
function createTrusting(ca: string): Fetch {
  return (url) =>
    new Promise((resolve, reject) => {
      request(url, { ca, agent: false }, (response) => {
        response.resume();
        resolve(new Response('{}', { status: response.statusCode ?? 500 }));
      })
        .once('error', (cause) => reject(new TypeError('fetch failed', { cause })))
        .end();
    });
}

async function send(port: number, fetch: Fetch): Promise<unknown> {
  const http = createHttpClient({
    remote: 'Somewhere',
    baseUrl: `https://localhost:${port}`,
    headers: {},
    conceals: () => [],
    rate: 100,
    concurrency: 1,
    clock: createInstantClock(),
    fetch,
  });
  return await http.send({ method: 'GET', path: '/', signal: never }).catch((error: unknown) => error);
}

describe('a certificate', () => {
  it('that is in order lets the request through', async () => {
    const made = createCertificate({ name: 'localhost', from: inYears(-1), until: inYears(1) });
    expect(await send(await listen(made), createTrusting(made.cert))).toMatchObject({ status: 200 });
  });

  it('out of date is told as that, with both ways out', async () => {
    const made = createCertificate({ name: 'localhost', from: inYears(-2), until: inYears(-1) });
    const error = await send(await listen(made), createTrusting(made.cert));
    expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('out of date') });
  });

  it('made out to another name is told as that', async () => {
    const made = createCertificate({ name: 'elsewhere.example', from: inYears(-1), until: inYears(1) });
    const error = await send(await listen(made), createTrusting(made.cert));
    expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('another name') });
  });

  it('that vouches for itself is told as one that nobody trusts', async () => {
    const made = createCertificate({ name: 'localhost', from: inYears(-1), until: inYears(1) });
    const error = await send(await listen(made), (url, init) => fetch(url, init));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('self-signed') });
  });
});

describe('what kept a request from being answered', () => {
  for (const [message, word] of [
    ['net::ERR_CERT_DATE_INVALID', 'out of date'],
    ['net::ERR_CERT_COMMON_NAME_INVALID', 'another name'],
    ['net::ERR_CERT_AUTHORITY_INVALID', 'vouches'],
    ['net::ERR_CERT_REVOKED', 'revoked'],
    ['net::ERR_SSL_PROTOCOL_ERROR', 'HTTPS'],
    ['net::ERR_TUNNEL_CONNECTION_FAILED', 'proxy'],
    ['net::ERR_NAME_NOT_RESOLVED', 'name of the server'],
    ['getaddrinfo ENOTFOUND api.example', 'name of the server'],
  ] as const) {
    it(`is advised on for ${message}`, () => {
      const trouble = describeTransport(new Error(message));
      expect(trouble.reason).toBe(message);
      expect(trouble.advice).toContain(word);
    });
  }

  it('has no advice where there is none', () => {
    expect(describeTransport(new Error('connect ECONNREFUSED 127.0.0.1:1')).advice).toBeNull();
    expect(describeTransport('words')).toEqual({ reason: 'words', advice: null });
  });
});
