import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { withCompanions } from '../store/restore.ts';
import { type Client, openClient, startClient } from './client.ts';
import { wrongUsage } from './errors.ts';
import type { Outcome } from './output.ts';
import type { SecretPlace } from './secrets.ts';

interface GlobalOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

type Body = (client: Client) => Promise<Outcome>;

interface PerformOptions {
  readonly create?: boolean;
  readonly secretPlace?: SecretPlace;
  /** Asked where the command fails: whether a workspace that was made for it may hold something, and stays. */
  readonly isUsed?: () => boolean;
}

/** What each file of commands registers them with. */
export interface Shell {
  readonly root: Command;
  /** Options of the whole program may stand before the command, after it, or between a command and its part. */
  command(parent: Command, nameAndArguments: string, description: string): Command;
  /** Runs a command on the open workspace and prints what it ends with. */
  perform(body: Body, options?: PerformOptions): Promise<void>;
  /** For what works on a file that is not open, perhaps because it cannot be opened. */
  performClosed(body: (client: Client, path: string) => Promise<Outcome>): Promise<void>;
  readWorkspacePath(): string;
  print(outcome: Outcome): void;
}

/** A program with no commands yet; `printHelp` is told what Commander would print. */
export function createShell(printHelp: (text: string) => void): Shell {
  const root = new Command('weft')
    .description('Weft on the command line')
    .option('--workspace <file>', 'the workspace file')
    .option('--json', 'print one JSON value')
    .exitOverride()
    .configureOutput({ writeOut: printHelp, writeErr: () => undefined });
  const readWorkspacePath = () => {
    const { workspace } = root.opts<GlobalOptions>();
    if (workspace === undefined) throw wrongUsage('Name the workspace with --workspace FILE.');
    return workspace;
  };
  const print = ({ value, lines, exitCode }: Outcome) => {
    const { json } = root.opts<GlobalOptions>();
    process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
    process.exitCode = exitCode;
  };
  return {
    root,
    command: (parent, nameAndArguments, description) =>
      addCommand(root, parent, nameAndArguments, description),
    perform: async (body, { create = false, secretPlace = null, isUsed = () => true } = {}) => {
      const path = readWorkspacePath();
      let isMade = false;
      const onMade = () => {
        isMade = true;
      };
      const client = await openClient({ path, create, secretPlace, onMade });
      try {
        await printAndClose(client, body(client), print);
      } catch (error) {
        if (isMade && !isUsed()) removeWorkspace(resolve(path));
        throw error;
      }
    },
    performClosed: async (body) => {
      const workspace = readWorkspacePath();
      const client = startClient(null);
      await printAndClose(client, body(client, workspace), print);
    },
    readWorkspacePath,
    print,
  };
}

function removeWorkspace(path: string): void {
  for (const file of [...withCompanions(path), `${path}-lock`]) rmSync(file, { force: true });
}

async function printAndClose(
  client: Client,
  work: Promise<Outcome>,
  print: (outcome: Outcome) => void,
): Promise<void> {
  try {
    print(await work);
  } finally {
    await client.close();
  }
}

function addCommand(root: Command, parent: Command, nameAndArguments: string, description: string): Command {
  return parent
    .command(nameAndArguments)
    .description(description)
    .option('--workspace <file>', 'the workspace file')
    .option('--json', 'print one JSON value')
    .hook('preSubcommand', refuseOwnOptions)
    .hook('preAction', (_, action) => {
      const { workspace, json } = action.optsWithGlobals<GlobalOptions>();
      if (workspace !== undefined) root.setOptionValue('workspace', workspace);
      if (json !== undefined) root.setOptionValue('json', json);
    });
}

/** An option that a command has for itself says nothing to its parts: left unsaid, it would be without effect. */
function refuseOwnOptions(whole: Command, part: Command): void {
  const own = whole.options.find((option) => {
    const name = option.attributeName();
    const isShared = part.options.some((known) => known.attributeName() === name);
    return !isShared && whole.getOptionValueSource(name) === 'cli';
  });
  if (own === undefined) return;
  const [before, after] = [whole.name(), `${whole.name()} ${part.name()}`];
  throw wrongUsage(
    `${own.long ?? own.flags} belongs to ${before} alone and says nothing to ${after}: leave it out there.`,
  );
}
