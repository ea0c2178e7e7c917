import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DEFAULT_KEY, seedLarge } from '../../servers/clickie/seed.ts';
import { type ClickieServer, startClickieServer } from '../../servers/clickie/server.ts';
import {
  allEdges,
  createEdge,
  deleteEdge,
  type Edge,
  mustAccount,
  toKey,
} from '../../servers/clickie/site.ts';
import { createRandom, pickOne, type Random } from '../../servers/shared/random.ts';
import { killDuring, recover } from '../support/backend-kill.ts';
import { type Activity, type Kill, planKills } from '../support/kill-plan.ts';
import {
  ask,
  editWithoutEnd,
  note,
  type Outcome,
  type Pair,
  pickPairs,
  readRelated,
  turnAll,
} from '../support/ledger.ts';
import {
  connectNewWorkspace,
  expect,
  expectSynced,
  launchWeft,
  sync,
  test,
  type Weft,
} from '../support/weft.ts';

/** Three kills each. */
const LIVES = 18;
/** Of the kills in each activity, so many must have hit it while it ran. Chosen so that the seeds make sure of it. */
const LEAST_INTERRUPTED = 7;
const PAIRS = 12;

const counts = { lives: 0, edits: 0, again: 0, doubled: 0, requests: 0 };
const kills = new Map<Activity, { all: number; interrupted: number }>();

/** One installation with its server, and what both must have in the end. */
interface Life {
  weft: Weft;
  readonly server: ClickieServer;
  readonly random: Random;
  readonly pairs: readonly Pair[];
}

function edgeKeys(server: ClickieServer): string[] {
  const edges = allEdges(mustAccount(server.site));
  return edges.map(({ parent, child }) => `${toKey(parent)}>${toKey(child)}`).toSorted();
}

/** A colleague relates one pair and unrelates another; nobody edits these here. */
function changeThere({ server, random, pairs }: Life): void {
  const account = mustAccount(server.site);
  const isOurs = ({ parent, child }: Edge) =>
    pairs.some(({ key }) => key === `${toKey(parent)}>${toKey(child)}`);
  const edges = allEdges(account).filter((edge) => !isOurs(edge));
  deleteEdge(account, pickOne(random, edges));
  const edge = { parent: pickOne(random, edges).parent, child: pickOne(random, edges).child };
  if (!isOurs(edge)) createEdge(account, edge);
}

/** Pulls, pushes or edits until the kill; whether that was cut off, and what became of the edits. */
async function runUntilKilled(life: Life, { activity, moment }: Kill): Promise<boolean> {
  const { weft, server, pairs } = life;
  const start = async (): Promise<{ cut: boolean; outcomes: readonly Outcome[] }> => {
    if (activity === 'edit') {
      const outcomes = await editWithoutEnd(weft.page, pairs);
      return { cut: outcomes.some(({ code }) => code !== null), outcomes };
    }
    const code = await weft.page.evaluate(async (mode) => {
      const result = await window.weft.request('sync:start', { connectionId: null, mode, only: null });
      return result.ok ? null : result.error.code;
    }, activity);
    return { cut: code === 'backend-gone', outcomes: [] };
  };
  const { cut, outcomes } = await killDuring({ weft, server, moment }, start);
  counts.edits += note(pairs, outcomes);
  return cut;
}

/** Everything that was acknowledged is there, once, and the file is whole. */
async function expectKept({ weft, server, pairs }: Life, known: readonly string[]): Promise<void> {
  const { findings } = await ask(weft.page, 'workspace:check', {});
  expect(findings).toEqual([]);
  const related = await readRelated(weft.page);
  const isRelated = (key: string) => related.has(key) && related.get(key)?.state !== 'delete';
  const lost = pairs.filter((pair) => pair.related !== null && pair.related !== isRelated(pair.key));
  expect(lost).toEqual([]);
  for (const pair of pairs) {
    pair.related = isRelated(pair.key);
    pair.id = related.get(pair.key)?.id ?? null;
  }
  const there = new Set(edgeKeys(server));
  const ours = new Set(pairs.map(({ key }) => key));
  expect(known.filter((key) => there.has(key) && !ours.has(key) && !isRelated(key))).toEqual([]);
}

