import { DEFAULT_KEY, tinyId } from '../../../servers/algapsa/seed.ts';
import {
  type AlgapsaServer,
  type AlgapsaServerOptions,
  startAlgapsaServer,
} from '../../../servers/algapsa/server.ts';

/** A row, an error or an envelope as it came. */
export type Json = Record<string, unknown>;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is not. */
  json(): Json;
  /** `data` of the envelope, as rows. */
  rows(): Json[];
  /** `data` of the envelope, as one row. */
  row(): Json;
}

export interface AskOptions {
  readonly method?: string;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface Client {
  readonly server: AlgapsaServer;
  /** Paths are below `/api/v1`. */
  ask(path: string, options?: AskOptions): Promise<Reply>;
  /** Relates two assets of the tiny fleet. */
  relate(parent: number, child: number, type?: string): Promise<Reply>;
  /** The relationships that an asset of the tiny fleet is listed with. */
  related(n: number): Promise<Json[]>;
}

function toReply(response: Response, text: string): Reply {
  // Tests look at every value that matters to them, so its shape need not be proved here.
  const json = () => JSON.parse(text) as Json;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json,
    rows: () => json().data as Json[],
    row: () => json().data as Json,
  };
}

/** A server of its own with the smallest possible client, as curl would be; the caller stops it. */
export async function startWithClient(options: AlgapsaServerOptions = {}): Promise<Client> {
  const server = await startAlgapsaServer(options);
  const ask = async (path: string, askOptions: AskOptions = {}): Promise<Reply> => {
    const { method = 'GET', key = DEFAULT_KEY, headers = {}, body, signal } = askOptions;
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { ...(key === null ? {} : { 'x-api-key': key }), ...headers },
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
    return toReply(response, await response.text());
  };
  return {
    server,
    ask,
    relate: (parent, child, type = 'connected to') =>
      ask(`/assets/${tinyId(parent)}/relationships`, {
        method: 'POST',
        body: JSON.stringify({ related_asset_id: tinyId(child), relationship_type: type }),
      }),
    related: async (n) => (await ask(`/assets/${tinyId(n)}/relationships`)).rows(),
  };
}
