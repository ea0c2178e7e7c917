import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { createBackend } from '../../../src-main/backend/index.ts';
import { must } from '../../../src-main/backend/must.ts';
import type { Fetch } from '../../../src-main/backend/ports.ts';
import type {
  ConnectionDraft,
  OutboxItem,
  Relationship,
  RelationshipId,
} from '../../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../../src-preload/contract/requests.ts';
import type { CommonSwitches } from '../../servers/shared/fault-rules.ts';
import { createTickingClock, type TickingClock } from '../../support/instant-clock.ts';
import { createPlainPorts } from '../../support/plain-ports.ts';
import { AnswerError } from '../../support/sync-world.ts';
import { toFaultRows } from './fault-rows.ts';
import { findUncovered } from './uncovered.ts';

/** A relationship to edit: its ends as the end of their addresses, such as `asset:10`. */
export interface Ends {
  readonly source: string;
  readonly target: string;
}

/** A running server as this course needs it. */
export interface Place<S extends CommonSwitches> {
  readonly server: {
    readonly switches: Readonly<S>;
    readonly forbiddenWrites: readonly unknown[];
    set(changes: Partial<S>): void;
    stop(): Promise<void>;
  };
  readonly draft: ConnectionDraft;
  readonly secret: string;
  /** Another secret for the same user, where one can end. */
  signInAgain?(): string;
  /** The ids in a text as they are on the wire, where they are others there. */
  toWire?(text: string): string;
  /** Every relationship that the server has, in the words of `Edits`; what is not shown here is left out. */
  there(): string[];
  /** Somebody else makes one, removes one, and makes and removes what is made and removed here as well. */
  colleague(): void;
}

/** What is done here, and what both sides have in the end. */
export interface Edits {
  readonly create: readonly (Ends & { readonly type: string | null })[];
  readonly remove: readonly Ends[];
  readonly retype: readonly (Ends & { readonly type: string })[];
  /** Made once the server is as usual again: what it takes shows that it can write. */
  readonly later: Ends & { readonly type: string | null };
  /** What both sides have once all is sent and taken, sorted. */
  readonly end: readonly string[];
}

/** One setting of a switch. */
export interface Row<S> {
  readonly value: unknown;
  /** What is set besides, for the switch to make a difference. */
  readonly and?: Partial<S>;
  /** Set before the first pull and for ever: what a server is, and not what goes wrong with it. */
  readonly stays?: true;
  /** What is removed here and stays there: the server said that it was gone by every way there is to ask. */
  readonly deniedThere?: readonly string[];
  /** The server's data change by themselves, so that both sides have the same but not what `Edits` says. */
  readonly drifts?: true;
}

/** The settings of every switch but `faults`, which has rows of its own. */
export type Rows<S> = { readonly [K in Exclude<keyof S, 'faults'>]: readonly Row<S>[] };

export interface Course<S extends CommonSwitches> {
  readonly remote: string;
  readonly schema: z.ZodObject;
  readonly defaults: Readonly<S>;
  /** How the server is set where a row does not say otherwise. */
  readonly usual: Partial<S>;
  readonly rows: Rows<S>;
  readonly edits: Edits;
  readonly directed: boolean;
  start(switches: Partial<S>, now: () => number): Promise<Place<S>>;
}

/** More syncs than any row needs to come to rest. */
const PATIENCE = 8;
/** Every pause that a server asked for, and every back-off, is over after so long. */
const LATER_MS = 25 * 3_600_000;
/** So many requests see the data drift: a list that grows with each page that is read has no end. */
const DRIFT = 150;
/** A request that is never answered is given up as by a proxy. */
const HANG_MS = 1500;

