import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';

const main = path.resolve(import.meta.dirname, '../../../servers/autodesk/main.ts');

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

test('the server prints a command that works, and stops on SIGTERM', async () => {
  const { child, exit, ready } = startMain('--control');
  const output = await ready();
  const [, token = ''] = /Authorization: (Bearer \S+)'/.exec(output) ?? [];
  const [, region = ''] = /x-ads-region: (\w+)'/.exec(output) ?? [];
  const [, url = ''] = /'(http\S+:search\?pageLimit=3)'/.exec(output) ?? [];
  const response = await fetch(url, { headers: { authorization: token, 'x-ads-region': region } });
  expect(await response.json()).toMatchObject({
    page: { continuationToken: '3' },
    relationships: [{}, {}, {}],
  });
  expect((await fetch(`${new URL(url).origin}/__control/state`)).status).toBe(200);
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
  expect(output).toContain('--scale must be tiny, building, acc or large, not “plant”');
});
