import type { Remote } from '../../src-main/backend/remote/remote.ts';
import type { WritableDb } from '../../src-main/backend/store/sql.ts';
import type { SyncSchedule } from '../../src-main/backend/sync/schedule.ts';
import type { Capabilities } from '../../src-preload/contract/capabilities.ts';
import type { ConnectionId, SyncReport } from '../../src-preload/contract/model.ts';
import { pickOne, type Random } from '../servers/shared/random.ts';
import type { Faults } from './faults.ts';
import type { Looks } from './rules-watched.ts';
import type { Trace } from './trace.ts';
import type { Truth } from './truth.ts';
import type { Violation } from './violation.ts';
import type { Memory } from './workspace-memory.ts';

/** A request or an answer on its way, of one life of one client. */
export interface Pending {
  readonly client: SimClient;
  readonly life: number;
  arrive(): void;
}

/**
 * What a seed draws from. A seed that once found something is kept with its edition: with more to draw from it would be
 * another course.
 */
export type Edition = 1 | 2;
export const latestEdition: Edition = 2;

/** A remote, its users and the time, all in memory and all of one seed. */
export interface World {
  readonly seed: number;
  /** Of the draw: what was added to the simulation later does not happen in earlier ones. */
  readonly edition: Edition;
  /** What the remote can do now. */
  capabilities: Capabilities;
  readonly types: readonly string[];
  readonly kinds: string[];
  readonly hasFeed: boolean;
  readonly hasBatch: boolean;
  /** The account the clients were connected to, and one that is someone else's. */
  readonly home: Truth;
  readonly strange: Truth;
  readonly clients: SimClient[];
  readonly pending: Pending[];
  /** Requests that arrive after whoever sent them was told of a timeout. */
  readonly late: (() => void)[];
  readonly trace: Trace;
  readonly violations: Violation[];
  /** How often each rule had something to look at. */
  readonly looks: Looks;
  /** What struck or happened at least once, for the table. */
  readonly seen: Set<string>;
  /** In what order requests and answers arrive. */
  readonly order: Random;
  tick: number;
  /** Milliseconds between the tick and what the clock shows. */
  clockOffset: number;
  /** Until when the account has used up what it may ask, by the clock; 0: it has not. */
  quotaUntil: number;
}

/** One Weft with its workspace, and the key it has. */
export interface SimClient {
  readonly world: World;
  readonly name: string;
  readonly connectionId: ConnectionId;
  readonly faults: Faults;
  /** What this client's user wished and did, as the rules remember it. */
  readonly book: Book;
  readonly memory: Memory;
  db: WritableDb;
  schedule: SyncSchedule;
  remote: Remote;
  /** Counts the lives of the program: what an earlier one still does, nobody hears. */
  life: number;
  /** What its key speaks for now. */
  account: Truth;
  /** The tick at which its key last began to speak for another account. */
  swappedAt: number;
  hasSecret: boolean;
  online: boolean;
  /** The oldest tick of which the running sync was told as if it were now. */
  staleSince: number;
  /** The program dies after so many more commits; null: it lives on. */
  commitsToLive: number | null;
  /** The server fails whenever this client asks about this pair, which it did so often. */
  failing: { readonly pair: string; times: number } | null;
  runs: SimRun[];
  /** Where the ids come from that creates propose. */
  readonly ids: Random;
  /** The chance that back-off and the screen draw from. */
  readonly luck: Random;
}

/** One sync that was asked for. */
export interface SimRun {
  readonly life: number;
  done: boolean;
  report: SyncReport | null;
}

/** What a user wants of a pair, until it was done or given up. */
export interface Wish {
  readonly value: string;
  /** The user wants what base had already: whatever others make of it holds, unless an own attempt is under way. */
  readonly takenBack: boolean;
}

/** One command of the user's, as undo knows it. */
export interface BookEntry {
  readonly pair: string;
  readonly before: string;
  readonly after: string;
  state: 'done' | 'undone';
}

/** A value that a page of the feed told, and the id it was told under. */
export interface ToldValue {
  readonly value: string;
  readonly remoteId: string | null;
}

/** What the rules remember of one client, apart from its workspace. */
export interface Book {
  readonly wishes: Map<string, Wish>;
  entries: BookEntry[];
  /** Pairs of which a write left and whose fate this client was not told. */
  readonly open: Map<string, { reads: number }>;
  /** Pairs of which a write is on its way. */
  readonly flying: Set<string>;
  /** What the running sync wrote of each pair and was told to be done, since the user last said something of it. */
  readonly doneInRun: Map<string, Set<string>>;
  /** How often the running sync wrote each pair. */
  readonly sentInRun: Map<string, number>;
  /** What the last list of each entity's outgoing relationships told, by pair. */
  readonly listed: Map<string, ReadonlyMap<string, string>>;
  /** What each page of the feed told, from the first one that no cursor was kept for. */
  pages: { readonly cursor: string; readonly told: ReadonlyMap<string, ToldValue> }[];
  /** All that the remote ever told as the fields of an entity, as text. */
  readonly fields: Map<string, Set<string>>;
  /** Writes that were done and whose answer was lost, until the pair is heard of again. */
  readonly lost: Map<string, 'create' | 'remove'>;
  /** Wishes that came true, in case a power cut takes that back. */
  readonly former: Map<string, Wish>;
  /** Pairs this client created, by writes that left. */
  hasCreated: boolean;
  /** While a user's command runs, its changes are the user's. */
  isCommanding: boolean;
  /** The tick at which the running sync began; null while none runs. */
  runSince: number | null;
  /** Whether nobody asked for the running sync; null for what reads one entity only. */
  runTask: { readonly automatic: boolean } | null;
  /** Base at the start of the run: what the guard counts against. */
  baseAtStart: Set<string>;
  released: Set<string>;
  /** Pairs with a new fact since the last run: what failed before no longer counts. */
  readonly fresh: Set<string>;
  /** Pairs that the running sync may not send before a moment, since nobody asked for it; null: parked, so never. */
  resting: Map<string, string | null>;
  removedInRun: Set<string>;
  /** Changes of rows that the rules have looked at. */
  checkedChanges: number;
  checks: number;
  readonly ids: Map<string, number>;
  readonly names: Map<number, string>;
}

/** Who does something, and by which luck. */
export interface Stage {
  readonly world: World;
  readonly client: SimClient;
  readonly random: Random;
}

/** Takes no time: it may happen between any two arrivals of a running sync. Answers with what came of it. */
export type Deed = (stage: Stage) => string;

const START = Date.UTC(2026, 0, 1);
export function nowIn(world: Pick<World, 'tick' | 'clockOffset'>): Date {
  return new Date(START + world.clockOffset + world.tick * 1000);
}

/** The last one is longer than some remotes take. */
export const types = ['a', 'b', 'c', 'lengthy'] as const;

/** A type that the remote keeps, or none where it keeps none. */
export function drawType({ capabilities: { typed }, types }: World, random: Random): string | null {
  return typed ? pickOne(random, types) : null;
}
