import { DEFAULT_KEY } from '../../servers/clickie/seed.ts';
import {
  type ClickieServer,
  type ClickieServerOptions,
  startClickieServer,
} from '../../servers/clickie/server.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is not. */
  json(): Promise<unknown>;
}

export interface AskOptions {
  readonly method?: string;
  readonly key?: string | null;
  readonly account?: number | string | null;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface Client {
  readonly server: ClickieServer;
  ask(path: string, options?: AskOptions): Promise<Reply>;
  /** `data` of a list, as rows. */
  rows(path: string): Promise<readonly Record<string, unknown>[]>;
  post(path: string): Promise<Reply>;
  remove(path: string): Promise<Reply>;
}

/** `data` of an envelope that holds a list. */
export function toData(text: string): Record<string, unknown>[] {
  // Tests look at every row that matters to them, so its shape need not be proved here.
  return (JSON.parse(text) as { data: Record<string, unknown>[] }).data;
}

/** A server of its own with the smallest possible client, as curl would be; the caller stops it. */
export async function startWithClient(options: ClickieServerOptions = {}): Promise<Client> {
  const server = await startClickieServer(options);
  const ask = async (path: string, askOptions: AskOptions = {}): Promise<Reply> => {
    const { method = 'GET', key = DEFAULT_KEY, account, body, signal } = askOptions;
    const accountText = account === undefined ? String(Math.min(...server.site.accounts.keys())) : account;
    const response = await fetch(`${server.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(key === null ? {} : { Authorization: key }),
        ...(accountText === null ? {} : { Account: String(accountText) }),
      },
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: async () => JSON.parse(text) };
  };
  const rows = async (path: string) => {
    return toData((await ask(path)).text);
  };
  const post = (path: string) => ask(path, { method: 'POST' });
  return { server, ask, rows, post, remove: (path) => ask(path, { method: 'DELETE' }) };
}
