import { type Client, findEntity, parseRelationshipId, parseTypeName } from './client.ts';
import { done, type Outcome, toRelationshipLine, toRelationshipValue } from './output.ts';
import type { Shell } from './shell.ts';

/** The commands that change relationships. */

export async function relate(
  client: Client,
  source: string,
  target: string,
  options: { type?: string; local?: boolean },
): Promise<Outcome> {
  const relationship = await client.request('relationships:relate', {
    sourceId: (await findEntity(client, source)).id,
    targetId: (await findEntity(client, target)).id,
    type: options.type === undefined ? null : parseTypeName(options.type),
    local: options.local === true,
  });
  return done(toRelationshipValue(relationship), [toRelationshipLine(relationship)]);
}

export async function retype(
  client: Client,
  id: string,
  type: string,
  options: { from?: string },
): Promise<Outcome> {
  const relationship = await client.request('relationships:retype', {
    id: parseRelationshipId(id),
    type: type === '' ? null : parseTypeName(type),
    from: options.from === undefined ? null : (await findEntity(client, options.from)).id,
  });
  return done(toRelationshipValue(relationship), [toRelationshipLine(relationship)]);
}

export async function unrelate(client: Client, id: string): Promise<Outcome> {
  const left = await client.request('relationships:unrelate', { id: parseRelationshipId(id) });
  const line = left === null ? 'Removed; it had never left this workspace.' : toRelationshipLine(left);
  return done(left === null ? null : toRelationshipValue(left), [line]);
}

/** Adds `relate`, `retype` and `unrelate`. */
export function addEdits({ root, command, perform }: Shell): void {
  command(root, 'relate <source> <target>', 'relate two entities')
    .option('--type <type>', 'the type of the relationship')
    .option('--local', 'keep it in this workspace only')
    .action((source: string, target: string, options: { type?: string; local?: boolean }) =>
      perform((client) => relate(client, source, target, options)),
    );
  command(root, 'retype <relationship> <type>', 'change the type of a relationship')
    .option('--from <entity>', 'the end from which the type is said; without, the source')
    .action((id: string, type: string, options: { from?: string }) =>
      perform((client) => retype(client, id, type, options)),
    );
  command(root, 'unrelate <relationship>', 'remove a relationship').action((id: string) =>
    perform((client) => unrelate(client, id)),
  );
}
