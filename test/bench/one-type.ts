import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createBackend } from '../../src-main/backend/index.ts';
import { openBeside } from '../../src-main/backend/store/database.ts';
import { transaction } from '../../src-main/backend/store/sql.ts';
import { EntityId } from '../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { writeLargeWorkspace } from '../support/large-workspace.ts';
import { createPlainPorts, showLog } from '../support/plain-ports.ts';
import type { Measured } from './figure.ts';
import { drawRows, toCsv } from './import-rows.ts';
import { PATIENCE_MS, watchTurns } from './turns.ts';

const ENTITIES = 100_000;
const RELATED = 300_000;
const TARGETS = 400;

export const namesOfOneType = ['one-row-gap', 'verdicts-gap'];

/** How long others wait while the rules of a type are asked that relates very much. */
export async function measureOneType(folder: string, runs: number): Promise<readonly Measured[]> {
  const path = writeRelated(folder);
  const [imports, verdicts]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    const copy = join(folder, `one-type-${run}.weft`);
    copyFileSync(path, copy);
    const { ask, close } = await open(copy);
    await makeAcyclic(ask);
    imports.push(await watched(() => importOne(ask)));
    verdicts.push(await watched(() => judgeMany(ask)));
    await close();
    rmSync(copy, { force: true });
  }
  const among = `among ${RELATED} of its acyclic type; peer: how long others may wait`;
  const toGap = (name: string, about: string, values: readonly number[]): Measured => {
    const peers = values.map(() => PATIENCE_MS);
    return { name, unit: 'ms', about: `${about} ${among}`, budget: 1, values, peers, judged: 'worst' };
  };
  return [
    toGap('one-row-gap', 'longest turn while one row is judged and imported', imports),
    toGap('verdicts-gap', `longest turn while ${TARGETS} targets are judged`, verdicts),
  ];
}

function writeRelated(folder: string): string {
  const path = join(folder, 'one-type.weft');
  writeLargeWorkspace({ path, entities: ENTITIES });
  const db = openBeside({ path, nativeBinding: process.env['WEFT_SQLITE_BINDING'] ?? null });
  const add = db.prepare('INSERT OR IGNORE INTO local_relationship VALUES (?, ?, ?, ?, ?, ?)');
  transaction(db, () => {
    db.prepare("INSERT INTO relationship_type (id, name) VALUES (1, 'feeds')").run();
    for (const [index, [source, target]] of drawRows(RELATED, ENTITIES).entries()) {
      add.run(
        index + 1,
        Math.min(source, target),
        Math.max(source, target),
        1,
        1,
        '2026-03-01T10:00:00.000Z',
      );
    }
    db.prepare("UPDATE counter SET next = ? WHERE name = 'relationship'").run(RELATED + 1);
  });
  db.close();
  return path;
}

type Ask = <C extends BackendChannel>(channel: C, params: Params<C>) => Promise<Answer<C>>;

async function open(path: string): Promise<{ readonly ask: Ask; close(): Promise<void> }> {
  const backend = createBackend(createPlainPorts({ log: showLog }));
  const ask: Ask = async (channel, params) => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
    return result.value;
  };
  await ask('workspace:open', { path });
  return { ask, close: () => backend.close() };
}

async function makeAcyclic(ask: Ask): Promise<void> {
  const listed = await ask('types:list', {});
  const feeds = listed.find(({ type }) => type.name === 'feeds');
  if (feeds === undefined) throw new Error('The vocabulary ships with “feeds”');
  await ask('types:save', { type: { ...feeds.type, acyclic: true } });
}

/** From the one with most to the last: all that is related by the type may have a part in it. */
async function importOne(ask: Ask): Promise<void> {
  const text = toCsv([[ENTITIES, 1]]);
  const { handle, tables } = await ask('import:inspect', { source: { text, format: 'csv' } });
  const mappings = tables.map(({ mapping }) => mapping);
  const settings = { mappings, choices: [], kind: 'asset', createMissing: false, local: false };
  await ask('import:preview', { handle, settings, only: 'all', offset: 0, limit: 100 });
  await ask('import:commit', { handle, settings });
}

async function judgeMany(ask: Ask): Promise<void> {
  const targetIds = Array.from({ length: TARGETS }, (_, n) => EntityId.parse(1 + n * 200));
  await ask('rules:judge-targets', {
    sourceId: EntityId.parse(ENTITIES),
    type: 'feeds',
    local: true,
    targetIds,
  });
}

async function watched(work: () => Promise<void>): Promise<number> {
  const watch = watchTurns();
  await work();
  return await watch.end();
}
