import type { FastifyInstance } from 'fastify';

const host = '127.0.0.1';

/** A socket on 127.0.0.1 that can be closed and opened again on the same port. */
export interface Listening {
  /** 0 until a free port was taken. */
  readonly port: number;
  /** Such as `http://127.0.0.1:8787`. */
  readonly origin: string;
  /** Stops listening and cuts all connections. */
  goOffline(): Promise<void>;
  /** Listens, on the same port as before. Rejects when the port is taken. */
  goOnline(): Promise<void>;
}

/** `build` makes a new app each time; a port of 0 takes a free one. */
export function createListening(firstPort: number, build: () => FastifyInstance): Listening {
  let app: FastifyInstance | null = null;
  let port = firstPort;
  return {
    get port() {
      return port;
    },
    get origin() {
      return `http://${host}:${port}`;
    },
    async goOffline() {
      const closing = app;
      app = null;
      await closing?.close();
    },
    async goOnline() {
      if (app) return;
      app = build();
      await app.listen({ host, port });
      port = toPort(app);
    },
  };
}

/** The address is a text only for sockets in the file system. */
function toPort(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}
