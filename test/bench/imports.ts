import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBackend } from '../../src-main/backend/index.ts';
import { openBeside } from '../../src-main/backend/store/database.ts';
import { transaction } from '../../src-main/backend/store/sql.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { createPlainPorts, showLog } from '../support/plain-ports.ts';
import { inTurns, type Measured } from './figure.ts';
import { drawRows, type Pair, toCsv } from './import-rows.ts';

const ENTITIES = 100_000;
const ROWS = 300_000;
const FROM_FILE = 100_000;
/** 20,000 documents a second. */
const POUCHDB_US = 50;

/** Importing beside bare inserts, and rows from a file beside it. */
export async function measureImports(folder: string, runs: number): Promise<readonly Measured[]> {
  const [whole, part] = [join(folder, 'whole.csv'), join(folder, 'part.csv')];
  const rows = drawRows(ROWS, ENTITIES);
  writeFileSync(whole, toCsv(rows));
  writeFileSync(part, toCsv(rows.slice(0, FROM_FILE)));
  const fromFile: number[] = [];
  const imported = await inTurns(
    runs,
    async () => {
      const { inspect, commit } = await timeImport(folder, part);
      fromFile.push((inspect + commit) / FROM_FILE);
      return (await timeImport(folder, whole)).commit / ROWS;
    },
    async () => timeBare(folder, rows) / ROWS,
  );
  const perRow = (values: readonly number[]) => values.map((value) => value * 1000);
  return [
    {
      name: 'import',
      unit: 'µs/row',
      about: `${ROWS} relationships judged, searchable and with history; peer: bare inserts into the same table`,
      budget: 1 / 0.35,
      values: perRow(imported.values),
      peers: perRow(imported.peers),
    },
    {
      name: 'import-pouchdb',
      unit: 'µs/row',
      about:
        'the same import; peer: 20,000 bare documents a second by bulkDocs of PouchDB, as known and not run here',
      budget: 1,
      values: perRow(imported.values),
      peers: imported.values.map(() => POUCHDB_US),
    },
    {
      name: 'import-csv',
      unit: 'µs/row',
      about: `${FROM_FILE} rows of a CSV file, parsed to committed; peer: the import of ${ROWS}`,
      budget: 3,
      values: perRow(fromFile),
      peers: perRow(imported.values),
    },
  ];
}

/** The sizes at which it is told how imports grow. */
export const GROWTH_OF_IMPORTS = [10_000, 300_000, 500_000, 1_000_000];
/** The largest takes a minute each. */
const GROWTH_RUNS = 5;

/** The names of what is measured of one import. */
export function namesOfImport(size: number): string[] {
  return [`import-${size}`, `import-csv-${size}`];
}

/** The import of so many relationships, alone and with the reading of their file; not judged: for how it grows. */
export async function measureImportOf(
  folder: string,
  size: number,
  runs = GROWTH_RUNS,
): Promise<readonly Measured[]> {
  const file = join(folder, 'rows.csv');
  const rows = drawRows(size, ENTITIES);
  writeFileSync(file, toCsv(rows));
  const perRow = (ms: number) => (ms * 1000) / size;
  const fromFile: number[] = [];
  const { values, peers } = await inTurns(
    runs,
    async () => {
      const { inspect, commit } = await timeImport(folder, file);
      fromFile.push(perRow(inspect + commit));
      return perRow(commit);
    },
    async () => perRow(timeBare(folder, rows)),
  );
  const [alone = '', withFile = ''] = namesOfImport(size);
  const peer = 'peer: bare inserts into the same table';
  const figure = { unit: 'µs/row', budget: null, peers };
  return [
    {
      name: alone,
      about: `${size} relationships judged, searchable and with history; ${peer}`,
      ...figure,
      values,
    },
    {
      name: withFile,
      about: `${size} rows of a CSV file, parsed to committed; ${peer}`,
      ...figure,
      values: fromFile,
    },
  ];
}

