import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RelationshipState } from '../../src-preload/contract/model.ts';
import type { TransferFormat } from '../../src-preload/contract/transfer-requests.ts';
import { createRandom, pickOne } from '../servers/shared/random.ts';
import { openTransferWorld, type TransferWorld } from './transfer-world.ts';
import { drawFields, drawType, makeVariedWorkspace, nasty } from './varied-workspace.ts';

const all = { search: '', kinds: [], connectionId: null, offset: 0, limit: 500 };

/** Entities of the workspace’s own, and relationships of its own between any of all; made with a seed. */
export async function fill({ ask }: TransferWorld, seed: number): Promise<void> {
  const random = createRandom(seed);
  const count = 2 + Math.floor(random() * 8);
  for (let index = 0; index < count; index += 1) {
    const name = `${pickOne(random, nasty)} ${index}`;
    const localId = `${pickOne(random, nasty)}:${index}`;
    const kind = pickOne(random, ['asset', '=kind', 'größe']);
    await ask('entities:create', { kind, localId, name, fields: drawFields(random) });
  }
  const ids = (await ask('entities:page', all)).rows.map(({ id }) => id);
  for (let index = 0; index < ids.length; index += 1) {
    const [sourceId, targetId] = [pickOne(random, ids), pickOne(random, ids)];
    const type = drawType(random);
    const related = await ask('relationships:page', { entityId: sourceId, offset: 0, limit: 500 });
    const isThere = related.rows.some((row) => row.target.id === targetId && row.type === type);
    if (sourceId !== targetId && !isThere)
      await ask('relationships:relate', { sourceId, targetId, type, local: true });
  }
}

/** What waits to be sent, marks where a remote has no types, a type of the vocabulary and a view. */
async function edit({ ask, backend }: TransferWorld, seed: number): Promise<void> {
  const random = createRandom(seed + 1_000_000);
  const { rows } = await ask('entities:page', all);
  const there = rows.filter(({ connection }) => connection === 'plant');
  const related = (await ask('relationships:page', { entityId: null, offset: 0, limit: 500 })).rows;
  const synced = related.filter(({ state }) => state === 'synced');
  // what the rules refuse is not made: the states that came of it are counted by the caller
  await backend.request('relationships:unrelate', { id: pickOne(random, synced).id });
  for (const { id } of synced) {
    if (random() < 0.3) await backend.request('relationships:retype', { id, type: drawType(random) });
  }
  for (const source of there) {
    const ends = { sourceId: source.id, targetId: pickOne(random, there).id };
    await backend.request('relationships:relate', { ...ends, type: drawType(random), local: false });
  }
  const [type] = await ask('types:list', {});
  if (type !== undefined) {
    await ask('types:save', { type: { ...type.type, maxPerSource: 1 + (seed % 7) } });
    await ask('types:save', {
      type: { ...type.type, name: `own ${seed}`, inverse: `${pickOne(random, nasty)}.`, symmetric: false },
    });
  }
  const settings = {
    query: '',
    filter: { text: '', mode: 'hide' as const },
    hiddenKinds: [],
    viewport: null,
  };
  const entities = rows.slice(0, 4).map(({ id }, index) => ({ id, x: index, y: -seed, pinned: index > 1 }));
  const roots = entities.slice(0, 2).map(({ id }) => id);
  await ask('views:save', { id: null, name: `View ${seed}`, settings, entities, roots, missing: null });
}

/** A workspace that knows no connection keeps what came from one as its own, under that name and id. */
function toOwn(address: string): string {
  const [connection = '', kind = '', ...rest] = address.split(':');
  return connection === 'local' ? address : `local:${kind}:${connection}:${rest.join(':')}`;
}

