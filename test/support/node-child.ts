import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const repository = join(import.meta.dirname, '..', '..');

/** The Node of this repository: it runs TypeScript as it is. */
export const node24 = join(
  repository,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** Stripped of types and compiled once, the files of the product load twice as fast. */
const compileCache = join(repository, 'node_modules', '.cache', 'node-compile');

/** Starts a TypeScript file of the repository under Node 24; it is ended with the test at the latest. */
export function startNode(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(node24, ['--disable-warning=ExperimentalWarning', join(repository, file), ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache, ...env },
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  return child;
}

/** The first line that the child writes to its standard output. */
export async function readLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.slice(0, text.indexOf('\n'));
}

export async function kill(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
