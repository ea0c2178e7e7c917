import { readFileSync } from 'node:fs';
import { TypeName } from '../../../src-preload/contract/model.ts';
import type { ListedType } from '../../../src-preload/contract/relationship-types.ts';
import type { Client } from './client.ts';
import { wrongUsage } from './errors.ts';
import { typesAsOf } from './history-commands.ts';
import { done, type Outcome } from './output.ts';
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

/** Adds `types` and its parts. */
export function addTypes({ root, command, perform }: Shell): void {
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
  command(parent, 'remove <name>', 'take a type out of the vocabulary').action((name: string) =>
    perform((client) => removeType(client, name)),
  );
}
