import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAutodeskSecret } from '../../../src-main/backend/remote/autodesk/sign-in-secret.ts';
import { CLIENT, COLLEAGUE, tinyIds } from '../../servers/autodesk/seed.ts';
import { startAutodeskServer } from '../../servers/autodesk/server.ts';
import type { AutodeskSwitches } from '../../servers/autodesk/switches.ts';
import { findFreePort } from '../../support/autodesk-sign-in.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { startNode } from '../../support/node-child.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

async function start(switches: Partial<AutodeskSwitches> = {}) {
  const server = await startAutodeskServer({ switches: { callbackPort: 'any', ...switches } });
  onTestFinished(() => server.stop());
  const folder = createTempFolder();
  const [workspace, tokenFile] = [join(folder, 'test.weft'), join(folder, 'sign-in.json')];
  const env = { WEFT_TEST_TOKEN: server.signIn().access_token };
  const weft = (...args: string[]) => runCommandLine([...args, '--workspace', workspace, '--json'], env);
  const access = ['--name', 'building', '--url', server.url, '--region', 'EMEA'];
  const port = String(await findFreePort());
  const signIn = [...access, '--client-id', CLIENT.clientId, '--token-file', tokenFile];
  const browser = ['--callback-port', port, '--no-browser'];
  return { server, folder, workspace, tokenFile, weft, access, signIn: [...signIn, ...browser] };
}

