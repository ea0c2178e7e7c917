import { join } from 'node:path';
import type { EntityId } from '../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';

/** Asks a backend, near or far; rejects where the answer is an error. */
export type Ask = <C extends BackendChannel>(channel: C, params: Params<C>) => Promise<Answer<C>>;

const ROOTS = 200;

/** Asks every kind of question of a fixture, and exports all of it into a folder. */
export async function askEverything(ask: Ask, folder: string): Promise<void> {
  const page = { offset: 0, limit: 100 };
  await ask('entities:page', { search: '', kinds: [], connectionId: null, ...page });
  for (const text of ['pump', 'conv', 'convqyor']) await ask('query:run', { text, ...page });
  // the hubs come first
  for (let id = 1; id <= ROOTS; id += 1) {
    const roots = [id as EntityId]; // the ids of the fixture begin with 1
    await ask('graph:surroundings', { roots, hops: 2, budget: 60 });
  }
  const first = 1 as EntityId; // as above
  const last = ROOTS as EntityId; // as above
  await ask('query:impact', { failed: [first], direction: 'down', rules: [], limit: 10_000 });
  const open = { types: null, connections: null, direction: 'any', avoid: [], maxHops: 20 } as const;
  await ask('query:explain', { sourceId: first, targetId: last, ...open, avoid: [], k: 10 });
  for (const finding of ['hubs', 'islands', 'orphans', 'cycles'] as const) {
    await ask('query:findings', { finding, hubSize: 1000, limit: 100 });
  }
  for (const format of ['csv', 'xlsx'] as const) {
    await ask('export:write', { path: join(folder, `out.${format}`), format, query: '' });
  }
}

/** Imports a file of relationships as it is. */
export async function importFile(ask: Ask, file: string): Promise<void> {
  const { handle, tables } = await ask('import:inspect', { source: { paths: [file] } });
  const mappings = tables.map(({ mapping }) => mapping);
  const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: false };
  await ask('import:commit', { handle, settings });
}
