import type { EntityDetail, EntityField } from '../../../src-preload/contract/model.ts';
import { toOriginPlace } from '../../../src-preload/contract/origin-words.ts';
import { type Client, findEntity } from './client.ts';
import { wrongUsage } from './errors.ts';
import { done, type Outcome, toEntityValue } from './output.ts';
import type { Shell } from './shell.ts';

/** The commands of one entity: what is known of it, and making, changing and removing those of the workspace's own. */

async function showEntity(client: Client, address: string): Promise<Outcome> {
  const { id } = await findEntity(client, address);
  return toOutcome(await client.request('entities:read', { id }));
}

interface AddOptions {
  readonly kind: string;
  readonly id?: string;
  readonly attribute?: readonly string[];
}

async function addEntity(client: Client, name: string, options: AddOptions): Promise<Outcome> {
  const fields = withAttributes([], options.attribute ?? []);
  const { kind, id: localId } = options;
  return toOutcome(await client.request('entities:create', { kind, localId, name, fields }));
}

interface ChangeOptions {
  readonly name?: string;
  readonly archived?: string;
  readonly attribute?: readonly string[];
}

/** Changes what is named and leaves the rest. */
async function changeEntity(client: Client, address: string, options: ChangeOptions): Promise<Outcome> {
  const { name, attribute } = options;
  const archived = parseArchived(options.archived);
  if (name === undefined && archived === undefined && attribute === undefined) {
    throw wrongUsage('Say what to change with --name, --archived or --attribute.');
  }
  const { id } = await findEntity(client, address);
  const known = await client.request('entities:read', { id });
  const fields = attribute === undefined ? undefined : withAttributes(known.fields, attribute);
  return toOutcome(await client.request('entities:edit', { id, name, archived, fields }));
}

async function removeEntity(client: Client, address: string): Promise<Outcome> {
  const entity = await findEntity(client, address);
  await client.request('entities:delete', { id: entity.id });
  return done(toEntityValue(entity), [`Removed ${entity.address}  ${entity.name}`]);
}

function parseArchived(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw wrongUsage(`--archived takes yes or no, not ${text}.`);
}

/** `NAME=VALUE` in the place of what had that name, or at the end; nothing after the sign takes it out. */
function withAttributes(known: readonly EntityField[], texts: readonly string[]): EntityField[] {
  return texts.reduce<readonly EntityField[]>(withAttribute, known).slice();
}

/** An import may have brought several of one name: all of them become the one that is said. */
function withAttribute(known: readonly EntityField[], text: string): EntityField[] {
  const at = text.indexOf('=');
  if (at < 1) throw wrongUsage(`--attribute takes NAME=VALUE, not ${text}.`);
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  const place = known.findIndex((field) => field.name === name);
  const said = value === '' ? [] : [{ name, value }];
  const others = (fields: readonly EntityField[]) => fields.filter((field) => field.name !== name);
  if (place < 0) return [...known, ...said];
  return [...known.slice(0, place), ...said, ...others(known.slice(place))];
}

function toOutcome(entity: EntityDetail): Outcome {
  const { archived, removed, fields, relationshipCount: relationships, origin } = entity;
  return done({ ...toEntityValue(entity), archived, removed, attributes: fields, relationships, origin }, [
    `${entity.address}  ${entity.name}${archived ? '  archived' : ''}${removed ? '  removed' : ''}`,
    ...fields.map(({ name, value }) => `  ${name}: ${String(value)}`),
    ...toOriginLines(origin),
  ]);
}

/** Of an imported one: where the file says it was before. */
function toOriginLines(origin: EntityDetail['origin']): string[] {
  if (origin === null) return [];
  const since = origin.firstSeenAt === null ? '' : `, there since ${origin.firstSeenAt}`;
  return [`Imported: was ${origin.id} of ${toOriginPlace(origin)}${since}`];
}

/** Adds `entity` and its parts. */
export function addEntityParts({ root, command, perform }: Shell): void {
  const parent = command(root, 'entity <entity>', 'what is known of one entity').action((entity: string) =>
    perform((client) => showEntity(client, entity)),
  );
  command(parent, 'add <name>', 'make an entity that no connection has')
    .option('--kind <kind>', 'what it is', 'asset')
    .option('--id <id>', 'its id among those of its kind; the name if left out')
    .option('--attribute <name=value...>', 'what else is known of it')
    .action((name: string, options: AddOptions) => perform((client) => addEntity(client, name, options)));
  command(parent, 'change <entity>', 'change what is named, and leave the rest')
    .option('--name <name>', 'another name')
    .option('--archived <yes|no>', 'whether it is archived')
    .option('--attribute <name=value...>', 'another value; none takes the attribute out')
    .action((entity: string, options: ChangeOptions) =>
      perform((client) => changeEntity(client, entity, options)),
    );
  command(parent, 'remove <entity>', 'remove one that is not related any more').action((entity: string) =>
    perform((client) => removeEntity(client, entity)),
  );
}
