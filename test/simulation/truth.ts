import { must } from '../../src-main/backend/must.ts';
import type { NamedEnd, RemoteFacts } from '../../src-main/backend/remote/remote.ts';

/** An entity as the simulated remote has it. */
export interface ThereEntity {
  readonly kind: string;
  readonly remoteId: string;
  name: string;
  archived: boolean;
  alive: boolean;
  /** False where a filter keeps it out of lists although it exists. */
  listed: boolean;
  /** False where the account may not see it: then nothing tells whether it exists. */
  visible: boolean;
}

/** What there is between two ends: nothing, or a relationship with its type and id. */
export type There = RemoteFacts | null;

interface Moment {
  readonly tick: number;
  readonly there: There;
}

/** Everything one account holds, with the past of each relationship and entity. */
export interface Truth {
  readonly name: string;
  readonly directed: boolean;
  readonly typed: boolean;
  /** Whether relationships have ids of their own there, and those that any has or had. */
  readonly keepsIds: boolean;
  usedIds: Set<string>;
  /** Whether the relationships of an entity go when it goes. */
  readonly cascade: boolean;
  readonly entities: Map<string, ThereEntity>;
  readonly ends: Map<string, readonly [NamedEnd, NamedEnd]>;
  readonly moments: Map<string, Moment[]>;
  /** The ticks at which an entity went away and came back; it starts alive where it is known from the start. */
  readonly lives: Map<string, { tick: number; alive: boolean }[]>;
  readonly refusedTypes: Set<string>;
  readonly refusedPairs: Set<string>;
  readOnly: boolean;
  /** A create keeps another type than it was sent: the next best, or its first four characters. */
  clamps: boolean;
  /** Every id that was ever given, and how often one of them was given again. */
  readonly givenIds: Set<string>;
  reusedIds: number;
  nextId: number;
  /** Every change in its order, as a feed tells it, and which reckoning of it is in use. */
  readonly log: {
    readonly tick: number;
    readonly pair: string;
    readonly there: There;
    readonly before: There;
  }[];
  epoch: number;
  /** Relationships changed so far, by anyone. */
  changes: number;
  tick: () => number;
}

export function toName({ kind, remoteId }: NamedEnd): string {
  return `${kind}:${remoteId}`;
}

/** The name of a pair: where the remote is undirected, both orders have the same. */
export function toPair(truth: Pick<Truth, 'directed'>, source: NamedEnd, target: NamedEnd): string {
  const names = [toName(source), toName(target)];
  return (truth.directed ? names : names.toSorted()).join('>');
}

/** Presence as text: `absent`, or `present` with its type. */
export function toValue(there: { readonly type: string | null } | null): string {
  return there === null ? 'absent' : `present ${there.type ?? ''}`.trim();
}

export function readThere(truth: Truth, pair: string): There {
  return truth.moments.get(pair)?.at(-1)?.there ?? null;
}

/** What there was at a tick: for reads that come from a copy that lags behind. */
export function readAt(truth: Truth, pair: string, tick: number): There {
  return truth.moments.get(pair)?.findLast((moment) => moment.tick <= tick)?.there ?? null;
}

/** Whether a pair had a value at some time from `since` on. */
export function had(truth: Truth, pair: string, value: string, since: number): boolean {
  const moments = truth.moments.get(pair) ?? [];
  if (toValue(readAt(truth, pair, since)) === value) return true;
  return moments.some((moment) => moment.tick > since && toValue(moment.there) === value);
}

/** Whether an entity was away at some time from `since` on; one that was never there was. */
export function wasAway(truth: Truth, name: string, since: number): boolean {
  const lives = truth.lives.get(name);
  if (lives === undefined) return true;
  const before = lives.findLast(({ tick }) => tick <= since);
  return before?.alive !== true || lives.some(({ tick, alive }) => tick > since && !alive);
}

/** Makes or changes a relationship; its id is new each time, as where one is deleted and made again. */
export function put(
  truth: Truth,
  source: NamedEnd,
  target: NamedEnd,
  type: string | null,
  proposedId: string | null = null,
): RemoteFacts {
  const pair = toPair(truth, source, target);
  if (!truth.ends.has(pair)) truth.ends.set(pair, [toEnd(source), toEnd(target)]);
  const remoteId = truth.keepsIds ? (proposedId ?? `r${truth.nextId}`) : null;
  const facts = { type: truth.typed ? type : null, remoteId };
  truth.nextId += 1;
  if (remoteId !== null) noteId(truth, remoteId);
  note(truth, pair, facts);
  return facts;
}

