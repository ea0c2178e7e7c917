import type { Capabilities } from '../../../src-preload/contract/capabilities.ts';
import {
  type ConnectionId,
  type EntityId,
  FAILURE_LIMIT,
  type Failure,
  type SyncPhase,
} from '../../../src-preload/contract/model.ts';
import type { Clock } from '../ports.ts';
import { RemoteError } from '../remote/errors.ts';
import type { Remote } from '../remote/remote.ts';
import type { BaseGroup } from '../store/relationships.ts';
import type { WritableDb } from '../store/sql.ts';
import type { LivenessMemory } from './liveness.ts';
import type { Unconfirmed } from './unconfirmed.ts';

/** What one run counts while it goes; the report is made of it. */
export interface Tally {
  readonly entities: { added: number; updated: number; removed: number };
  readonly relationships: { added: number; updated: number; removed: number };
  readonly pushed: { created: number; updated: number; deleted: number };
  /** The first failures; `moreFailed` counts the rest. */
  readonly failed: Failure[];
  readonly notes: string[];
  moreFailed: number;
  /** False as soon as something that was asked for could not be read to its end. */
  complete: boolean;
  /** A list left out what is there: whatever another list of this run leaves out is not believed to be gone either. */
  isListLying: boolean;
}

/** A type and the kinds of both ends, by which the guard counts besides the whole. */
export type GroupKey = Omit<BaseGroup, 'count'>;

/** How many relationships came in this run by group: they lower no share. */
export type Additions = Map<string, { readonly group: GroupKey; count: number }>;

/** Everything one sync of one connection works with. */
export interface SyncContext {
  readonly db: WritableDb;
  readonly remote: Remote;
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** Nobody asked for this run: what failed before is left alone until it is due again. */
  readonly automatic: boolean;
  /** What is on screen, to be read first. */
  readonly focus: readonly EntityId[];
  readonly connectionId: ConnectionId;
  /** The identity that `identify` told at the start of the run. */
  readonly fingerprint: string;
  /** What the account can do, as told at the start of the run. */
  readonly capabilities: Capabilities;
  /** What is known of the ends in this run. */
  readonly liveness: LivenessMemory;
  readonly additions: Additions;
  /** What was answered since the identity was last asked for. */
  readonly unconfirmed: Unconfirmed;
  readonly signal: AbortSignal;
  readonly tally: Tally;
  /** A new random UUID each time. */
  newId(): string;
  /** Notes what the tally says, in the transaction that did it: a run that is cut off is told by it. */
  recordDone(): void;
  progress(phase: SyncPhase, done: number, total: number | null): void;
}

export function createTally(): Tally {
  return {
    entities: { added: 0, updated: 0, removed: 0 },
    relationships: { added: 0, updated: 0, removed: 0 },
    pushed: { created: 0, updated: 0, deleted: 0 },
    failed: [],
    notes: [],
    moreFailed: 0,
    complete: true,
    isListLying: false,
  };
}

export function nowOf({ clock }: Pick<SyncContext, 'clock'>): string {
  return clock.now().toISOString();
}

/** Notes what failed; the same sentence is kept once. */
export function noteFailure({ tally }: Pick<SyncContext, 'tally'>, failure: Failure): void {
  tally.complete = false;
  const known = tally.failed.some(
    (other) => other.code === failure.code && other.message === failure.message,
  );
  if (known) return;
  if (tally.failed.length < FAILURE_LIMIT) tally.failed.push(failure);
  else tally.moreFailed += 1;
}

/** The code and the sentence of an error; what is no RemoteError is a defect of ours and goes on up. */
export function toFailure(error: unknown): Failure {
  if (error instanceof RemoteError) return { code: error.kind, message: error.message };
  throw error;
}

/** After these nothing else in the run can succeed. */
export function endsRun(error: unknown): boolean {
  if (!(error instanceof RemoteError)) return true;
  return ['unreachable', 'timeout', 'cancelled', 'unauthorised', 'rate-limited', 'identity-changed'].includes(
    error.kind,
  );
}