/** A sync makes both sides agree, nothing waits, and nothing was sent twice. */
async function expectAgreed({ weft, server, pairs }: Life): Promise<void> {
  await sync(weft.page);
  await expectSynced(weft.page);
  expect((await ask(weft.page, 'outbox:page', { offset: 0, limit: 1 })).total).toBe(0);
  const there = edgeKeys(server);
  expect([...(await readRelated(weft.page)).keys()].toSorted()).toEqual(there);
  expect(pairs.filter(({ key, related }) => related !== there.includes(key))).toEqual([]);
  const doubled = server.requests.filter(({ method, status }) => method === 'POST' && status === 400);
  counts.doubled += doubled.length;
  counts.requests += server.requests.length;
  expect(doubled).toEqual([]);
}

function expectWhole(path: string): void {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    expect(db.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    expect(db.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  } finally {
    db.close();
  }
}

/** The pairs that a push would have nothing to send of. */
function findAgreed({ server, pairs }: Life): readonly Pair[] {
  const there = new Set(edgeKeys(server));
  return pairs.filter(({ key, related }) => related === there.has(key));
}

/** Whether it waits for an answer that never comes, or edits on for ever: no machine is fast enough to end that. */
function cannotEnd({ activity, moment }: Kill): boolean {
  return activity === 'edit' || moment.kind === 'unapplied' || moment.kind === 'unanswered';
}

async function die(life: Life, kill: Kill): Promise<void> {
  counts.edits += await turnAll(life.weft.page, kill.activity === 'push' ? findAgreed(life) : life.pairs);
  changeThere(life);
  const known = [...(await readRelated(life.weft.page)).keys()];
  const interrupted = await runUntilKilled(life, kill);
  if (cannotEnd(kill)) expect(interrupted).toBe(true);
  const count = kills.get(kill.activity) ?? { all: 0, interrupted: 0 };
  kills.set(kill.activity, {
    all: count.all + 1,
    interrupted: count.interrupted + Number(interrupted),
  });
  counts.again += Number(kill.recovery === 'window-killed-again');
  life.weft = await recover(life.weft, kill.recovery);
  await expectKept(life, known);
}

for (let seed = 1; seed <= LIVES; seed += 1) {
  const planned = planKills(seed);
  const name = planned.map(({ activity, moment }) => `${activity} (${moment.kind})`).join(', ');
  test(`[I1] life ${seed}: nothing is lost or doubled by kills in ${name}`, async ({ folder }) => {
    const server = await startClickieServer({ site: seedLarge({ entities: 60, seed }) });
    let weft = await launchWeft({ folder });
    try {
      await connectNewWorkspace(weft, { url: server.url, account: 1, secret: DEFAULT_KEY });
      const random = createRandom(seed);
      const life: Life = { weft, server, random, pairs: await pickPairs(weft.page, random, PAIRS) };
      for (const kill of planned) {
        await die(life, kill);
        weft = life.weft;
      }
      await expectAgreed(life);
      await weft.quit();
      expectWhole(join(folder, 'site.weft'));
      counts.lives += 1;
    } finally {
      await weft.quit().catch(() => undefined); // it has ended where all went well
      await server.stop();
    }
  });
}

test.afterAll(() => {
  const parts = (['pull', 'push', 'edit'] as const).map((activity) => {
    const { all, interrupted } = kills.get(activity) ?? { all: 0, interrupted: 0 };
    return { activity, all, interrupted };
  });
  const sum = parts.reduce((total, { all }) => total + all, 0);
  const text = parts.map(
    ({ activity, all, interrupted }) => `${all} in ${activity} (${interrupted} cut off)`,
  );
  process.stdout.write(
    `kill -9 of the data process: ${sum} kills: ${text.join(', ')}, ${counts.again} more while it came back; ` +
      `${counts.edits} acknowledged edits, 0 lost, ${counts.doubled} doubled\n`,
  );
  if (counts.lives < LIVES) return; // some failed, or were not asked for
  expect(sum).toBeGreaterThanOrEqual(50);
  for (const { all, interrupted } of parts) {
    expect(all).toBeGreaterThanOrEqual(15);
    expect(interrupted).toBeGreaterThanOrEqual(LEAST_INTERRUPTED);
  }
});
