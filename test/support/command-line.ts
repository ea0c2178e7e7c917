import { once } from 'node:events';
import { startNode } from './node-child.ts';

/** How one call of the command line ended. */
export interface CommandLineResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON value of standard output; throws if there is none, or more than one line. */
  json(): unknown;
}

/** Runs the real command line under Node 24 and waits for its end. */
export async function runCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandLineResult> {
  const child = startNode('src-main/backend/cli.ts', args, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr, json: () => parseOnly(stdout) };
}

function parseOnly(stdout: string): unknown {
  const [line = '', rest, ...more] = stdout.split('\n');
  if (rest !== '' || more.length > 0) throw new Error(`Not exactly one line: ${stdout}`);
  return JSON.parse(line);
}
