import type { ConnectionId, RelationshipId } from '../../../src-preload/contract/model.ts';
import type { SyncSettings } from '../../../src-preload/contract/sync-lists.ts';
import type { Clock } from '../ports.ts';
import { type Due, findDue, toProbeWaitMs } from './due.ts';
import { nap } from './nap.ts';

/** What is known of a connection that may sync by itself. Moments as in the store. */
export interface AutoConnection {
  readonly id: ConnectionId;
  readonly lastSyncedAt: string | null;
  readonly offlineSince: string | null;
  readonly limitedUntil: string | null;
  /** When something of its outbox that failed is due again. */
  readonly nextAttemptAt: string | null;
}

/** What to do without being asked: everything, or a push of all that is due or of these alone. */
export interface AutoTask {
  readonly mode: 'both' | 'push';
  readonly only: readonly RelationshipId[] | null;
}

/** The world as automatic syncs meet it. */
export interface AutoSyncPorts {
  readonly clock: Clock;
  readonly random: () => number;
  settings(): SyncSettings;
  /** Connections that may sync by themselves now: none that is paused or waits for a person. */
  connections(): readonly AutoConnection[];
  /** What the user edited since a moment and was not pushed yet. */
  edits(id: ConnectionId, since: string): { readonly ids: RelationshipId[]; readonly lastAt: string } | null;
  isRunning(id: ConnectionId): boolean;
  /** Whether the remote answers; costs one cheap request. */
  probe(id: ConnectionId, signal: AbortSignal): Promise<boolean>;
  /** Resolves with whether the run did all that it was to do. Stopping aborts it. */
  sync(id: ConnectionId, task: AutoTask, signal: AbortSignal): Promise<boolean>;
  /** Told whenever the next attempt of a connection changes; null where there is none. */
  tell(id: ConnectionId, nextSyncAt: string | null): void;
  /** Told of a defect of ours; what it kept from happening is tried again. */
  fail(error: unknown): void;
}

/** Syncs without being asked, from start to stop. */
export interface AutoSync {
  start(): void;
  /** Something changed that may make a sync due earlier or later. */
  wake(): void;
  /** Ends what it began, and resolves once nothing of it runs. */
  stop(): Promise<void>;
}

/** What is remembered of a connection while the app runs. */
interface Memory {
  sweptAt: number;
  /** Edits since then were not pushed by an automatic run. */
  pushedAt: string;
  probeAt: number | null;
  /** Probes in a row that nobody answered. */
  probes: number;
  /** Runs in a row that did not go well. */
  failures: number;
  /** Nothing that failed is tried again before. */
  retryFrom: number;
  busy: boolean;
  told: string | null;
}

const LONG_AGO = new Date(0).toISOString();

export function createAutoSync(ports: AutoSyncPorts): AutoSync {
  const memories = new Map<ConnectionId, Memory>();
  let running: { readonly controller: AbortController; readonly done: Promise<void> } | null = null;
  let waker = new AbortController();
  const works = new Set<Promise<void>>();
  const wake = () => waker.abort();

  const launch = (connection: AutoConnection, due: Due, signal: AbortSignal) => {
    const memory = remember(ports, memories, connection);
    memory.busy = true;
    const work = perform(ports, connection, memory, due, signal)
      .catch(ports.fail)
      .finally(() => {
        memory.busy = false;
        works.delete(work);
        wake();
      });
    works.add(work);
  };

  /** Starts what is due, and answers when to look again. */
  const look = (signal: AbortSignal): number => {
    const now = ports.clock.now().getTime();
    let nextAt = Number.POSITIVE_INFINITY;
    for (const connection of ports.connections()) {
      const memory = remember(ports, memories, connection);
      const isBusy = memory.busy || ports.isRunning(connection.id);
      const due = isBusy ? null : findDueOf(ports, connection, memory);
      tell(ports, connection.id, memory, due);
      if (due !== null && due.at <= now) launch(connection, due, signal);
      else if (due !== null) nextAt = Math.min(nextAt, due.at);
    }
    return nextAt - now;
  };

  const lookSafely = (signal: AbortSignal): number => {
    try {
      return look(signal);
    } catch (error) {
      ports.fail(error);
      return Number.POSITIVE_INFINITY;
    }
  };

  const loop = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      waker = new AbortController();
      const woken = AbortSignal.any([signal, waker.signal]);
      await nap(ports.clock, lookSafely(signal), woken);
    }
  };

  return {
    wake,
    start: () => {
      if (running !== null) return;
      const controller = new AbortController();
      for (const connection of ports.connections()) recall(ports, memories, connection);
      running = { controller, done: loop(controller.signal) };
    },
    stop: async () => {
      running?.controller.abort();
      await running?.done;
      await Promise.all(works);
      memories.clear();
      running = null;
    },
  };
}

