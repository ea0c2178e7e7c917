import { Command, CommanderError } from 'commander';
import * as care from './command-line/care.ts';
import { type Client, openClient, startClient } from './command-line/client.ts';
import * as commands from './command-line/commands.ts';
import { type AutodeskOptions, connectAutodesk } from './command-line/connect-autodesk.ts';
import * as connections from './command-line/connection-commands.ts';
import * as decisions from './command-line/decisions.ts';
import { wrongUsage } from './command-line/errors.ts';
import * as past from './command-line/history-commands.ts';
import type { Outcome } from './command-line/output.ts';
import * as queries from './command-line/query-commands.ts';
import type { SecretPlace } from './command-line/secrets.ts';
import * as syncs from './command-line/sync-commands.ts';
import * as transfer from './command-line/transfer.ts';
import * as saved from './command-line/view-commands.ts';

/** The command line: the same backend under plain Node. Public interface, described in the README. */

interface GlobalOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

type Body = (client: Client) => Promise<Outcome>;

let program: Command;

async function perform(
  body: Body,
  options: { create?: boolean; secretPlace?: SecretPlace } = {},
): Promise<void> {
  const client = await openClient({
    path: readWorkspacePath(),
    create: options.create === true,
    secretPlace: options.secretPlace ?? null,
  });
  try {
    print(await body(client));
  } finally {
    await client.close();
  }
}

function readWorkspacePath(): string {
  const { workspace } = program.opts<GlobalOptions>();
  if (workspace === undefined) throw wrongUsage('Name the workspace with --workspace FILE.');
  return workspace;
}

