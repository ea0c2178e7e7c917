import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { importRows } from '../../src-main/backend/commands/import-rows.ts';
import { createBackend } from '../../src-main/backend/index.ts';
import { openWorkspace } from '../../src-main/backend/store/database.ts';
import { runToEnd } from '../../src-main/backend/store/slices.ts';
import { transaction } from '../../src-main/backend/store/sql.ts';
import { localCapabilities } from '../../src-preload/contract/capabilities.ts';
import { LOCAL_CONNECTION_ID } from '../../src-preload/contract/model.ts';
import type { BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { createPlainPorts, showLog } from '../support/plain-ports.ts';
import type { Measured } from './figure.ts';
import { openBare } from './fixtures.ts';
import { drawRows } from './import-rows.ts';
import { PATIENCE_MS, watchTurns } from './turns.ts';

const ENTITIES = 100_000;
const ROWS = 300_000;
const BEFORE = '2026-03-01T12:00:00.000Z';
const IMPORTED_AT = '2026-03-02T10:00:00.000Z';
const AFTER = '2026-03-02T12:00:00.000Z';
const page = { offset: 0, limit: 100 };

/** The past across an import: how long the first page takes, and how long others wait meanwhile. */
export async function measurePast(folder: string, runs: number): Promise<readonly Measured[]> {
  const path = writeImported(folder);
  const [asOf, diff] = [createMeter(), createMeter()];
  const [scans, joins]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    await asOf.measure(path, 'history:as-of', { at: BEFORE, ...page });
    await diff.measure(path, 'history:diff', { from: BEFORE, to: AFTER, ...page });
    scans.push(timeScan(path, 'SELECT r.value ->> 0 FROM history_pack p JOIN json_each(p.body) r'));
    joins.push(
      timeScan(
        path,
        `SELECT r.value ->> 0, l.id FROM history_pack p JOIN json_each(p.body) r
         LEFT JOIN local_relationship l ON l.id = r.value ->> 0`,
      ),
    );
  }
  const across = `across an import of ${ROWS} relationships`;
  const gap = `longest wait of others meanwhile; peer: how long they may wait`;
  return [
    toFigure(
      'as-of-import',
      `page of a moment ${across}; peer: its packed ids read barely`,
      1,
      asOf.took,
      scans,
    ),
    toGap('as-of-import-gap', `page of a moment ${across}, ${gap}`, asOf.gaps),
    toFigure(
      'diff-import',
      `page of a difference ${across}; peer: its packed ids joined barely`,
      5,
      diff.took,
      joins,
    ),
    toGap('diff-import-gap', `page of a difference ${across}, ${gap}`, diff.gaps),
  ];
}

export const namesOfPast = ['as-of-import', 'as-of-import-gap', 'diff-import', 'diff-import-gap'];

function toFigure(
  name: string,
  about: string,
  budget: number,
  values: readonly number[],
  peers: readonly number[],
): Measured {
  return { name, unit: 'ms', about, budget, values, peers };
}

function toGap(name: string, about: string, gaps: readonly number[]): Measured {
  return { ...toFigure(name, about, 1, gaps, [PATIENCE_MS]), judged: 'worst' };
}

/** A workspace whose relationships were all imported in one go. */
function writeImported(folder: string): string {
  const path = join(folder, 'imported.weft');
  if (existsSync(path)) return path;
  writeLargeWorkspace({ path, entities: ENTITIES });
  const { db, close } = openWorkspace({ path, nativeBinding: process.env['WEFT_SQLITE_BINDING'] ?? null });
  const relationships = drawRows(ROWS, ENTITIES).map(([source, target]) => {
    return { connectionId: LOCAL_CONNECTION_ID, source, target, slot: 0, type: 'feeds' };
  });
  const context = { db, now: IMPORTED_AT, capabilitiesOf: () => localCapabilities };
  transaction(db, () => {
    runToEnd(importRows(context, { label: 'Import all.csv', entities: [], relationships }));
  });
  close();
  return path;
}

/** Asks in a workspace that was just opened, and measures the turns of the event loop meanwhile. */
function createMeter() {
  const [took, gaps]: [number[], number[]] = [[], []];
  return {
    took,
    gaps,
    measure: async <C extends BackendChannel>(path: string, channel: C, params: Params<C>): Promise<void> => {
      const backend = createBackend(createPlainPorts({ log: showLog }));
      await backend.request('workspace:open', { path });
      const watch = watchTurns();
      const startedAt = performance.now();
      const result = await backend.request(channel, params);
      took.push(performance.now() - startedAt);
      gaps.push(await watch.end());
      if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
      await backend.close();
    },
  };
}

function timeScan(path: string, sql: string): number {
  const db = openBare(path);
  const statement = db.prepare(sql).raw();
  const startedAt = performance.now();
  statement.all();
  const took = performance.now() - startedAt;
  db.close();
  return took;
}
