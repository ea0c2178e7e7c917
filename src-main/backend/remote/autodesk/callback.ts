import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { RemoteError } from '../errors.ts';
import { toCallbackPage } from './callback-page.ts';

/** A door on this computer through which the browser comes back after a sign-in. */
export interface Callback {
  /** Resolves with the query of the first visit that carries the state; all others are turned away. */
  readonly visited: Promise<URLSearchParams>;
  close(): Promise<void>;
}

/** The loopback addresses behind a host. A browser may take either of `localhost`. */
const loopbacks: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  '127.0.0.1': ['127.0.0.1'],
  '[::1]': ['::1'],
};

/** Listens on the loopback interface only. Throws `refused` where the port is not to be had. */
export async function openCallback(address: string, state: string): Promise<Callback> {
  const url = new URL(address);
  const { promise: visited, resolve } = Promise.withResolvers<URLSearchParams>();
  const servers: Server[] = [];
  const close = async () => {
    await Promise.all(servers.splice(0).map(stop));
  };
  try {
    for (const host of loopbacks[url.hostname] ?? []) {
      const server = createServer((request, response) => answer(url, state, request, response, resolve));
      if (await isListening(server, host, Number(url.port))) servers.push(server);
    }
    if (servers.length === 0) throw toNoDoor(url, null);
  } catch (error) {
    await close();
    throw error instanceof RemoteError ? error : toNoDoor(url, error);
  }
  return { visited, close };
}

/** Answers false where the computer has no such interface at all, as many have no IPv6. */
async function isListening(server: Server, host: string, port: number): Promise<boolean> {
  server.listen({ host, port });
  try {
    await once(server, 'listening');
    return true;
  } catch (error) {
    if (hasCode(error, 'EADDRNOTAVAIL') || hasCode(error, 'EAFNOSUPPORT')) return false;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function toNoDoor({ port }: URL, cause: unknown): RemoteError {
  const why = hasCode(cause, 'EADDRINUSE') ? 'is used by another program' : 'cannot be listened on';
  return new RemoteError(
    'refused',
    `Port ${port} of this computer ${why}, so the browser could not come back to Weft. Close that program, or set another callback, one that is registered with the app.`,
    { cause },
  );
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function answer(
  url: URL,
  state: string,
  request: IncomingMessage,
  response: ServerResponse,
  resolve: (query: URLSearchParams) => void,
): void {
  const visit = toVisit(url, request);
  if (visit === null) return show(response, 404, 'not-here');
  // anybody on this computer can knock; only who holds the state ends the wait
  if (visit.get('state') !== state) return show(response, 400, 'not-ours');
  show(response, 200, visit.has('error') ? 'denied' : 'done', () => resolve(visit));
}

/** The query of a visit to exactly the callback's address; the host is checked against names bound to this computer. */
function toVisit(url: URL, { method, url: target = '', headers }: IncomingMessage): URLSearchParams | null {
  if (method !== 'GET' || headers.host !== url.host || !target.startsWith('/')) return null;
  const [path, query = ''] = target.split('?', 2);
  return path === url.pathname ? new URLSearchParams(query) : null;
}

function show(
  response: ServerResponse,
  status: number,
  page: Parameters<typeof toCallbackPage>[0],
  shown: () => void = () => undefined,
): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(toCallbackPage(page), shown);
}