/** For what works on a file that is not open, perhaps because it cannot be opened. */
async function performClosed(body: (client: Client, path: string) => Promise<Outcome>): Promise<void> {
  const workspace = readWorkspacePath();
  const client = startClient(null);
  try {
    print(await body(client, workspace));
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
  addConnectAutodesk(connect);
}

function addConnectAutodesk(connect: Command): void {
  command(connect, 'autodesk', 'connect a project of Autodesk; makes the workspace if it is not there')
    .requiredOption('--name <name>', 'what to call the connection')
    .option('--url <url>', 'the address of the service', 'https://developer.api.autodesk.com')
    .option('--region <region>', 'where the account is kept', 'US')
    .option('--project <id>', 'the project, with or without b.; without, the projects are listed')
    .option('--client-id <id>', 'the app to sign in as')
    .option('--token-file <file>', 'where the sign-in is kept, readable by you alone')
    .option('--callback-port <port>', 'the port of this computer that the app is registered with', '8080')
    .option('--callback-path <path>', 'the path after the port', '/oauth/callback/')
    .option('--no-browser', 'print the address and open nothing')
    .option('--secret-env <variable>', 'instead of a sign-in: the variable that holds an access token')
    .action(async (options: AutodeskOptions) => print(await connectAutodesk(readWorkspacePath(), options)));
}

async function connectTo(remote: 'algapsa' | 'clickie', options: commands.ConnectOptions): Promise<void> {
  const wanted = commands.parseConnect(remote, options);
  await perform((client) => commands.connect(client, wanted), {
    create: true,
    secretPlace: { kind: 'variable', name: options.secretEnv },
  });
}

function addConnections(root: Command): void {
  const parent = command(root, 'connections', 'list the connections').action(() =>
    perform(connections.listConnections),
  );
  command(parent, 'list', 'list the connections').action(() => perform(connections.listConnections));
  const of = (verb: string, description: string) => command(parent, `${verb} <name>`, description);
  of('test', 'ask the remote again who the key speaks for').action((name: string) =>
    perform((client) => connections.testConnection(client, name)),
  );
  of('edit', 'change the name or the address')
    .option('--name <name>', 'another name')
    .option('--url <url>', 'another address, where the same account must answer')
    .action((name: string, options: { name?: string; url?: string }) =>
      perform((client) => connections.editConnection(client, name, options)),
    );
  of('pause', 'leave it out of syncs of everything').action((name: string) =>
    perform((client) => connections.pauseConnection(client, name, true)),
  );
  of('resume', 'take it into syncs of everything again').action((name: string) =>
    perform((client) => connections.pauseConnection(client, name, false)),
  );
  of('key', 'give it another key of the same account')
    .requiredOption('--secret-env <variable>', 'the environment variable that holds the API key')
    .option('--adopt', 'also where the key speaks for someone else than before')
    .action(giveKey);
  of('adopt', 'take over whom its key speaks for now').action((name: string) =>
    perform((client) => connections.adoptIdentity(client, name)),
  );
  of('remove', 'say what a removal would take away; remove it with --confirm')
    .option('--confirm', 'remove it')
    .option('--export <file>', 'write what is pending to a JSON file first')
    .option('--drop', 'drop what is pending')
    .action((name: string, options: connections.RemoveOptions) =>
      perform((client) => connections.removeConnection(client, name, options)),
    );
}

async function giveKey(name: string, options: { secretEnv: string; adopt?: boolean }): Promise<void> {
  const secret = connections.parseSecret(options.secretEnv);
  const adopt = options.adopt === true;
  await perform((client) => connections.giveKey(client, name, { secret, adopt }), {
    secretPlace: { kind: 'variable', name: options.secretEnv },
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

function addSchedule(root: Command): void {
  command(root, 'schedule', 'when the workspace syncs by itself while it is open in the app')
    .option('--every <minutes>', 'read and push so often, or never')
    .option('--after-edits <seconds>', 'push so long after the last edit, or never')
    .option('--on-reconnect <yes|no>', 'ask a connection that is away now and then')
    .action((options: syncs.ScheduleOptions) => perform((client) => syncs.schedule(client, options)));
  command(root, 'refresh <entity>', 'read the relationships of one entity now').action((entity: string) =>
    perform((client) => syncs.refresh(client, entity)),
  );
}

function addReads(root: Command): void {
  command(root, 'status', 'what the workspace holds and how its connections are').action(() =>
    perform(commands.status),
  );
  command(root, 'entities', 'list entities')
    .option('--search <words>', 'only those that match all words')
    .option('--kind <kind>', 'only those of one kind')
    .option('--as-of <moment>', 'as they were listed and called at that moment')
    .action((options: { search?: string; kind?: string; asOf?: string }) =>
      perform((client) =>
        options.asOf === undefined
          ? commands.entities(client, options)
          : past.entitiesAsOf(client, options.asOf, options),
      ),
    );
  command(root, 'relationships', 'list relationships')
    .option('--of <entity>', 'only those of one entity')
    .option('--as-of <moment>', 'as they were at that moment')
    .action((options: { of?: string; asOf?: string }) =>
      perform((client) =>
        options.asOf === undefined
          ? commands.relationships(client, options)
          : past.relationshipsAsOf(client, options.asOf, options),
      ),
    );
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
}

function addHistory(root: Command): void {
  const parent = command(root, 'history', 'list what happened, newest first')
    .option('--entity <entity>', 'only what changed it or one of its relationships')
    .option('--relationship <id>', 'only what changed it')
    .option('--command <words>', 'only sentences with these words')
    .option('--who <words>', 'only by whom these words name')
    .option('--what <kind>', 'only what changed a relationship, an entity, a type or a view')
    .option('--from <moment>', 'only since then')
    .option('--to <moment>', 'only until then')
    .option('--limit <n>', 'the most to print, 100 if left out')
    .action((options: past.HistoryOptions) => perform((client) => past.history(client, options)));
  command(parent, 'show <id>', 'what one entry changed')
    .option('--limit <n>', 'the most to print, 100 if left out')
    .action((id: string, _: unknown, action: Command) =>
      perform((client) => past.showEntry(client, id, action.optsWithGlobals<{ limit?: string }>())),
    );
  command(root, 'undo [id]', 'take the last change back, or one entry of the history alone')
    .option('--preview', 'say what it would do and what depends on it, and do nothing')
    .action((id: string | undefined, options: { preview?: boolean }) =>
      perform((client) => past.undo(client, id, options)),
    );
  command(root, 'redo', 'do again what was undone last').action(() => perform(past.redo));
  command(root, 'diff <from> [to]', 'what changed between two moments, or since one')
    .option('--limit <n>', 'the most to print, 100 if left out')
    .option('--entities', 'of entities instead of relationships')
    .action((from: string, to: string | undefined, options: { limit?: string; entities?: boolean }) =>
      perform((client) => past.diff(client, from, to, options)),
    );
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

function addCare(root: Command): void {
  command(root, 'backup [file]', 'copy the workspace while it is in use').action((file: string | undefined) =>
    perform((client) => care.backup(client, file)),
  );
  command(root, 'backups', 'list the rotating backups').action(() => perform(care.backups));
  command(root, 'check', 'look through the whole file').action(() => perform(care.check));
  command(root, 'compact', 'give unused space back to the disk').action(() => perform(care.compact));
  command(root, 'adopt', 'let this file push after it was moved, copied or restored').action(() =>
    perform(care.adopt),
  );
  command(root, 'restore <backup>', 'put a backup in the place of the workspace').action((from: string) =>
    performClosed((client, path) => care.restore(client, path, from)),
  );
  command(root, 'recover <file>', 'copy what can be read of a damaged workspace into a new file').action(
    (into: string) => performClosed((client, path) => care.recover(client, path, into)),
  );
}

function addQueries(root: Command): void {
  command(root, 'query [text]', 'find entities by the query language, the best first')
    .option('--view <view>', 'by the query of this saved view')
    .option('--limit <n>', 'the most to print, 500 at most')
    .action((text: string | undefined, options: { limit?: string; view?: string }) =>
      perform((client) => queries.query(client, text, options)),
    );
  command(root, 'impact <entity...>', 'what fails when these entities fail')
    .option('--up', 'what can make them fail instead')
    .option('--rule <type=impact...>', 'TYPE=to-target, to-source, both or none, and :N where N are needed')
    .option('--limit <n>', 'the most to print, 10000 at most')
    .action((entities: string[], options: queries.ImpactOptions) =>
      perform((client) => queries.impact(client, entities, options)),
    );
  command(root, 'explain <source> <target>', 'the shortest paths between two entities')
    .option('--paths <k>', 'how many, 50 at most')
    .option('--type <type...>', 'only by relationships of these types')
    .option('--connection <name...>', 'only by relationships of these connections')
    .option('--direction <way>', 'any, forward or backward')
    .option('--avoid <entity...>', 'entities that no path may touch')
    .option('--max-hops <n>', 'the longest path, 100 at most')
    .action((source: string, target: string, options: queries.ExplainOptions) =>
      perform((client) => queries.explain(client, source, target, options)),
    );
  command(root, 'findings <finding>', 'cycles, islands, orphans or hubs')
    .option('--hub-size <n>', 'the fewest relationships of a hub')
    .option('--limit <n>', 'the most to print, 500 at most')
    .action((name: string, options: { limit?: string; hubSize?: string }) =>
      perform((client) => queries.findings(client, name, options)),
    );
}

function addTransfer(root: Command): void {
  command(root, 'import <file...>', 'import entities and relationships from CSV, TSV, XLSX, JSON or GraphML')
    .option('--dry-run', 'judge every row and change nothing')
    .option(
      '--map <column=role...>',
      'what a column is: COLUMN=source, target, type, name, kind, id, attribute …',
    )
    .option('--as <subject>', 'what the rows are: entities, relationships, or matrix')
    .option(
      '--choose <text=entity...>',
      'which entity a text means that can mean several, or that names none',
    )
    .option('--kind <kind>', 'the kind of entities that have none', 'asset')
    .option('--create-missing', 'make ends that are not there, as entities of that kind')
    .option('--local', 'keep all relationships in this workspace')
    .option('--errors <file>', 'write the rejected rows to a CSV, TSV or XLSX file')
    .action((files: string[], options: transfer.ImportOptions) =>
      perform((client) => transfer.importFiles(client, files, options)),
    );
  command(root, 'rollback <id>', 'take an import back by its number in the history').action((id: string) =>
    perform((client) => transfer.rollback(client, id)),
  );
  command(root, 'export <file>', 'export entities and relationships, with a manifest beside')
    .option('--format <format>', 'csv, tsv, xlsx, json or graphml; else as the name ends')
    .option('--query <text>', 'only the entities that this finds, and what is between them')
    .option('--view <view>', 'only what the query of this saved view finds')
    .action((file: string, options: transfer.ExportOptions) =>
      perform((client) => transfer.exportTo(client, file, options)),
    );
}

function addTypes(root: Command): void {
  const types = command(root, 'types', 'list the vocabulary of relationship types').action(() =>
    perform(queries.types),
  );
  command(types, 'export', 'print the vocabulary as it can be imported').action(() =>
    perform(queries.exportTypes),
  );
  command(types, 'import <file>', 'take over types from a JSON file, whole or not at all')
    .option('--replace', 'take out all others')
    .action((file: string, options: { replace?: boolean }) =>
      perform((client) => queries.importTypes(client, file, options)),
    );
  command(types, 'remove <name>', 'take a type out of the vocabulary').action((name: string) =>
    perform((client) => queries.removeType(client, name)),
  );
}

function addViews(root: Command): void {
  const views = command(root, 'views', 'list the saved views').action(() =>
    perform((client) => saved.views(client)),
  );
  command(views, 'list', 'list the saved views')
    .option('--search <words>', 'only those with these words in their names')
    .action((options: { search?: string }) => perform((client) => saved.views(client, options)));
  command(views, 'show <view>', 'what a view holds').action((view: string) =>
    perform((client) => saved.showView(client, view)),
  );
  command(views, 'export <view> [file]', 'print a view as a text that can be edited, or write it').action(
    (view: string, file: string | undefined) => perform((client) => saved.exportView(client, view, file)),
  );
  command(views, 'import <file>', 'take over a view, whole or not at all')
    .option('--name <name>', 'call it otherwise')
    .action((file: string, options: { name?: string }) =>
      perform((client) => saved.importView(client, file, options)),
    );
  command(views, 'rename <view> <name>', 'give a view another name').action((view: string, name: string) =>
    perform((client) => saved.renameView(client, view, name)),
  );
  command(views, 'remove <view>', 'take a view out; undo brings it back').action((view: string) =>
    perform((client) => saved.removeView(client, view)),
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
const parts = [
  addConnect,
  addConnections,
  addSync,
  addSchedule,
  addReads,
  addEdits,
  addHistory,
  addOutbox,
  addConflicts,
  addHeld,
  addReports,
  addQueries,
  addTypes,
  addViews,
  addTransfer,
  addCare,
];
for (const add of parts) add(program);
try {
  await program.parseAsync(process.argv);
} catch (error) {
  fail(error);
}
