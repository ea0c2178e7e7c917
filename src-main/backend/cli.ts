import { CommanderError } from 'commander';
import { addCare } from './command-line/care.ts';
import { addConnect } from './command-line/connect-commands.ts';
import { addConnections } from './command-line/connection-commands.ts';
import { addCreate } from './command-line/create-command.ts';
import { addConflicts, addHeld, addOutbox, addReports } from './command-line/decisions.ts';
import { addEdits } from './command-line/edit-commands.ts';
import { addEntityParts } from './command-line/entity-commands.ts';
import { toErrorOutcome, wrongUsage } from './command-line/errors.ts';
import { addHistory } from './command-line/history-commands.ts';
import { addLists } from './command-line/list-commands.ts';
import { addNeighbours } from './command-line/neighbour-commands.ts';
import { addQueries } from './command-line/query-commands.ts';
import { createShell } from './command-line/shell.ts';
import { addSchedule, addSync } from './command-line/sync-commands.ts';
import { addTransfer } from './command-line/transfer.ts';
import { addTypes } from './command-line/type-commands.ts';
import { addViews } from './command-line/view-commands.ts';

/** The command line: the same backend under plain Node. Public interface, described in the README. */

function isJson(): boolean {
  return process.argv.includes('--json');
}

function printHelp(text: string): void {
  process.stdout.write(isJson() ? `${JSON.stringify(text)}\n` : text);
}

/** A missing command is all that Commander tells of by its help. */
function toWrongUsage({ code, message }: CommanderError, help: string): Error {
  const isCommandMissing = code === 'commander.help';
  return wrongUsage(isCommandMissing ? `Name a command.\n\n${help}` : message);
}

function fail(error: unknown, help: string): void {
  if (error instanceof CommanderError && error.exitCode === 0) return;
  const outcome = toErrorOutcome(error instanceof CommanderError ? toWrongUsage(error, help) : error);
  if (isJson()) process.stdout.write(`${JSON.stringify(outcome.value)}\n`);
  else process.stderr.write(`${outcome.value.error.message}\n`);
  process.exitCode = outcome.exitCode;
}

const shell = createShell(printHelp);
const parts = [
  addCreate,
  addConnect,
  addConnections,
  addSync,
  addSchedule,
  addLists,
  addNeighbours,
  addEntityParts,
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
for (const add of parts) add(shell);
try {
  await shell.root.parseAsync(process.argv);
} catch (error) {
  fail(error, shell.root.helpInformation());
}