function noteId(truth: Truth, id: string): void {
  if (truth.givenIds.has(id)) truth.reusedIds += 1;
  truth.givenIds.add(id);
  truth.usedIds.add(id);
}

/** The id of the relationship that a pair had before it had none. */
export function readFormerId(truth: Truth, pair: string): string | null {
  return truth.moments.get(pair)?.findLast(({ there }) => there !== null)?.there?.remoteId ?? null;
}

/**
 * Everything is as it was at a tick, as where a server is put back from a backup: what was made since is gone, what was
 * removed is back under its id, ids are given again, and no cursor of a feed is known any more.
 */
export function putBack(truth: Truth, tick: number): void {
  for (const [key, entity] of truth.entities) {
    const alive = truth.lives.get(key)?.findLast((life) => life.tick <= tick)?.alive === true;
    if (alive === entity.alive) continue;
    entity.alive = alive;
    noteLife(truth, key, alive);
  }
  const known = new Set<string>();
  for (const [pair, moments] of truth.moments) {
    for (const { tick: at, there } of moments) {
      if (at <= tick && there !== null && there.remoteId !== null) known.add(there.remoteId);
    }
    const there = readAt(truth, pair, tick);
    const now = readThere(truth, pair);
    if (toValue(there) !== toValue(now) || there?.remoteId !== now?.remoteId) note(truth, pair, there);
  }
  truth.usedIds = known;
  truth.nextId = 1 + Math.max(0, ...[...known].map((id) => Number(/^r(\d+)$/.exec(id)?.[1] ?? 0)));
  truth.epoch += 1;
}

export function take(truth: Truth, pair: string): void {
  if (readThere(truth, pair) !== null) note(truth, pair, null);
}

function note(truth: Truth, pair: string, there: There): void {
  const moments = truth.moments.get(pair) ?? [];
  truth.moments.set(pair, moments);
  truth.log.push({ tick: truth.tick(), pair, there, before: moments.at(-1)?.there ?? null });
  moments.push({ tick: truth.tick(), there });
  truth.changes += 1;
}

function toEnd({ kind, remoteId }: NamedEnd): NamedEnd {
  return { kind, remoteId };
}

/** Adds an entity, or brings one back. */
export function bringEntity(truth: Truth, kind: string, remoteId: string, name: string): void {
  const key = toName({ kind, remoteId });
  const known = truth.entities.get(key);
  if (known === undefined) {
    const state = { name, archived: false, alive: true, listed: true, visible: true };
    truth.entities.set(key, { kind, remoteId, ...state });
  } else known.alive = true;
  noteLife(truth, key, true);
}

export function takeEntity(truth: Truth, key: string): void {
  const entity = truth.entities.get(key);
  if (entity === undefined || !entity.alive) return;
  entity.alive = false;
  noteLife(truth, key, false);
  if (!truth.cascade) return;
  for (const pair of pairsThere(truth)) {
    if (endsOf(truth, pair).some((end) => toName(end) === key)) take(truth, pair);
  }
}

function noteLife(truth: Truth, key: string, alive: boolean): void {
  const lives = truth.lives.get(key) ?? [];
  truth.lives.set(key, lives);
  lives.push({ tick: truth.tick(), alive });
}

export function endsOf(truth: Truth, pair: string): readonly [NamedEnd, NamedEnd] {
  return must(truth.ends.get(pair), 'the ends of a pair');
}

/** The pairs that have a relationship now. */
export function pairsThere(truth: Truth): string[] {
  return [...truth.moments.keys()].filter((pair) => readThere(truth, pair) !== null);
}

export function isAlive(truth: Truth, end: NamedEnd): boolean {
  return truth.entities.get(toName(end))?.alive === true;
}

/** Whether an account may see an end; one that does not exist hides nothing. */
export function isVisible(truth: Truth, end: NamedEnd): boolean {
  return truth.entities.get(toName(end))?.visible !== false;
}

/** Entities that a list shows. */
export function listedEntities(truth: Truth): ThereEntity[] {
  return [...truth.entities.values()].filter(({ alive, listed, visible }) => alive && listed && visible);
}
