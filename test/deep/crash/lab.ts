import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConflictPage } from '../../../src-main/backend/store/conflicts.ts';
import { saveConnection } from '../../../src-main/backend/store/connections.ts';
import { createWorkspace } from '../../../src-main/backend/store/database.ts';
import { readHeldPage } from '../../../src-main/backend/store/held-removals.ts';
import { readHistoryPage } from '../../../src-main/backend/store/history-page.ts';
import { readOutboxPage } from '../../../src-main/backend/store/outbox.ts';
import { readRelationshipPage } from '../../../src-main/backend/store/relationships.ts';
import type { WritableDb } from '../../../src-main/backend/store/sql.ts';
import { readEntityPage } from '../../support/at-once.ts';
import { createFakeRemote, type FakeRemote, toFakeEntity } from '../../support/fake-remote.ts';
import { NOW, sqliteBinding } from '../../support/workspace.ts';
import { type Hooks, type Life, openLife } from './life.ts';
import type { Scenario } from './scenarios.ts';
import { perform, sync, whole } from './steps.ts';

/** A scenario with its files: everything up to `act` has happened, and is brought back before each run. */
export interface Lab {
  readonly scenario: Scenario;
  readonly remote: FakeRemote;
  /** A new copy of the workspace as it was before `act`; the remote is as it was then, too. */
  begin(): string;
  /** Copies a workspace as it stands on the disk this instant, with what SQLite has not yet folded in. */
  copy(path: string): string;
  remove(): void;
}

export const noHooks: Hooks = { call: () => undefined, boundary: () => undefined };

/** Memory where the system has a folder in memory: a run is a few dozen commits that reach the disk. */
function toFolder(): string {
  const inMemory = '/dev/shm';
  return mkdtempSync(join(existsSync(inMemory) ? inMemory : tmpdir(), 'weft-crash-'));
}

export async function openLab(scenario: Scenario): Promise<Lab> {
  const folder = toFolder();
  const number = (kind: string, count: number) =>
    Array.from({ length: count }, (_, n) => toFakeEntity(kind, String(n + 1)));
  const remote = createFakeRemote([...number('asset', 4), ...number('metric', 3)], scenario.remote);
  const template = join(folder, 'template.weft');
  createFile(template);
  const life = openLife(template, remote, noHooks);
  for (const step of scenario.before) await perform(life, remote, step);
  life.close();
  const restore = remote.remember();
  let files = 0;
  const copy = (path: string) => {
    files += 1;
    const next = join(folder, `${files}.weft`);
    for (const end of ['', '-wal'])
      if (existsSync(`${path}${end}`)) copyFileSync(`${path}${end}`, `${next}${end}`);
    return next;
  };
  return {
    scenario,
    remote,
    begin: () => {
      restore();
      return copy(template);
    },
    copy,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function createFile(path: string): void {
  const workspace = createWorkspace({ path, nativeBinding: sqliteBinding });
  saveConnection(workspace.db, {
    name: 'fake',
    remote: 'clickie',
    scope: '1',
    url: 'https://example.com',
    secretReference: 'none',
    identity: 'the first identity',
    rate: 5,
    now: NOW,
  });
  workspace.close();
}

/** Ends a life and removes its files. */
export function endLife(life: Life, path: string): void {
  life.close();
  for (const end of ['', '-wal', '-shm', '-lock']) rmSync(`${path}${end}`, { force: true });
}

/** Goes through the steps from one on; throws what a step throws. `at` is told the number of each. */
export async function act(lab: Lab, life: Life, from: number, at: (step: number) => void): Promise<void> {
  for (const [index, step] of lab.scenario.act.entries()) {
    if (index < from) continue;
    at(index);
    await perform(life, lab.remote, step);
  }
  at(lab.scenario.act.length);
}

/** All that a person can see in the end, here and there, once one more sync found nothing to wait for. */
export async function conclude(lab: Lab, life: Life): Promise<Outcome> {
  await sync(life, whole);
  return readOutcome(lab, life.db);
}

/** Without what may differ: the numbers of rows, and the moments. */
export interface Outcome {
  readonly sound: unknown;
  readonly shown: readonly string[];
  readonly outbox: readonly string[];
  readonly conflicts: readonly string[];
  readonly held: readonly string[];
  readonly entities: readonly string[];
  readonly commands: readonly string[];
  /** Every relationship that ever came or went at the remote in the run: a second effect would be one more. */
  readonly effects: readonly string[];
}

const page = { offset: 0, limit: 500 };

function readOutcome({ remote }: Lab, db: WritableDb): Outcome {
  const toPair = ({ source, target }: { source: { name: string }; target: { name: string } }) =>
    [source.name, target.name].toSorted().join(' – ');
  const { rows: entities } = readEntityPage(db, { search: '', kinds: [], connectionId: null }, page);
  return {
    sound: [db.pragma('integrity_check', { simple: true }), db.pragma('foreign_key_check')],
    shown: readRelationshipPage(db, null, page)
      .rows.map((row) => `${toPair(row)} ${row.type ?? '-'} ${row.state}`)
      .toSorted(),
    outbox: readOutboxPage(db, page)
      .rows.map((row) => `${row.action} ${toPair(row)} ${row.type ?? '-'} ${row.state} ${row.cause ?? ''}`)
      .toSorted(),
    conflicts: readConflictPage(db, page)
      .rows.map((row) => `${row.reason} ${toPair(row)} ${row.choices.join(' ')}`)
      .toSorted(),
    held: readHeldPage(db, page)
      .rows.map(({ what, side, count, reason, released }) => `${what} ${side} ${count} ${reason} ${released}`)
      .toSorted(),
    entities: entities.map((row) => `${row.address} ${row.name} ${row.archived}`).toSorted(),
    commands: readHistoryPage(db, page)
      .rows.filter(({ label }) => !/^(Sync|First)/.test(label))
      .map(({ label, state }) => `${label} ${state}`),
    effects: [...remote.effects].toSorted(),
  };
}
