import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EntityField } from '../../src-preload/contract/model.ts';
import type { TransferFormat } from '../../src-preload/contract/transfer-requests.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';
import { openTransferWorld, type TransferWorld } from './transfer-world.ts';

const nasty = [
  '=1+1',
  '+49 30',
  '-5',
  '@home',
  "'quoted",
  "'=hidden",
  '"quoted"',
  'line\nbreak',
  'line\r\nbreak',
  'tab\there',
  'a,b;c',
  'Ölpumpe 🛢️ 泵',
  '<tag attr="x">&amp;',
  '_x0041_',
  'bell \u0007',
  'null',
  'true',
  '007',
  '1e3',
  '12',
  '  spaced  ',
  '#REF!',
];
const values: readonly EntityField['value'][] = [...nasty, '', 0, -5, 1.5, 1e21, true, false, null];

/** A graph of the workspace’s own, made with a seed. */
export async function fill({ ask }: TransferWorld, seed: number): Promise<void> {
  const random = createRandom(seed);
  const count = 2 + Math.floor(random() * 8);
  const ids: Awaited<ReturnType<typeof make>>[] = [];
  const make = async (index: number) => {
    const fields = ['serial', 'note', 'note', '@odd#2', 'name'].flatMap((name) =>
      random() < 0.5 ? [{ name, value: pickOne(random, values) }] : [],
    );
    const name = `${pickOne(random, nasty)} ${index}`;
    const localId = `${pickOne(random, nasty)}:${index}`;
    const kind = pickOne(random, ['asset', '=kind', 'größe']);
    return (await ask('entities:create', { kind, localId, name, fields })).id;
  };
  for (let index = 0; index < count; index += 1) ids.push(await make(index));
  for (let index = 0; index < count * 2; index += 1) {
    const [sourceId, targetId] = [pickOne(random, ids), pickOne(random, ids)];
    const type = pickOne(random, [null, ...nasty.filter((text) => text !== '  spaced  ')]);
    const related = await ask('relationships:page', { entityId: sourceId, offset: 0, limit: 500 });
    const isThere = related.rows.some((row) => row.target.id === targetId && row.type === type);
    if (sourceId !== targetId && !isThere)
      await ask('relationships:relate', { sourceId, targetId, type, local: true });
  }
}

/** All that is in the workspace, in an order that depends on nothing else. */
async function readAll({ ask }: TransferWorld) {
  const page = { offset: 0, limit: 500 };
  const { rows } = await ask('entities:page', { search: '', kinds: [], connectionId: null, ...page });
  const entities = [];
  for (const { id, address, name, kind, archived } of rows) {
    const { fields } = await ask('entities:read', { id });
    const sorted = fields.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    entities.push(JSON.stringify([address, name, kind, archived, sorted]));
  }
  const relationships = (await ask('relationships:page', { entityId: null, ...page })).rows.map(
    ({ source, target, type, connection, state }) =>
      JSON.stringify([source.address, target.address, type, connection, state]),
  );
  return { entities: entities.toSorted(), relationships: relationships.toSorted() };
}

const formats: readonly TransferFormat[] = ['json', 'graphml', 'csv', 'tsv', 'xlsx'];

/** Exports a graph in each format and imports it into an empty workspace; one seed a format. */
export async function checkRoundTrips(group: number): Promise<void> {
  for (const [index, format] of formats.entries()) {
    const world = await openTransferWorld();
    await fill(world, group * formats.length + index + 1);
    const path = join(world.folder, `out.${format}`);
    const { paths, manifest } = await world.ask('export:write', { path, format, query: '' });
    for (const file of manifest.files) {
      const bytes = readFileSync(join(world.folder, file.name));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(file.sha256);
    }
    const fresh = await openTransferWorld();
    const sources = paths.filter((written) => !written.endsWith('.manifest.json'));
    const { handle, tables } = await fresh.ask('import:inspect', { source: { paths: sources } });
    const mappings = tables.map(({ mapping }) => mapping);
    const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: false };
    const { counts } = await fresh.ask('import:commit', { handle, settings });
    expect(counts).toMatchObject({ refused: 0, choice: 0, unchanged: 0 });
    expect(await readAll(fresh)).toEqual(await readAll(world));
  }
}
