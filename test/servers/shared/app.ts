import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Delivery } from './faults.ts';
import type { Incoming } from './pipeline.ts';

/** A method, a path below the base path in the notation of Fastify, and what it leads to. */
export type Route<H> = readonly ['GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', string, H];

/** What is needed to serve a remote's API. */
export interface Serving<H> {
  readonly routes: readonly Route<H>[];
  /** Before every path, such as `/v4`; may be empty. */
  readonly basePath: string;
  /** `handler` is null where no route fits. */
  handle(incoming: Incoming, handler: H | null): Delivery;
  /** By how many milliseconds every answer is late. */
  delayMs(): number;
}

/** Builds a Fastify app that puts deliveries on the socket; it does not listen yet. */
export function createApp<H>({ routes, basePath, handle, delayMs }: Serving<H>): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  // Bodies are read by the handlers: a client may send JSON headers without a body.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  const serve = async (request: FastifyRequest, reply: FastifyReply, handler: H | null) => {
    const delivery = handle(toIncoming(request, basePath), handler);
    await waitFor(delayMs());
    await send(reply, delivery);
    return reply;
  };
  for (const [method, path, handler] of routes) {
    app.route({
      method,
      url: `${basePath}${path}`,
      handler: (request, reply) => serve(request, reply, handler),
    });
  }
  app.setNotFoundHandler((request, reply) => serve(request, reply, null));
  return app;
}

function toIncoming(request: FastifyRequest, basePath: string): Incoming {
  const url = new URL(request.url, 'http://localhost');
  const isBelowBase = url.pathname.startsWith(`${basePath}/`);
  return {
    method: request.method,
    path: isBelowBase ? url.pathname.slice(basePath.length) : url.pathname,
    // Routes here have plain named parameters only, which are always text.
    params: request.params as Record<string, string>,
    query: Object.fromEntries(url.searchParams),
    body: typeof request.body === 'string' ? request.body : '',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, toText(value)]),
    ),
  };
}

function toText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

async function send(reply: FastifyReply, delivery: Delivery): Promise<void> {
  if (delivery.kind === 'silence') {
    reply.hijack();
    return;
  }
  if (delivery.kind === 'cut') {
    cut(reply, delivery);
    return;
  }
  const { answer } = delivery;
  reply.code(answer.status).headers(answer.headers);
  if (answer.status !== 204 || answer.body !== '') reply.header('content-type', answer.contentType);
  if (delivery.kind === 'padded') {
    reply.send(Readable.from(padded(answer.body, delivery.padding)));
    return;
  }
  if (delivery.kind === 'trickled') {
    reply.send(Readable.from(trickle(answer.body, delivery.everyMs)));
    return;
  }
  await waitFor(delivery.delayMs + (answer.delayMs ?? 0));
  if (answer.chunkBytes === undefined) reply.send(Buffer.from(delivery.bytes));
  else reply.send(Readable.from(pieces(Buffer.from(delivery.bytes), answer.chunkBytes)));
}

/** A late answer does not keep a stopped server's process alive. */
async function waitFor(ms: number): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { ref: false });
}

/** The promised length is that of the whole body, so that the client can tell that bytes are missing. */
function cut(reply: FastifyReply, { answer, after }: Extract<Delivery, { kind: 'cut' }>): void {
  reply.hijack();
  const { raw } = reply;
  if (after === null) {
    raw.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  raw.writeHead(answer.status, { 'content-type': answer.contentType, 'content-length': body.length });
  raw.flushHeaders();
  // One byte is always held back: a body that is complete would not be a dropped connection.
  const sent = body.subarray(0, Math.min(after, body.length - 1));
  if (sent.length === 0) setImmediate(() => raw.destroy());
  else raw.write(sent, () => raw.destroy());
}

function* pieces(body: Buffer, bytes: number): Generator<Buffer> {
  for (let at = 0; at < body.length; at += bytes) yield body.subarray(at, at + bytes);
}

function* padded(body: string, bytes: number): Generator<Buffer> {
  yield Buffer.from(body);
  const chunk = Buffer.alloc(64 * 1024, ' ');
  for (let left = bytes; left > 0; left -= chunk.length)
    yield chunk.subarray(0, Math.min(left, chunk.length));
}

async function* trickle(body: string, everyMs: number): AsyncGenerator<Buffer> {
  for (const byte of Buffer.from(body)) {
    await waitFor(everyMs);
    yield Buffer.of(byte);
  }
}