/** What a person waits for at most after pasting rows, in milliseconds. */
const PATIENCE_MS = 2000;
const PASTED = 10_000;

/** Rows from the clipboard: all verdicts, and then the commit. */
export async function measurePaste(folder: string, runs: number): Promise<readonly Measured[]> {
  const text = toCsv(drawRows(PASTED, ENTITIES));
  const [verdicts, commits]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    const path = join(folder, `${randomUUID()}.weft`);
    const opened = await openLarge(folder, path);
    try {
      const startedAt = performance.now();
      const read = await inspect(opened, { text, format: 'csv' });
      await opened.ask('import:preview', { ...read, only: 'all', offset: 0, limit: 100 });
      const judgedAt = performance.now();
      await opened.ask('import:commit', read);
      verdicts.push(judgedAt - startedAt);
      commits.push(performance.now() - judgedAt);
    } finally {
      await opened.close();
      rmSync(path, { force: true });
    }
  }
  const peers = verdicts.map(() => PATIENCE_MS);
  const of = `${PASTED} pasted rows; peer: how long a person waits`;
  return [
    { name: 'paste-verdicts', unit: 'ms', about: `verdicts on ${of}`, budget: 1, values: verdicts, peers },
    { name: 'paste-commit', unit: 'ms', about: `commit of ${of}`, budget: 1, values: commits, peers },
  ];
}

interface Opened {
  ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  close(): Promise<void>;
}

async function openLarge(folder: string, path: string): Promise<Opened> {
  copyFileSync(writeOnce(folder), path);
  const backend = createBackend(createPlainPorts({ log: showLog }));
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
    return result.value;
  };
  await ask('workspace:open', { path });
  return { ask, close: () => backend.close() };
}

async function inspect({ ask }: Opened, source: Params<'import:inspect'>['source']) {
  const { handle, tables } = await ask('import:inspect', { source });
  const mappings = tables.map(({ mapping }) => mapping);
  return { handle, settings: { mappings, choices: [], kind: 'asset', createMissing: false, local: false } };
}

async function timeImport(folder: string, file: string): Promise<{ inspect: number; commit: number }> {
  const path = join(folder, `${randomUUID()}.weft`);
  const opened = await openLarge(folder, path);
  try {
    const startedAt = performance.now();
    const read = await inspect(opened, { paths: [file] });
    const readAt = performance.now();
    const { counts } = await opened.ask('import:commit', read);
    if (counts.refused + counts.choice + counts.unchanged > 0) throw new Error('Not every row was taken');
    return { inspect: readAt - startedAt, commit: performance.now() - readAt };
  } finally {
    await opened.close();
    rmSync(path, { force: true });
  }
}

/** One prepared statement in one transaction, into the same table of such a workspace, with the same pragmas. */
function timeBare(folder: string, rows: readonly Pair[]): number {
  const path = join(folder, `${randomUUID()}.weft`);
  copyFileSync(writeOnce(folder), path);
  const db = openBeside({ path, nativeBinding: process.env['WEFT_SQLITE_BINDING'] ?? null });
  const insert = db.prepare('INSERT INTO local_relationship VALUES (?, ?, ?, ?, ?, ?)');
  const addType = db.prepare("INSERT INTO relationship_type (id, name) VALUES (1, 'feeds')");
  const startedAt = performance.now();
  transaction(db, () => {
    addType.run();
    for (const [index, [source, target]] of rows.entries()) {
      insert.run(1_000_000 + index, source, target, 1, 1, '2026-03-01T10:00:00.000Z');
    }
  });
  const took = performance.now() - startedAt;
  db.close();
  rmSync(path, { force: true });
  return took;
}

/** The workspace that each import begins with a copy of. */
function writeOnce(folder: string): string {
  const path = join(folder, 'large.weft');
  if (!existsSync(path)) writeLargeWorkspace({ path, entities: ENTITIES });
  return path;
}
