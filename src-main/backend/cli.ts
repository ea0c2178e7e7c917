import { Command, CommanderError } from 'commander';
import { type Client, openClient } from './command-line/client.ts';
import * as commands from './command-line/commands.ts';
import * as decisions from './command-line/decisions.ts';
import { wrongUsage } from './command-line/errors.ts';
import type { Outcome } from './command-line/output.ts';

/** The command line: the same backend under plain Node. Public interface, described in the README. */

interface GlobalOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

type Body = (client: Client) => Promise<Outcome>;

let program: Command;

async function perform(
  body: Body,
  options: { create?: boolean; secretVariable?: string } = {},
): Promise<void> {
  const { workspace } = program.opts<GlobalOptions>();
  if (workspace === undefined) throw wrongUsage('Name the workspace with --workspace FILE.');
  const client = await openClient({
    path: workspace,
    create: options.create === true,
    secretVariable: options.secretVariable ?? null,
  });
  try {
    print(await body(client));
  } finally {
    await client.close();
  }
}

function print({ value, lines, exitCode }: Outcome): void {
  const { json } = program.opts<GlobalOptions>();
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`);
  process.exitCode = exitCode;
}

/** Options of the whole program may stand before the command, after it, or between a command and its part. */
function command(parent: Command, nameAndArguments: string, description: string): Command {
  return parent
    .command(nameAndArguments)
    .description(description)
    .option('--workspace <file>', 'the workspace file')
    .option('--json', 'print one JSON value')
    .hook('preAction', (_, action) => {
      const { workspace, json } = action.optsWithGlobals<GlobalOptions>();
      if (workspace !== undefined) program.setOptionValue('workspace', workspace);
      if (json !== undefined) program.setOptionValue('json', json);
    });
}

function addConnect(root: Command): void {
  const connect = root.command('connect').description('connect a system');
  const to = (remote: 'algapsa' | 'clickie', what: string, url: string) =>
    command(connect, remote, `connect ${what}; makes the workspace if it is not there`)
      .requiredOption('--name <name>', 'what to call the connection')
      .requiredOption('--url <url>', url)
      .requiredOption('--secret-env <variable>', 'the environment variable that holds the API key')
      .action((options: commands.ConnectOptions) => connectTo(remote, options));
  to('clickie', 'a Clickie account', 'what the published paths are appended to').requiredOption(
    '--account <account>',
    'the account, a whole number',
  );
  to('algapsa', 'an AlgaPSA tenant', 'the address of the server').option(
    '--tenant <tenant>',
    'the id of the tenant; only needed while it has no assets',
  );
}

async function connectTo(remote: 'algapsa' | 'clickie', options: commands.ConnectOptions): Promise<void> {
  const wanted = commands.parseConnect(remote, options);
  await perform((client) => commands.connect(client, wanted), {
    create: true,
    secretVariable: options.secretEnv,
  });
}

function addSync(root: Command): void {
  command(root, 'sync [name]', 'pull, merge and push one connection, or all')
    .option('--pull-only', 'send nothing')
    .option('--push-only', 'push what is pending and read nothing else')
    .option('--dry-run', 'print the requests a push would send, and send nothing')
    .option('--only <id...>', 'push only these of the outbox')
    .action((name: string | undefined, options: commands.SyncOptions) =>
      perform((client) => commands.sync(client, name, options)),
    );
}

function addReads(root: Command): void {
  command(root, 'status', 'what the workspace holds and how its connections are').action(() =>
    perform(commands.status),
  );
  command(root, 'entities', 'list entities')
    .option('--search <words>', 'only those that match all words')
    .option('--kind <kind>', 'only those of one kind')
    .action((options: { search?: string; kind?: string }) =>
      perform((client) => commands.entities(client, options)),
    );
  command(root, 'relationships', 'list relationships')
    .option('--of <entity>', 'only those of one entity')
    .action((options: { of?: string }) => perform((client) => commands.relationships(client, options)));
}

function addEdits(root: Command): void {
  command(root, 'relate <source> <target>', 'relate two entities')
    .option('--type <type>', 'the type of the relationship')
    .option('--local', 'keep it in this workspace only')
    .action((source: string, target: string, options: { type?: string; local?: boolean }) =>
      perform((client) => commands.relate(client, source, target, options)),
    );
  command(root, 'retype <relationship> <type>', 'change the type of a relationship').action(
    (id: string, type: string) => perform((client) => commands.retype(client, id, type)),
  );
  command(root, 'unrelate <relationship>', 'remove a relationship').action((id: string) =>
    perform((client) => commands.unrelate(client, id)),
  );
  for (const direction of ['undo', 'redo'] as const) {
    command(root, direction, `${direction} the last change`).action(() =>
      perform((client) => commands.stepHistory(client, direction)),
    );
  }
}

function addOutbox(root: Command): void {
  const list = (client: Client, options?: decisions.OutboxOptions) => decisions.outbox(client, options);
  const outbox = command(root, 'outbox', 'list what is pending').action(() => perform(list));
  command(outbox, 'list', 'list what is pending')
    .option('--connection <name>', 'only of this connection')
    .option('--state <state...>', 'only in one of these states')
    .action((options: decisions.OutboxOptions) => perform((client) => list(client, options)));
  command(outbox, 'drop [id...]', 'drop pending changes')
    .option('--all', 'drop everything that is pending')
    .option('--connection <name>', 'with --all: only of this connection')
    .action((ids: string[], options: decisions.DropOptions) =>
      perform((client) => decisions.dropPending(client, ids, options)),
    );
}

function addConflicts(root: Command): void {
  const list = (client: Client, options?: decisions.ConflictOptions) => decisions.conflicts(client, options);
  const filtered = (made: Command) =>
    made
      .option('--connection <name>', 'only of this connection')
      .option('--reason <kind>', 'only of this kind')
      .option('--type <type>', 'only where either side has this type');
  const conflicts = command(root, 'conflicts', 'list what is in conflict').action(() => perform(list));
  filtered(command(conflicts, 'list', 'list what is in conflict')).action(
    (options: decisions.ConflictOptions) => perform((client) => list(client, options)),
  );
  filtered(command(conflicts, 'resolve [id...]', 'settle conflicts alike'))
    .requiredOption('--keep <side>', 'local, remote or both')
    .option('--all', 'settle all that fit')
    .action((ids: string[], options: decisions.ResolveOptions) =>
      perform((client) => decisions.resolveConflicts(client, ids, options)),
    );
  command(root, 'resolve <id>', 'settle a conflict')
    .requiredOption('--keep <side>', 'local, remote or both')
    .action((id: string, { keep }: { keep: string }) =>
      perform((client) => decisions.resolveConflict(client, id, keep)),
    );
}

function addHeld(root: Command): void {
  const held = command(root, 'held', 'list removals that the guard stopped').action(() =>
    perform(decisions.held),
  );
  command(held, 'list', 'list removals that the guard stopped').action(() => perform(decisions.held));
  command(held, 'show <id>', 'list everything that one of them would remove').action((id: string) =>
    perform((client) => decisions.showHeld(client, id)),
  );
  for (const parent of [held, root]) {
    command(parent, 'release <id>', 'let the next sync apply what was held').action((id: string) =>
      perform((client) => decisions.release(client, id)),
    );
  }
}

function addReports(root: Command): void {
  command(root, 'reports [name]', 'list the reports of earlier syncs, newest first')
    .option('--last <count>', 'only so many')
    .action((name: string | undefined, options: { last?: string }) =>
      perform((client) => decisions.reports(client, name, options)),
    );
}

function isJson(): boolean {
  return process.argv.includes('--json');
}

function printHelp(text: string): void {
  process.stdout.write(isJson() ? `${JSON.stringify(text)}\n` : text);
}

function createProgram(): Command {
  const root = new Command('weft')
    .description('Weft on the command line')
    .option('--workspace <file>', 'the workspace file')
    .option('--json', 'print one JSON value')
    .exitOverride()
    .configureOutput({ writeOut: printHelp, writeErr: () => undefined });
  return root;
}

/** A missing command is all that Commander tells of by its help. */
function toWrongUsage({ code, message }: CommanderError): Error {
  const isCommandMissing = code === 'commander.help';
  return wrongUsage(isCommandMissing ? `Name a command.\n\n${program.helpInformation()}` : message);
}

function fail(error: unknown): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const outcome = commands.toErrorOutcome(error instanceof CommanderError ? toWrongUsage(error) : error);
  if (isJson()) process.stdout.write(`${JSON.stringify(outcome.value)}\n`);
  else process.stderr.write(`${outcome.value.error.message}\n`);
  process.exitCode = outcome.exitCode;
}

program = createProgram();
const parts = [addConnect, addSync, addReads, addEdits, addOutbox, addConflicts, addHeld, addReports];
for (const add of parts) add(program);
try {
  await program.parseAsync(process.argv);
} catch (error) {
  fail(error);
}
