import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Handler, World } from './answers.ts';
import { type Controlled, registerControl } from './control.ts';
import type { Delivery } from './faults.ts';
import { toNewEntity } from './new-entity.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { createRandom } from './random.ts';
import { createGet, createList, getAccount, getMyClearance, listAccounts } from './reads.ts';
import { getEdge, listEdges, postEdge, removeEdge } from './relationships.ts';
import { searchMetrics } from './search.ts';
import { seedTiny } from './seed.ts';
import { deleteEntity, mustAccount, nextEntityId, putEntity, type Site } from './site.ts';
import { type ClickieSwitches, defaultSwitches } from './switches.ts';

export interface ClickieServerOptions {
  /** A free port when not given or 0. */
  readonly port?: number;
  /** The tiny site when not given. */
  readonly site?: Site;
  readonly switches?: Partial<ClickieSwitches>;
  /** Opens `/__control` for other processes of this machine. */
  readonly control?: boolean;
  /** Milliseconds since 1970; the system clock when not given. */
  readonly now?: () => number;
}

/** A running server. It listens on 127.0.0.1 only. */
export interface ClickieServer extends Controlled {
  /** Base address of the API, such as `http://127.0.0.1:8787/v4`. */
  readonly url: string;
  readonly port: number;
  clearRequests(): void;
  /** Stops listening and cuts all connections; data, switches and log stay. */
  goOffline(): Promise<void>;
  /** Listens again on the same port. */
  goOnline(): Promise<void>;
  stop(): Promise<void>;
}

type Route = readonly ['GET' | 'POST' | 'DELETE', string, Handler];

const routes: readonly Route[] = [
  ['GET', '/assets', createList('assets', 7, 'Assets')],
  ['GET', '/assets/:id', createGet('assets', 7)],
  ['GET', '/dashboards', createList('dashboards', 8, 'Dashboards')],
  ['GET', '/dashboards/:id', createGet('dashboards', 8)],
  ['GET', '/metrics', createList('metrics', 7, 'Metrics')],
  ['GET', '/metrics/:id', createGet('metrics', 7)],
  ['GET', '/collaborators', createList('collaborators', 7, 'Collaborators')],
  ['GET', '/collaborators/:id', createGet('collaborators', 7)],
  ['GET', '/accounts', listAccounts],
  ['GET', '/accounts/:id', getAccount],
  ['GET', '/clearances/me', getMyClearance],
  ['POST', '/search/metrics', searchMetrics],
  ['GET', '/relationships/:entity/:id', listEdges],
  ['GET', '/relationships/:entity/:id/:entityType', listEdges],
  ['GET', '/relationships/:entity/:id/:childEntity/:childId', getEdge],
  ['POST', '/relationships/:entity/:id/:childEntity/:childId', postEdge],
  ['DELETE', '/relationships/:entity/:id/:childEntity/:childId', removeEdge],
];

const host = '127.0.0.1';
const basePath = '/v4';

/** Starts a Clickie API v4 server on a socket of its own. Rejects when the port is taken. */
export async function startClickieServer(options: ClickieServerOptions = {}): Promise<ClickieServer> {
  const world: World = {
    site: options.site ?? seedTiny(),
    switches: { ...defaultSwitches, ...options.switches },
    now: options.now ?? Date.now,
    random: createRandom(1),
  };
  const pipeline = createPipeline(world);
  let app: FastifyInstance | null = null;
  let port = options.port ?? 0;

  const server: ClickieServer = {
    get url() {
      return `http://${host}:${port}${basePath}`;
    },
    get port() {
      return port;
    },
    get switches() {
      return world.switches;
    },
    get requests() {
      return pipeline.requests;
    },
    get forbiddenWrites() {
      return pipeline.forbiddenWrites;
    },
    site: world.site,
    set: pipeline.set,
    addFault: pipeline.addFault,
    clearFaults: () => pipeline.set({ faults: [] }),
    clearRequests: pipeline.clearRequests,
    createEntity(type, name, accountId) {
      const account = mustAccount(world.site, accountId);
      const id = nextEntityId(account, type, world.switches.reuseIds);
      return putEntity(account, toNewEntity(type, id, name));
    },
    deleteEntity(ref, accountId) {
      const how = { manner: world.switches.entityDelete, cascade: world.switches.cascade };
      return deleteEntity(mustAccount(world.site, accountId), ref, how, world.now());
    },
    async goOffline() {
      const closing = app;
      app = null;
      await closing?.close();
    },
    async goOnline() {
      if (app) return;
      app = createApp(world, pipeline);
      if (options.control) registerControl(app, server);
      await app.listen({ host, port });
      port = toPort(app);
    },
    stop: () => server.goOffline(),
  };
  await server.goOnline();
  return server;
}

/** The address is a text only for sockets in the file system. */
function toPort(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

function createApp(world: World, pipeline: Pipeline): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  // Bodies are read by the handlers: a client may send JSON headers without a body.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  const serve = async (request: FastifyRequest, reply: FastifyReply, handler: Handler | null) => {
    const delivery = pipeline.handle(toIncoming(request), handler);
    if (world.switches.delayMs > 0) await waitFor(world.switches.delayMs);
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

function toIncoming(request: FastifyRequest) {
  const url = new URL(request.url, `http://${host}`);
  const isBelowBase = url.pathname.startsWith(`${basePath}/`);
  return {
    method: request.method,
    path: isBelowBase ? url.pathname.slice(basePath.length) : url.pathname,
    // Routes here have plain named parameters only, which are always text.
    params: request.params as Record<string, string>,
    query: Object.fromEntries(url.searchParams),
    body: typeof request.body === 'string' ? request.body : '',
    authorization: request.headers.authorization,
    account: toText(request.headers.account),
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
  reply.code(answer.status).headers(answer.headers).header('content-type', answer.contentType);
  if (delivery.kind === 'padded') {
    reply.send(Readable.from(padded(answer.body, delivery.padding)));
    return;
  }
  if (delivery.kind === 'trickled') {
    reply.send(Readable.from(trickle(answer.body, delivery.everyMs)));
    return;
  }
  if (delivery.delayMs > 0) await waitFor(delivery.delayMs);
  reply.send(Buffer.from(delivery.bytes));
}

/** A late answer does not keep a stopped server's process alive. */
function waitFor(ms: number): Promise<void> {
  return wait(ms, undefined, { ref: false });
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
