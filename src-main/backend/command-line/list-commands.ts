import type { Params } from '../../../src-preload/contract/requests.ts';
import { readAsOf, withAsOf } from './as-of.ts';
import { type Client, readAllAfter, readAllPages } from './client.ts';
import { entitiesAsOf, relationshipsAsOf } from './history-commands.ts';
import {
  done,
  type Outcome,
  toEntityValue,
  toRelationshipLine,
  toRelationshipValue,
  toStatusLines,
} from './output.ts';
import { readSide } from './reading.ts';
import type { Shell } from './shell.ts';

/** The commands that list what the workspace holds. */

export async function status(client: Client): Promise<Outcome> {
  const workspace = await client.request('workspace:status', {});
  if (workspace === null) throw new Error('The workspace was opened and is not open.');
  return done(workspace, toStatusLines(workspace));
}

export async function entities(
  client: Client,
  options: { search?: string; kind?: string },
): Promise<Outcome> {
  const rows = await readAllPages((page) =>
    client.request('entities:page', {
      search: options.search ?? '',
      kinds: options.kind === undefined ? [] : [options.kind],
      connectionId: null,
      ...page,
    }),
  );
  const asOf = await readAsOf(client);
  return done(
    rows.map((row) => withAsOf(asOf, toEntityValue(row))),
    [...rows.map(({ address, name }) => `${address}  ${name}`), ...asOf.lines],
  );
}

export async function relationships(client: Client, options: { of?: string }): Promise<Outcome> {
  const { entityId, toLabel, toText } = await readSide(client, options.of);
  const read = (page: Pick<Params<'relationships:page'>, 'offset' | 'limit' | 'after'>) =>
    client.request('relationships:page', { entityId, ...page });
  const rows = entityId === null ? await readAllAfter(read) : await readAllPages(read);
  const asOf = await readAsOf(client);
  return done(
    rows.map((row) => withAsOf(asOf, { ...toRelationshipValue(row), ...toLabel(row) })),
    [...rows.map((row) => toRelationshipLine(row, toText)), ...asOf.lines],
  );
}

/** Adds `status`, `entities` and `relationships`. */
export function addLists({ root, command, perform }: Shell): void {
  command(root, 'status', 'what the workspace holds and how its connections are').action(() =>
    perform(status),
  );
  command(root, 'entities', 'list entities')
    .option('--search <words>', 'only those that match all words')
    .option('--kind <kind>', 'only those of one kind')
    .option('--as-of <moment>', 'as they were listed and called at that moment')
    .action((options: { search?: string; kind?: string; asOf?: string }) =>
      perform((client) =>
        options.asOf === undefined ? entities(client, options) : entitiesAsOf(client, options.asOf, options),
      ),
    );
  command(root, 'relationships', 'list relationships')
    .option('--of <entity>', 'only those of one entity')
    .option('--as-of <moment>', 'as they were at that moment')
    .action((options: { of?: string; asOf?: string }) =>
      perform((client) =>
        options.asOf === undefined
          ? relationships(client, options)
          : relationshipsAsOf(client, options.asOf, options),
      ),
    );
}