/** Runs a connect and, once it says which address to open, opens it as a browser does. */
async function connectInBrowser(workspace: string, args: readonly string[]) {
  const all = ['connect', 'autodesk', ...args, '--workspace', workspace, '--json'];
  const child = startNode('src-main/backend/cli.ts', all);
  const closed = once(child, 'close');
  let [stdout, stderr, page] = ['', '', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8');
  for await (const text of child.stderr ?? []) {
    stderr += String(text);
    const address = /http:\S+authorize\S+\n/.exec(stderr)?.[0].trim();
    if (address !== undefined && page === '') page = await (await fetch(address)).text();
  }
  await closed;
  return { code: child.exitCode, stdout, stderr, page, json: (): unknown => JSON.parse(stdout) };
}

const connected = (url: string) => ({
  id: 1,
  name: 'building',
  remote: 'autodesk',
  url,
  project: tinyIds.project,
  state: 'never-synced',
});

describe('connect autodesk by a sign-in', () => {
  test('prints the address, waits for the browser, saves, and the next sync needs no browser', async () => {
    const { server, workspace, weft, signIn } = await start();
    const result = await connectInBrowser(workspace, [...signIn, '--project', `b.${tinyIds.project}`]);
    expect(result).toMatchObject({ code: 0, page: expect.stringContaining('Go back to Weft') });
    expect(result.json()).toEqual(connected(server.url));
    expect((await weft('sync', 'building')).json()).toMatchObject({ complete: true, failed: [] });
    expect((await weft('entities', '--search', 'AHU-01', '--kind', 'asset')).json()).toMatchObject([
      { name: 'AHU-01' },
    ]);
  });

  test('keeps the sign-in in the named file, for its owner alone, renewed at each sync, and nowhere else', async () => {
    const { folder, workspace, tokenFile, weft, signIn } = await start({ accessTokenSeconds: 1 });
    const result = await connectInBrowser(workspace, [...signIn, '--project', tinyIds.project]);
    expect(result.code).toBe(0);
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    const first = readFileSync(tokenFile, 'utf8');
    const synced = await weft('sync', 'building');
    expect(synced.json()).toMatchObject({ complete: true });
    const second = readFileSync(tokenFile, 'utf8');
    expect(second).not.toBe(first);
    const tokens = [first, second].flatMap(toTokens);
    const said = [
      result.stdout,
      result.stderr,
      synced.stdout,
      synced.stderr,
      (await weft('status')).stdout,
    ].join('\n');
    const files = readdirSync(folder).filter((name) => name !== 'sign-in.json');
    const kept = files.map((name) => readFileSync(join(folder, name), 'latin1')).join('\n');
    expect(files).toContain('test.weft');
    for (const token of tokens) {
      expect(said).not.toContain(token);
      expect(kept).not.toContain(token);
    }
  });

  test('takes the only project that the person can see', async () => {
    const { server, workspace, signIn } = await start({ signedIn: COLLEAGUE.id });
    const result = await connectInBrowser(workspace, signIn);
    expect(result.code).toBe(0);
    expect(result.json()).toEqual(connected(server.url));
  });

  test('lists several projects and ends with 3: nothing is saved, and the sign-in is over', async () => {
    const { server, workspace, tokenFile, signIn } = await start();
    const result = await connectInBrowser(workspace, signIn);
    expect(result.code).toBe(3);
    expect(result.json()).toEqual({
      complete: true,
      projects: expect.arrayContaining([
        { id: tinyIds.project, name: 'Tiny Building', hub: 'Tiny Builders', region: 'EMEA' },
      ]),
    });
    expect([existsSync(workspace), existsSync(tokenFile)]).toEqual([false, false]);
    expect(server.requests.filter(({ path }) => path === '/authentication/v2/revoke')).toHaveLength(2);
  });

  test('denied in the browser, it ends with 1 and saves nothing', async () => {
    const { workspace, tokenFile, signIn } = await start({ login: 'denied' });
    const result = await connectInBrowser(workspace, [...signIn, '--project', tinyIds.project]);
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({
      error: { code: 'refused', message: expect.stringContaining('denied') },
    });
    expect([existsSync(workspace), existsSync(tokenFile)]).toEqual([false, false]);
  });

  test('a project that the person cannot see ends with 1 and the advice, and keeps no connection', async () => {
    const { weft, workspace, tokenFile, signIn } = await start({ signedIn: COLLEAGUE.id });
    const result = await connectInBrowser(workspace, [...signIn, '--project', tinyIds.accProject]);
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({ error: { code: 'forbidden' } });
    expect((await weft('status')).json()).toMatchObject({ connections: [] });
    expect(existsSync(tokenFile)).toBe(false);
  });

  test('after fifteen days a sync says to sign in again, and what is pending is kept', async () => {
    const { server, workspace, weft, signIn } = await start();
    await connectInBrowser(workspace, [...signIn, '--project', tinyIds.project]);
    await weft('sync', 'building');
    await weft('relate', `building:asset:${tinyIds.asset(4)}`, `building:issue:${tinyIds.issue(1)}`);
    server.set({ accessTokenSeconds: 1 });
    const parsed = parseAutodeskSecret(readFileSync(join(workspace, '..', 'sign-in.json'), 'utf8'));
    if (parsed.kind === 'sign-in') await revokeAtServer(server.url, parsed.signIn);
    const result = await weft('sync', 'building');
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({
      complete: false,
      failed: [{ code: 'sign-in-expired', message: expect.stringContaining('Sign in again') }],
    });
    expect((await weft('outbox')).json()).toHaveLength(1);
  });
});

function toTokens(secret: string): string[] {
  const parsed = parseAutodeskSecret(secret);
  return parsed.kind === 'sign-in' ? [parsed.signIn.accessToken, parsed.signIn.refreshToken] : [];
}

/** What fifteen idle days do to a sign-in, on a server whose clock the other process does not share. */
async function revokeAtServer(
  url: string,
  tokens: { readonly accessToken: string; readonly refreshToken: string },
) {
  for (const token of [tokens.accessToken, tokens.refreshToken]) {
    const body = new URLSearchParams({ token, client_id: CLIENT.clientId });
    await fetch(`${url}/authentication/v2/revoke`, { method: 'POST', body });
  }
}

describe('connect autodesk by an access token', () => {
  test('reads it from the environment at each call', async () => {
    const { server, weft, access } = await start();
    const args = [...access, '--project', tinyIds.project, '--secret-env', 'WEFT_TEST_TOKEN'];
    expect((await weft('connect', 'autodesk', ...args)).json()).toEqual(connected(server.url));
    expect((await weft('sync', 'building')).json()).toMatchObject({ complete: true });
  });

  test('shows what a service made, for programs and for people', async () => {
    const { weft, workspace, access } = await start();
    await weft(
      'connect',
      'autodesk',
      ...access,
      '--project',
      tinyIds.project,
      '--secret-env',
      'WEFT_TEST_TOKEN',
    );
    await weft('sync', 'building');
    const of = ['relationships', '--of', `building:checklist:${tinyIds.checklist(1)}`];
    expect((await weft(...of)).json()).toMatchObject([{ state: 'synced', flags: ['by-service'] }]);
    const lines = await runCommandLine([...of, '--workspace', workspace], {});
    expect(lines.stdout).toContain('synced, made by a service');
  });

  test('one that has ended ends with 1 and says what to do', async () => {
    const { weft, access } = await start();
    const args = [...access, '--project', tinyIds.project, '--secret-env', 'WEFT_OLD_TOKEN'];
    const all = ['connect', 'autodesk', ...args, '--workspace', join(createTempFolder(), 'a.weft'), '--json'];
    const result = await runCommandLine(all, { WEFT_OLD_TOKEN: 'ended-long-ago' });
    expect(result.code).toBe(1);
    expect(result.json()).toMatchObject({ error: { code: 'sign-in-expired' } });
    expect(result.stdout + result.stderr).not.toContain('ended-long-ago');
    expect((await weft('status')).code).toBe(1);
  });
});

describe('wrong usage ends with 2 before a browser or a workspace is opened', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['neither a sign-in nor a token', [], /--client-id ID and --token-file FILE/],
    ['a sign-in that is kept nowhere', ['--client-id', 'app'], /--token-file FILE/],
    ['both', ['--secret-env', 'WEFT_TEST_TOKEN', '--client-id', 'app'], /are for a sign-in/],
    ['a token without a project', ['--secret-env', 'WEFT_TEST_TOKEN'], /--project ID/],
    ['a token that is not there', ['--secret-env', 'WEFT_UNSET', '--project', tinyIds.project], /WEFT_UNSET/],
    [
      'a project that is none',
      ['--client-id', 'a', '--token-file', 'f', '--project', 'hall 7'],
      /A project is a UUID/,
    ],
    ['a port that is none', ['--client-id', 'a', '--token-file', 'f', '--callback-port', '99999'], /port/],
    [
      'a path that is none',
      ['--client-id', 'a', '--token-file', 'f', '--callback-path', '@evil'],
      /callback/,
    ],
    ['a region that is none', ['--client-id', 'a', '--token-file', 'f', '--region', 'MOON'], /regions/],
  ])('%s', async (_, args, message) => {
    const { weft, access, workspace } = await start();
    const result = await weft('connect', 'autodesk', ...access, ...args);
    expect(result.code).toBe(2);
    expect(result.json()).toMatchObject({
      error: { code: 'wrong-usage', message: expect.stringMatching(message) },
    });
    expect(existsSync(workspace)).toBe(false);
  });
});