/** All that a file of rows promises to hold, in an order that depends on nothing else. What is to be deleted is not taken. */
async function readRows({ ask }: TransferWorld) {
  const entities: string[] = [];
  for (const { id, address, name, kind, archived } of (await ask('entities:page', all)).rows) {
    const { fields } = await ask('entities:read', { id });
    const sorted = fields.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    entities.push(JSON.stringify([toOwn(address), name, kind, archived, sorted]));
  }
  const { rows } = await ask('relationships:page', { entityId: null, offset: 0, limit: 500 });
  const relationships = rows
    .filter(({ state }) => state !== 'delete')
    .map(({ source, target, type }) => JSON.stringify([toOwn(source.address), toOwn(target.address), type]));
  // what two connections say alike is one relationship where neither is
  return { entities: entities.toSorted(), relationships: [...new Set(relationships)].toSorted() };
}

/** What the JSON alone holds besides. */
async function readSettings({ ask }: TransferWorld) {
  const types = (await ask('types:list', {})).map(({ type }) => type);
  const { rows } = await ask('views:list', { search: '', offset: 0, limit: 100 });
  const views = [];
  for (const { id } of rows) {
    const { name, settings, entities, roots, missing } = await ask('views:read', { id });
    const drawn = entities.map(({ address, x, y, pinned, id: entity }) =>
      JSON.stringify([toOwn(address), x, y, pinned, roots.indexOf(entity)]),
    );
    views.push({ id, name, settings, missing, drawn: drawn.toSorted() });
  }
  return { types, views };
}

interface Exported {
  readonly entities: readonly { readonly entity: string; readonly origin: unknown }[];
  readonly relationships: readonly {
    readonly source: string;
    readonly target: string;
    readonly type: string | null;
    readonly state: string;
    readonly origin: unknown;
  }[];
}

/** Where a file of JSON says that everything came from; of what two connections say alike, what is said first. */
function readOrigins(path: string): Map<string, unknown> {
  const { entities, relationships } = JSON.parse(readFileSync(path, 'utf8')) as Exported;
  const origins = new Map(entities.map(({ entity, origin }) => [toOwn(entity), origin]));
  for (const { source, target, type, state, origin } of relationships) {
    const key = JSON.stringify([toOwn(source), toOwn(target), type]);
    if (state !== 'delete' && !origins.has(key)) origins.set(key, origin);
  }
  return origins;
}

/** Exports what was imported, imports that and exports it again: each file says the same origins. */
async function checkOrigins(fresh: TransferWorld, exported: string): Promise<void> {
  const first = readOrigins(exported);
  const again = join(fresh.folder, 'again.json');
  await fresh.ask('export:write', { path: again, format: 'json', query: '' });
  expect(readOrigins(again)).toEqual(first);
  const third = await openTransferWorld();
  await third.ask('import:commit', await third.inspect(again));
  const last = join(third.folder, 'last.json');
  await third.ask('export:write', { path: last, format: 'json', query: '' });
  expect(readOrigins(last)).toEqual(first);
  await third.backend.close();
}

export const formats: readonly TransferFormat[] = ['json', 'graphml', 'csv', 'tsv', 'xlsx'];

/** Exports a varied workspace and imports it into an empty one; answers with the states of what was exported. */
export async function checkRoundTrip(format: TransferFormat, seed: number): Promise<RelationshipState[]> {
  const world = await openTransferWorld(makeVariedWorkspace(seed));
  await fill(world, seed);
  await edit(world, seed);
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
  expect(counts).toMatchObject({ choice: 0, update: 0 });
  expect(await readRows(fresh)).toEqual(await readRows(world));
  if (format === 'json') {
    expect(await readSettings(fresh)).toEqual(await readSettings(world));
    await checkOrigins(fresh, path);
  }
  const { rows } = await world.ask('relationships:page', { entityId: null, offset: 0, limit: 500 });
  const created = rows.filter(({ state }) => state !== 'delete').length;
  expect(manifest.counts.relationships).toBe(rows.length);
  expect(counts.create).toBeLessThanOrEqual(manifest.counts.entities + created);
  for (const { backend } of [world, fresh]) await backend.close();
  return rows.map(({ state }) => state);
}