/** Tests that both sides agree in the end, whichever switch of the server is on meanwhile. */
export function describeConvergence<S extends CommonSwitches>(course: Course<S>): void {
  let done = 0;
  describe(`a change made here, while the ${course.remote} server is set to`, () => {
    for (const [name, rows] of Object.entries<readonly Row<S>[]>(course.rows)) {
      for (const row of rows) {
        it(`${name} = ${JSON.stringify(row.value)} ends the same on both sides`, async () => {
          // the key and the value are of one row, which the table checked
          await run(course, { [name]: row.value, ...row.and } as Partial<S>, row);
          done += 1;
        });
      }
    }
    for (const { name, rules } of toFaultRows()) {
      it(`${name} ends the same on both sides`, async () => {
        await run(course, { faults: rules } as Partial<S>, { value: name });
        done += 1;
      });
    }
  });

  describe('the rows', () => {
    it(`are about every value of every switch that the ${course.remote} server declares`, () => {
      expect(findUncovered(course)).toEqual([]);
    });
    afterAll(() => {
      process.stdout.write(`convergence: ${course.remote} ${done} rows\n`);
    });
  });
}

async function run<S extends CommonSwitches>(course: Course<S>, on: Partial<S>, row: Row<S>): Promise<void> {
  const clock = createTickingClock(Date.UTC(2026, 5, 1));
  const now = () => clock.now().getTime();
  const { usual } = course;
  const place = await course.start(row.stays ? { ...usual, ...on } : usual, now);
  const world = await openWorld(place, clock, course.directed);
  try {
    expect(await world.sync()).toMatchObject({ complete: true, failed: [] });
    if (row.drifts) {
      await edit(world, course.edits);
      await relate(world, course.edits.later); // an end that drifted away can be related to nothing
    }
    if (!row.stays) place.server.set(on);
    if (row.drifts) world.afterRequests(DRIFT, () => place.server.set(toOff(course, on)));
    else {
      await world.sync();
      await edit(world, course.edits);
    }
    place.colleague();
    await world.sync();
    if (!row.drifts) await world.sync(); // each list that is read makes those that drift longer
    if (!row.stays) place.server.set(toOff(course, on));
    if (!row.drifts) await relate(world, course.edits.later);
    const left = await settle(world, clock, place, row);
    expect(left).toEqual([]);
    expect(await world.conflicts()).toBe(0);
    expect(await world.held()).toBe(0);
    const shown = await world.shown();
    expect(shown).toEqual(place.there());
    const end = [...course.edits.end, ...(row.deniedThere ?? [])];
    if (!row.drifts) expect(shown).toEqual(end.map(world.toWire).toSorted());
    expect(place.server.forbiddenWrites).toEqual([]);
  } finally {
    await world.close();
  }
}

function toOff<S extends CommonSwitches>({ defaults, usual }: Course<S>, on: Partial<S>): Partial<S> {
  const usually = { ...defaults, ...usual };
  // the keys are those of the switches that were turned
  return Object.fromEntries(Object.keys(on).map((name) => [name, usually[name as keyof S]])) as Partial<S>;
}

/**
 * Syncs until nothing is left to do, with a user who does what the window offers: asks again for what was refused or
 * waits, signs in again where that is over, holds on to a wish that a server which left things out made a conflict of,
 * and gives it up where an end is gone or nothing more can be created. Answers with what is still in the outbox.
 */
async function settle<S extends CommonSwitches>(
  world: World,
  clock: TickingClock,
  place: Place<S>,
  { drifts }: Row<S>,
): Promise<readonly OutboxItem[]> {
  for (let n = 0; ; n += 1) {
    clock.tick(LATER_MS);
    const report = await world.sync();
    const isSignedOut = report.failed.some(({ code }) => code === 'sign-in-expired');
    if (isSignedOut && place.signInAgain !== undefined) await world.signIn(place.signInAgain());
    const left = await world.outbox();
    for (const item of left) expect(item.cause ?? item.state).not.toBe('');
    const isQuiet = report.complete && report.failed.length === 0 && left.length === 0;
    if (isQuiet || n === PATIENCE) return left;
    await world.decideConflicts(drifts === true ? 'remote' : 'local');
    const waiting = left.filter(({ state }) => ['parked', 'blocked'].includes(state)).map(({ id }) => id);
    if (waiting.length > 0) await world.sync(waiting);
    if (drifts === true && n >= 3) for (const id of waiting) await world.drop(id);
  }
}

