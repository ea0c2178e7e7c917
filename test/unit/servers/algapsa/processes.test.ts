import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';

const main = path.resolve(import.meta.dirname, '../../../servers/algapsa/main.ts');

let children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(children.map(end));
  children = [];
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  await gone;
}

function startMain(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe' });
  children.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data.toString();
    });
  }
  const exit = once(child, 'exit').then(() => ({ code: child.exitCode, output }));
  const ready = async () => {
    while (!output.includes('curl')) await once(child.stdout, 'data');
    return output;
  };
  return { child, exit, ready };
}

test('the server prints how to reach it, serves, and stops on SIGTERM', async () => {
  const { child, exit, ready } = startMain('--control');
  const output = await ready();
  const [, url = ''] = /URL +(\S+)/.exec(output) ?? [];
  const [, key = ''] = /Key +(\S+)/.exec(output) ?? [];
  expect(output).toContain(`curl -H 'x-api-key: ${key}' '${url}/api/v1/assets?limit=3'`);
  const response = await fetch(`${url}/api/v1/assets`, { headers: { 'x-api-key': key } });
  expect(await response.json()).toMatchObject({ pagination: { total: 399 } });
  expect((await fetch(`${url}/__control/state`)).status).toBe(200);
  child.kill('SIGTERM');
  expect((await exit).code).toBe(0);
});

test('the server stops when its parent closes standard input', async () => {
  const { child, exit, ready } = startMain('--scale', 'tiny', '--with-parent');
  await ready();
  child.stdin.end();
  expect((await exit).code).toBe(0);
});

test('an unknown scale is a usage error', async () => {
  const { code, output } = await startMain('--scale', 'plant').exit;
  expect(code).toBe(2);
  expect(output).toContain('--scale must be tiny, fleet or large, not “plant”');
  expect(output).toContain('Usage: npm run server:algapsa');
});

test('help names the default', async () => {
  const { code, output } = await startMain('--help').exit;
  expect(code).toBe(0);
  expect(output).toContain('tiny, fleet (default) or large');
});
