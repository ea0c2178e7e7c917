import { join } from 'node:path';
import { beforeEach, expect, onTestFinished } from 'vitest';
import { DEFAULT_KEY } from '../servers/clickie/seed.ts';
import { type ClickieServer, startClickieServer } from '../servers/clickie/server.ts';
import { type CommandLineResult, runCommandLine } from './command-line.ts';
import { createTempFolder } from './temp-folder.ts';

/** A Clickie server and a workspace file that is not made yet, new for each test, and the command line on both. */
export interface CommandLinePlant {
  server(): ClickieServer;
  workspace(): string;
  /** Asks for JSON. */
  weft(...args: string[]): Promise<CommandLineResult>;
  /** The value of a call that must end with 0 and say nothing on standard error. */
  ok(...args: string[]): Promise<unknown>;
  connectArguments(name?: string): string[];
  /** Connects `plant` and pulls once. */
  connectAndSync(): Promise<void>;
}

/** Called once by a file of tests, outside of them. */
export function useCommandLinePlant(): CommandLinePlant {
  let server: ClickieServer;
  let workspace: string;
  beforeEach(async () => {
    server = await startClickieServer();
    onTestFinished(() => server.stop());
    workspace = join(createTempFolder(), 'test.weft');
  });

  const weft = (...args: string[]) =>
    runCommandLine([...args, '--workspace', workspace, '--json'], { WEFT_TEST_KEY: DEFAULT_KEY });
  const ok = async (...args: string[]): Promise<unknown> => {
    const result = await weft(...args);
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
    return result.json();
  };
  const connectArguments = (name = 'plant') => {
    const where = ['--url', server.url, '--account', '1', '--secret-env', 'WEFT_TEST_KEY'];
    return ['connect', 'clickie', '--name', name, ...where];
  };
  return {
    server: () => server,
    workspace: () => workspace,
    weft,
    ok,
    connectArguments,
    connectAndSync: async () => {
      await ok(...connectArguments());
      await ok('sync', 'plant');
    },
  };
}
