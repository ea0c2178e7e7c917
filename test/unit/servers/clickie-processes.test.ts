import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Client, startWithClient } from './support.ts';

const folder = path.resolve(import.meta.dirname, '../../servers/clickie');
const headers = (account: number | string, key: string) => ({ authorization: key, account: String(account) });

let children: ChildProcess[] = [];
let clients: Client[] = [];
afterEach(async () => {
  await Promise.all(children.map(end));
  await Promise.all(clients.map(({ server }) => server.stop()));
  children = [];
  clients = [];
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

function startMain(...args: string[]) {
  const child = spawn(process.execPath, [path.join(folder, 'main.ts'), ...args], { stdio: 'pipe' });
  children.push(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const exit = once(child, 'exit').then(() => ({ code: child.exitCode, output }));
  const ready = async () => {
    while (!output.includes('curl')) await once(child.stdout, 'data');
    return output;
  };
  return { child, exit, ready };
}

describe('the server on the command line', () => {
  test('prints how to reach it, serves, and stops on SIGTERM', async () => {
    const { child, exit, ready } = startMain('--scale', 'tiny');
    const output = await ready();
    const [, url = ''] = /URL +(\S+)/.exec(output) ?? [];
    const [, account = ''] = /Account +(\S+)/.exec(output) ?? [];
    const [, key = ''] = /Key +(\S+)/.exec(output) ?? [];
    expect(output).toContain(
      `curl -H 'Authorization: ${key}' -H 'Account: ${account}' '${url}/assets?limit=3'`,
    );
    const response = await fetch(`${url}/assets`, { headers: headers(account, key) });
    expect(await response.json()).toMatchObject({ status: 'success' });
    child.kill('SIGTERM');
    expect((await exit).code).toBe(0);
  });

  test('stops by itself after the time given', async () => {
    const { exit } = startMain('--scale', 'tiny', '--for', '1');
    expect((await exit).code).toBe(0);
  });

  test('stops when its parent closes standard input', async () => {
    const { child, exit, ready } = startMain('--scale', 'tiny', '--with-parent');
    await ready();
    child.stdin.end();
    expect((await exit).code).toBe(0);
  });

  test.each([
    [['--port', 'http'], '--port must be a whole number from 0 to 65535, not “http”'],
    [['--scale', 'huge'], '--scale must be tiny, plant or large, not “huge”'],
    [['--for', '0'], '--for must be a whole number'],
    [['--colour'], "Unknown option '--colour'"],
  ])('%j is a usage error', async (args, message) => {
    const { code, output } = await startMain(...args).exit;
    expect(code).toBe(2);
    expect(output).toContain(message);
    expect(output).toContain('Usage: npm run server:clickie');
  });
});
describe('the control surface', () => {
  async function startControlled(control: boolean) {
    const client = await startWithClient({ control });
    clients.push(client);
    const base = `http://127.0.0.1:${client.server.port}/__control`;
    const send = async (method: string, what: string, value?: unknown) => {
      const body = value === undefined ? {} : { body: JSON.stringify(value) };
      const response = await fetch(`${base}/${what}`, { method, ...body });
      return { status: response.status, value: await response.json() };
    };
    return { client, send };
  }

  test('is closed unless asked for', async () => {
    const { send } = await startControlled(false);
    expect((await send('GET', 'state')).status).toBe(401);
    expect((await send('POST', 'switches', { order: 'desc' })).status).toBe(401);
  });

  test('turns switches and refuses those that do not exist', async () => {
    const { client, send } = await startControlled(true);
    expect((await send('POST', 'switches', { order: 'desc', limitCap: 1 })).status).toBe(200);
    expect(client.server.switches).toMatchObject({ order: 'desc', limitCap: 1, duplicate: 400 });
    expect((await send('POST', 'switches', { oder: 'desc' })).status).toBe(400);
    expect((await send('POST', 'switches', { duplicate: 418 })).status).toBe(400);
    expect((await send('POST', 'switches')).status).toBe(400);
  });

  test('adds faults and clears them', async () => {
    const { client, send } = await startControlled(true);
    const on = { path: { regexp: '^/assets$' } };
    await send('POST', 'faults', { on, fault: { kind: 'status', status: 503 } });
    await send('POST', 'faults', [{ on: {}, times: 1, fault: { kind: 'bom' } }]);
    expect((await client.ask('/assets')).status).toBe(503);
    expect((await send('POST', 'faults', { fault: { kind: 'boom' } })).status).toBe(400);
    await send('DELETE', 'faults');
    expect((await client.ask('/assets')).status).toBe(200);
  });

  test('tells edges, counts and requests, and no key', async () => {
    const { client, send } = await startControlled(true);
    client.server.addFault({ on: { path: /never/ }, fault: { kind: 'hang' } });
    await client.ask('/assets');
    const { value } = await send('GET', 'state');
    expect(value).toMatchObject({
      accounts: [{ id: 1, name: 'Main', counts: { assets: 4, metrics: 3 } }, { id: 2 }],
      requests: [{ method: 'GET', path: '/assets', status: 200 }],
      switches: { faults: [{ on: { path: { regexp: 'never' } } }] },
    });
    expect(JSON.stringify(value)).toContain('{"parent":"assets/10","child":"metrics/5"}');
    expect(JSON.stringify(value)).not.toContain('-key"');
  });

  test('creates, deletes and archives entities as a colleague would', async () => {
    const { client, send } = await startControlled(true);
    const made = await send('POST', 'entities', { do: 'create', type: 'assets', name: 'New shed' });
    expect(made.value).toEqual({ ok: true, id: 21 });
    await send('POST', 'entities', { do: 'archive', type: 'assets', id: 20 });
    expect(await client.rows('/assets?archived=true')).toMatchObject([{ id_asset: 20 }]);
    expect((await send('POST', 'entities', { do: 'delete', type: 'assets', id: 20 })).value).toEqual({
      ok: true,
    });
    expect((await client.ask('/assets/20')).status).toBe(404);
    expect((await send('POST', 'entities', { do: 'delete', type: 'assets', id: 20 })).value).toEqual({
      ok: false,
    });
  });
});
