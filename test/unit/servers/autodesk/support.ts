import { createHash } from 'node:crypto';
import { type EntityRef, toRef } from '../../../servers/autodesk/entity-ref.ts';
import { CLIENT, tinyIds } from '../../../servers/autodesk/seed.ts';
import {
  type AutodeskServer,
  type AutodeskServerOptions,
  type SignIn,
  startAutodeskServer,
} from '../../../servers/autodesk/server.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is not. */
  json(): Body;
}

/** A JSON object; tests look at the fields that matter to them. */
export type Body = Readonly<Record<string, unknown>>;

export interface AskOptions {
  readonly method?: string;
  /** Sent as JSON unless it is text. */
  readonly body?: unknown;
  /** Replace the usual ones; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly as?: SignIn;
}

export interface Client {
  readonly server: AutodeskServer;
  ask(path: string, options?: AskOptions): Promise<Reply>;
  get(path: string): Promise<Body>;
  post(path: string, body: unknown): Promise<Body>;
}

/** The tiny building's container in the Relationships API. */
export const container = `/bim360/relationship/v2/containers/${tinyIds.project}`;
export const relationships = `${container}/relationships`;
export const writable = '/bim360/relationship/v2/utility/relationships:writable';
/** The tiny building in the Assets API. */
export const assetsV1 = `/bim360/assets/v1/projects/b.${tinyIds.project}`;
export const assetsV2 = `/bim360/assets/v2/projects/b.${tinyIds.project}`;

export const asset = (n: number): EntityRef => toRef('asset', tinyIds.asset(n));
export const issue = (n: number): EntityRef => toRef('issue', tinyIds.issue(n));
export const document = (n: number): EntityRef => toRef('document', tinyIds.document(n));
export const checklist = (n: number): EntityRef => toRef('checklist', tinyIds.checklist(n));

const running: AutodeskServer[] = [];

/** A server of its own with the smallest possible client, as curl would be. */
export async function start(options: AutodeskServerOptions = {}): Promise<Client> {
  const server = await startAutodeskServer(options);
  running.push(server);
  const tokens = new Map<string, string>();
  const tokenOf = (who: SignIn = {}) => {
    const key = JSON.stringify(who);
    const token = tokens.get(key) ?? server.signIn(who).access_token;
    tokens.set(key, token);
    return token;
  };
  const ask = async (path: string, { method, body, headers = {}, as }: AskOptions = {}): Promise<Reply> => {
    const usual: Record<string, string | null> = {
      authorization: `Bearer ${tokenOf(as)}`,
      'x-ads-region': 'EMEA',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const response = await fetch(`${server.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: Object.entries(usual).filter((entry): entry is [string, string] => entry[1] !== null),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  };
  const get = async (path: string) => (await ask(path)).json();
  const post = async (path: string, body: unknown) => (await ask(path, { body })).json();
  return { server, ask, get, post };
}

/** Stops every server that the test started. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.stop()));
}

/** The rows of a list under a key. */
export function rowsOf(body: Body, key: string): Body[] {
  const rows: unknown = body[key];
  if (!Array.isArray(rows)) throw new Error(`No list under ${key}`);
  return rows;
}

/** The ids of relationships, without what comes before their number. */
export function numbersOf(rows: readonly Body[]): number[] {
  return rows.map(({ id }) => Number(String(id).slice(-12)));
}

/** One page of sync. */
export interface SyncPage {
  readonly current: number[];
  readonly deleted: number[];
  readonly moreData: boolean;
  readonly overwrite: boolean;
  readonly nextSyncToken: string;
  readonly rows: readonly Body[];
  readonly deletedRows: readonly Body[];
}

/** Asks for one page of sync with the body given. */
export async function sync(client: Client, body: object = {}, as: SignIn = {}): Promise<SyncPage> {
  const reply = await client.ask(`${relationships}:sync`, { body, as });
  if (reply.status !== 200) throw new Error(`Sync was answered with ${reply.status}: ${reply.text}`);
  const page = reply.json();
  const rows = rowsOf(page.current as Body, 'data');
  const deletedRows = rowsOf(page.deleted as Body, 'data');
  return {
    current: numbersOf(rows),
    deleted: numbersOf(deletedRows),
    moreData: page.moreData === true,
    overwrite: page.overwrite === true,
    nextSyncToken: String(page.nextSyncToken),
    rows,
    deletedRows,
  };
}

/** A clock that stands still until it is moved on. */
export function createClock(start = Date.UTC(2026, 0, 5, 9)) {
  let time = start;
  return {
    now: () => time,
    pass(seconds: number) {
      time += seconds * 1000;
    },
  };
}

/** What a client makes up for one login. */
export const verifier = 'v'.repeat(50);
const challenge = createHash('sha256').update(verifier).digest('base64url');
export const redirectUri = 'http://localhost:8080/oauth/callback/';

/** The address of the authorize page; a parameter that is null is left out. */
export function toAuthorizePath(changes: Readonly<Record<string, string | null>> = {}): string {
  const parameters: Record<string, string | null> = {
    response_type: 'code',
    client_id: CLIENT.clientId,
    redirect_uri: redirectUri,
    scope: 'data:read data:write data:create',
    state: 'state-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null);
  return `/authentication/v2/authorize?${new URLSearchParams(given)}`;
}

/** Posts a form without any Authorization header. */
export function postForm(
  client: Client,
  path: string,
  form: Readonly<Record<string, string>>,
): Promise<Reply> {
  return client.ask(`/authentication/v2/${path}`, {
    body: new URLSearchParams({ client_id: CLIENT.clientId, ...form }).toString(),
    headers: { authorization: null, 'content-type': 'application/x-www-form-urlencoded' },
  });
}

/** Goes to the authorize page and returns the code that the redirect carries. */
export async function getCode(
  client: Client,
  changes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const reply = await client.ask(toAuthorizePath(changes), { headers: { authorization: null } });
  return new URL(reply.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

/** Trades a code for tokens. */
export function tradeCode(client: Client, code: string, changes: Readonly<Record<string, string>> = {}) {
  return postForm(client, 'token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...changes,
  });
}

/** Trades a refresh token for new tokens. */
export function refresh(client: Client, token: string, changes: Readonly<Record<string, string>> = {}) {
  return postForm(client, 'token', { grant_type: 'refresh_token', refresh_token: token, ...changes });
}
