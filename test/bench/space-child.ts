// Asks every kind of question, exports all and imports a file, and tells how much memory the process ever had, before the
// import and after:
// `space-child.ts weft|bare PATH FILE`. PATH is changed by it; what is exported lies beside it.
import { dirname, join } from 'node:path';
import type { EntityId } from '../../src-preload/contract/model.ts';
import { openBare } from './fixtures.ts';
import { mustBeOk, openBackend } from './queries.ts';

const [who = '', path = '', file = ''] = process.argv.slice(2);
const ROOTS = 200;

async function askAll(): Promise<void> {
  const backend = await openBackend(path);
  const page = { offset: 0, limit: 100 };
  mustBeOk(await backend.request('entities:page', { search: '', kinds: [], connectionId: null, ...page }));
  for (const text of ['pump', 'conv', 'convqyor'])
    mustBeOk(await backend.request('query:run', { text, ...page }));
  // the hubs come first
  for (let id = 1; id <= ROOTS; id += 1) {
    const roots = [id as EntityId]; // the ids of the fixture begin with 1
    mustBeOk(await backend.request('graph:surroundings', { roots, hops: 2, budget: 60 }));
  }
  const first = 1 as EntityId; // as above
  const last = ROOTS as EntityId; // as above
  const impact = { failed: [first], direction: 'down' as const, rules: [], limit: 10_000 };
  mustBeOk(await backend.request('query:impact', impact));
  const open = { types: null, connections: null, direction: 'any' as const, avoid: [], maxHops: 20 };
  mustBeOk(await backend.request('query:explain', { sourceId: first, targetId: last, ...open, k: 10 }));
  for (const finding of ['hubs', 'islands', 'orphans', 'cycles'] as const) {
    mustBeOk(await backend.request('query:findings', { finding, hubSize: 1000, limit: 100 }));
  }
  for (const format of ['csv', 'xlsx'] as const) {
    const target = join(dirname(path), `out.${format}`);
    mustBeOk(await backend.request('export:write', { path: target, format, query: '' }));
  }
  tellMemory();
  await importFile(backend);
  await backend.close();
}

async function importFile(backend: Awaited<ReturnType<typeof openBackend>>): Promise<void> {
  const read = await backend.request('import:inspect', { source: { paths: [file] } });
  mustBeOk(read);
  if (!read.ok) return;
  const { handle, tables } = read.value;
  const mappings = tables.map(({ mapping }) => mapping);
  const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: false };
  mustBeOk(await backend.request('import:commit', { handle, settings }));
}

/** The most memory that the process ever had so far. */
function tellMemory(): void {
  process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
}

/** The ends of all relationships in two plain arrays, read row by row. */
function readBare(): number {
  const db = openBare(path);
  const count = db.prepare('SELECT COUNT(*) FROM relationship').pluck().get() as number; // a count
  const ends = [new Int32Array(count), new Int32Array(count)] as const;
  let place = 0;
  for (const row of db.prepare('SELECT source_id, target_id FROM relationship').raw().iterate()) {
    const [source, target] = row as [number, number]; // the columns above
    ends[0][place] = source;
    ends[1][place] = target;
    place += 1;
  }
  db.close();
  return place;
}

if (who === 'weft') await askAll();
else readBare();
tellMemory();