/** A connection that was there at the start goes on where it was left: what is overdue is due at once. */
function recall(ports: AutoSyncPorts, memories: Map<ConnectionId, Memory>, connection: AutoConnection): void {
  const memory = remember(ports, memories, connection);
  memory.sweptAt = toTime(connection.lastSyncedAt) ?? 0;
}

/** A connection that is new was made by someone who reads it for the first time by hand. */
function remember(
  { clock }: AutoSyncPorts,
  memories: Map<ConnectionId, Memory>,
  { id }: AutoConnection,
): Memory {
  const known = memories.get(id);
  if (known !== undefined) return known;
  const sweptAt = clock.now().getTime();
  const fresh = { sweptAt, pushedAt: LONG_AGO, probeAt: null, probes: 0, failures: 0 };
  const memory: Memory = { ...fresh, retryFrom: 0, busy: false, told: null };
  memories.set(id, memory);
  return memory;
}

function findDueOf(ports: AutoSyncPorts, connection: AutoConnection, memory: Memory): Due | null {
  const { clock, random } = ports;
  const now = clock.now().getTime();
  if (connection.offlineSince === null) forgetAbsence(memory);
  else memory.probeAt ??= now + toProbeWaitMs(memory.probes, random());
  const nextAttempt = toTime(connection.nextAttemptAt);
  return findDue({
    now,
    settings: ports.settings(),
    sweptAt: Math.max(memory.sweptAt, toTime(connection.lastSyncedAt) ?? 0),
    probeAt: memory.probeAt,
    retryAt: nextAttempt === null ? null : Math.max(nextAttempt, memory.retryFrom),
    editedAt: toTime(ports.edits(connection.id, memory.pushedAt)?.lastAt ?? null),
    limitedUntil: toTime(connection.limitedUntil),
  });
}

function forgetAbsence(memory: Memory): void {
  memory.probeAt = null;
  memory.probes = 0;
}

function toTime(moment: string | null): number | null {
  return moment === null ? null : Date.parse(moment);
}

function tell(ports: AutoSyncPorts, id: ConnectionId, memory: Memory, due: Due | null): void {
  const at = due === null ? null : new Date(due.at).toISOString();
  if (at === memory.told) return;
  memory.told = at;
  ports.tell(id, at);
}

async function perform(
  ports: AutoSyncPorts,
  { id }: AutoConnection,
  memory: Memory,
  { what }: Due,
  signal: AbortSignal,
): Promise<void> {
  if (what === 'probe' && !(await ports.probe(id, signal))) {
    memory.probes += 1;
    memory.probeAt = null;
    return;
  }
  if (signal.aborted) return;
  const only = what === 'push-edits' ? (ports.edits(id, memory.pushedAt)?.ids ?? []) : null;
  const mode = what === 'probe' || what === 'sync' ? 'both' : 'push';
  if (only === null || only.length > 0) memory.pushedAt = ports.clock.now().toISOString();
  const wentWell = await ports.sync(id, { mode, only }, signal).catch((error: unknown) => {
    ports.fail(error);
    return false;
  });
  const now = ports.clock.now().getTime();
  memory.failures = wentWell ? 0 : memory.failures + 1;
  memory.retryFrom = wentWell ? 0 : now + toProbeWaitMs(memory.failures - 1, ports.random());
  memory.probeAt = null;
  if (mode === 'both') memory.sweptAt = now;
}
