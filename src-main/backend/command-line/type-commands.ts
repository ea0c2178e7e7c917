import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { TypeName } from '../../../src-preload/contract/model.ts';
import type { ListedType } from '../../../src-preload/contract/relationship-types.ts';
import { type Client, parseTypeName } from './client.ts';
import { wrongUsage } from './errors.ts';
import { typesAsOf } from './history-commands.ts';
import { done, type Outcome } from './output.ts';
import { readWantedType, type TypeOptions } from './save-type.ts';
import type { Shell } from './shell.ts';

/** The commands of the vocabulary of relationship types. */

function toTypesOutcome(types: readonly ListedType[], before: readonly string[] = []): Outcome {
  const lines = types.map(({ type, origin, uses }) => {
    return `${type.name} / ${type.inverse}  ${origin}, ${uses} in use`;
  });
  return done(types, [...before, ...lines]);
}

export async function types(client: Client): Promise<Outcome> {
  return toTypesOutcome(await client.request('types:list', {}));
}

export async function removeType(client: Client, name: string): Promise<Outcome> {
  const parsed = TypeName.safeParse(name);
  if (!parsed.success) throw wrongUsage('A relationship type has 1 to 255 characters.');
  return toTypesOutcome(await client.request('types:remove', { name: parsed.data }));
}

export async function importTypes(
  client: Client,
  file: string,
  options: { replace?: boolean; dryRun?: boolean },
): Promise<Outcome> {
  const text = readText(file);
  const dryRun = options.dryRun === true;
  const listed = await client.request('types:import', { text, replace: options.replace === true, dryRun });
  return toTypesOutcome(listed, dryRun ? ['Nothing was changed; the vocabulary would be:'] : []);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw wrongUsage(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

export async function exportTypes(client: Client): Promise<Outcome> {
  const { text } = await client.request('types:export', {});
  return done(JSON.parse(text), [text.trimEnd()]);
}

async function save(client: Client, name: string, options: TypeOptions): Promise<Outcome> {
  const type = await readWantedType(client, parseTypeName(name), options);
  return toTypesOutcome(await client.request('types:save', { type }));
}

/** Adds `types` and its parts. */
export function addTypes(shell: Shell): void {
  const { root, command, perform } = shell;
  const parent = command(root, 'types', 'list the vocabulary of relationship types')
    .option('--as-of <moment>', 'as it was at that moment')
    .action(({ asOf }: { asOf?: string }) =>
      perform((client) => (asOf === undefined ? types(client) : typesAsOf(client, asOf))),
    );
  command(parent, 'export', 'print the vocabulary as it can be imported').action(() => perform(exportTypes));
  command(parent, 'import <file>', 'take over types from a JSON file, whole or not at all')
    .option('--replace', 'take out all others')
    .option('--dry-run', 'change nothing and say what the vocabulary would be')
    .action((file: string, options: { replace?: boolean; dryRun?: boolean }) =>
      perform((client) => importTypes(client, file, options)),
    );
  addSave(shell, parent);
  command(parent, 'remove <name>', 'take a type out of the vocabulary').action((name: string) =>
    perform((client) => removeType(client, name)),
  );
}

function addSave({ command, perform }: Shell, parent: Command): void {
  command(parent, 'save <name>', 'make a type, or change what is named of one')
    .option('--inverse <label>', 'how it reads from the target')
    .option('--symmetric <yes|no>', 'whether it says the same from both ends')
    .option('--source-kinds <kind...>', 'the kinds that may be its source, or any')
    .option('--target-kinds <kind...>', 'the kinds that may be its target, or any')
    .option('--max-per-source <n|any>', 'the most that one entity may have as source')
    .option('--max-per-target <n|any>', 'the most that one entity may have as target')
    .option('--acyclic <yes|no>', 'whether it may never lead back to where it began')
    .option('--duplicates <yes|no>', 'whether two entities may be related by it more than once')
    .option('--self <yes|no>', 'whether an entity may be related to itself by it')
    .option('--impact <way>', 'how it carries a failure: to-target, to-source, both or none')
    .option('--needed <n|all>', 'how many of those that it relies on must work; all: every one')
    .action((name: string, options: TypeOptions) => perform((client) => save(client, name, options)));
}