async function relate(world: World, { source, target, type }: Edits['later']): Promise<void> {
  const [from, to] = [await world.entity(source), await world.entity(target)];
  await world.ask('relationships:relate', { sourceId: from.id, targetId: to.id, type, local: false });
}

async function edit(world: World, edits: Edits): Promise<void> {
  for (const one of edits.create) await relate(world, one);
  for (const ends of edits.remove) {
    await world.ask('relationships:unrelate', { id: (await world.find(ends)).id });
  }
  for (const { type, ...ends } of edits.retype) {
    await world.ask('relationships:retype', { id: (await world.find(ends)).id, type });
  }
}

type World = Awaited<ReturnType<typeof openWorld>>;

async function openWorld<S extends CommonSwitches>(place: Place<S>, clock: TickingClock, directed: boolean) {
  const due = { requests: 0, act: () => {} };
  const send: Fetch = async (url, init) => {
    due.requests -= 1;
    if (due.requests === 0) due.act();
    return await fetch(url, { ...init, signal: toPatience(place, init) });
  };
  const backend = createBackend(createPlainPorts({ clock, fetch: send }));
  const folder = await mkdtemp(join(tmpdir(), 'weft-convergence-'));
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new AnswerError(result.error.code, result.error.message);
    return result.value;
  };
  await ask('workspace:create', { path: join(folder, 'test.weft') });
  const { draft, secret } = place;
  const { id } = (await ask('connections:add', { draft, secret })).connection;
  const page = { offset: 0, limit: 500 };
  const toWire = (text: string) => place.toWire?.(text) ?? text;
  const readRows = async () => (await ask('relationships:page', { entityId: null, ...page })).rows;
  return {
    ask,
    toWire,
    afterRequests: (requests: number, act: () => void) => void Object.assign(due, { requests, act }),
    sync: async (only: readonly RelationshipId[] | null = null) => {
      const wanted = only === null ? null : [...only];
      const [report] = await ask('sync:start', { connectionId: null, mode: 'both', only: wanted });
      return must(report, 'the report');
    },
    signIn: (again: string) => ask('connections:provide-secret', { id, secret: again, adopt: false }),
    entity: (end: string) => ask('entities:find', { address: `it:${toWire(end)}` }),
    find: async ({ source, target }: Ends): Promise<Relationship> => {
      const ends = [`it:${toWire(source)}`, `it:${toWire(target)}`];
      const found = (await readRows()).find(
        (row) => ends.includes(row.source.address) && ends.includes(row.target.address),
      );
      return must(found, `the relationship of ${source} and ${target}`);
    },
    shown: async () => (await readRows()).map((row) => toText(row, directed)).toSorted(),
    outbox: async () => (await ask('outbox:page', page)).rows,
    conflicts: async () => (await ask('conflicts:page', page)).total,
    drop: (id: RelationshipId) => ask('outbox:drop', { id }),
    decideConflicts: async (keep: 'local' | 'remote') => {
      for (const { id } of (await ask('conflicts:page', page)).rows) {
        await ask('conflicts:resolve', { id, keep });
      }
    },
    held: async () => (await ask('held:list', page)).total,
    close: async () => {
      await backend.close();
      await place.server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Only where nobody may ever answer: everywhere else a slow machine is no fault. */
function toPatience<S extends CommonSwitches>({ server }: Place<S>, init: RequestInit): AbortSignal | null {
  const hangs = server.switches.faults.some(({ fault }) => fault.kind === 'hang');
  const own = init.signal ?? null;
  return hangs ? AbortSignal.any([...(own === null ? [] : [own]), AbortSignal.timeout(HANG_MS)]) : own;
}

/** A relationship as both sides write it: its ends in one order where they have none, its state where it is not in step. */
function toText({ source, target, type, state }: Relationship, directed: boolean): string {
  const ends = [source, target].map(({ address }) => address.slice(address.indexOf(':') + 1));
  const text = `${(directed ? ends : ends.toSorted()).join(' → ')}${type === null ? '' : ` [${type}]`}`;
  return state === 'synced' ? text : `${text} (${state})`;
}
