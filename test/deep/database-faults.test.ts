import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { toWireError } from '../../src-main/backend/errors.ts';
import type { WritableDb } from '../../src-main/backend/store/sql.ts';
import type { SyncReport } from '../../src-preload/contract/model.ts';
import { act, conclude, endLife, type Lab, noHooks, openLab } from './crash/lab.ts';
import { type Hooks, openLife } from './crash/life.ts';
import { scenarios } from './crash/scenarios.ts';
import { perform } from './crash/steps.ts';

/** After a full disk or a failed read SQLite has rolled back by itself; after the others it has not. */
const faults = [
  { code: 'SQLITE_BUSY', message: 'database is locked', rollsBack: false },
  { code: 'SQLITE_FULL', message: 'database or disk is full', rollsBack: true },
  { code: 'SQLITE_IOERR_WRITE', message: 'disk I/O error', rollsBack: true },
  { code: 'SQLITE_CORRUPT', message: 'database disk image is malformed', rollsBack: false },
] as const;
type Fault = (typeof faults)[number];

const chosen = [
  'plain: first pull',
  'plain: push of creates and deletes',
  'plain: drop',
  'plain: refresh',
  'plain: an answer that never came',
  'feed: later pull',
  'feed: a cursor that is lost',
  'batch: push of creates and deletes',
  'typed: change of type',
  'typed: both changed, kept local',
  'typed: removed there, kept remote',
  'typed, batch: changes of type',
];

/** One call of the database fails, counted from 1; commits are calls, too. */
function createFailing(failAt: number, { code, message, rollsBack }: Fault) {
  const count = { calls: 0, struck: false };
  const call = (db: WritableDb) => {
    count.calls += 1;
    if (count.calls !== failAt) return;
    count.struck = true;
    if (rollsBack && db.inTransaction) db.exec('ROLLBACK');
    throw new Database.SqliteError(message, code);
  };
  const hooks: Hooks = {
    call,
    boundary: (where, db) => {
      if (where === 'before commit') call(db);
    },
  };
  return { count, hooks };
}

/** Fails in one step, tells of it, and goes on with that step after a restart, as a person would. */
async function failAt(lab: Lab, at: number, fault: Fault) {
  let path = lab.begin();
  const failing = createFailing(at, fault);
  let life = openLife(path, lab.remote, failing.hooks);
  for (const step of lab.scenario.act) {
    const before = failing.count.struck;
    const told = await perform(life, lab.remote, step).catch((error: unknown) => error);
    if (before || !failing.count.struck) {
      if (told instanceof Error) throw told;
      continue;
    }
    expectTold(told, fault);
    const copy = lab.copy(path);
    endLife(life, path);
    path = copy;
    life = openLife(path, lab.remote, noHooks);
    expect(life.db.pragma('integrity_check', { simple: true })).toBe('ok');
    await perform(life, lab.remote, step);
  }
  expect(failing.count.struck, `${fault.code} at call ${at}`).toBe(true);
  const outcome = await conclude(lab, life);
  endLife(life, path);
  return outcome;
}

/** Thrown to whoever asked, or in the report of the run: never in silence. */
function expectTold(told: unknown, fault: Fault): void {
  const logged: string[] = [];
  if (told instanceof Error) {
    const { code, message } = toWireError(told, 'test', (line) => logged.push(line));
    expect(code, `${fault.code}: ${message}`).not.toBe('internal');
    return;
  }
  const report = told as SyncReport | null; // what perform gives where nothing was thrown
  expect(report, `${fault.code} was not told`).not.toBeNull();
  expect(report?.failed).not.toEqual([]);
}

const totals = { scenarios: 0, calls: 0 };
const told = Object.fromEntries(faults.map(({ code }) => [code, 0])) as Record<Fault['code'], number>; // all of them

describe('a database call that fails', () => {
  for (const scenario of scenarios.filter(({ name }) => chosen.includes(name))) {
    it(`is told, loses nothing and doubles nothing, whichever it is and in whichever way: ${scenario.name}`, async () => {
      const lab = await openLab(scenario);
      try {
        const undisturbed = createFailing(0, faults[0]);
        const path = lab.begin();
        const life = openLife(path, lab.remote, undisturbed.hooks);
        await act(lab, life, 0, () => undefined);
        const { calls } = undisturbed.count;
        const wanted = await conclude(lab, life);
        endLife(life, path);
        for (let at = 1; at <= calls; at += 1) {
          for (const fault of faults) {
            const outcome = await failAt(lab, at, fault);
            expect(outcome, `${fault.code} at call ${at}`).toEqual(wanted);
            told[fault.code] += 1;
          }
        }
        totals.calls += calls;
        totals.scenarios += 1;
      } finally {
        lab.remove();
      }
    });
  }

  afterAll(() => {
    const { scenarios: played, calls } = totals;
    process.stdout.write(
      `database faults: ${played} scenarios, ${calls} calls, each failing as ${JSON.stringify(told)}\n`,
    );
    for (const count of Object.values(told)) expect(count).toBe(calls);
    if (totals.scenarios === chosen.length) expect(totals.scenarios).toBeGreaterThanOrEqual(10);
  });
});
