import type { CareWork } from '../../../src-preload/contract/events.ts';
import type { BackupFile } from '../../../src-preload/contract/model.ts';
import { toUnfinished } from '../store/backup.ts';
import type { Finding } from '../store/check.ts';
import type { StoreErrorKind } from '../store/errors.ts';
import type { Recovered } from '../store/recover.ts';
import { withCompanions } from '../store/restore.ts';
import type { StopFlag } from './stop.ts';

/** What each work on a workspace file is given, and what it answers. */
export interface CareWorks {
  readonly backup: { readonly given: { path: string; target: string }; readonly answer: BackupFile };
  readonly check: { readonly given: { path: string }; readonly answer: Finding[] };
  readonly compact: {
    readonly given: { path: string; copy: string };
    readonly answer: { before: number; after: number };
  };
  /** A copy of a backup, looked into and brought to the newest version, ready to take a workspace's place. */
  readonly restore: { readonly given: { from: string; incoming: string }; readonly answer: null };
  readonly recover: { readonly given: { path: string; into: string }; readonly answer: Recovered[] };
}

/** One work as it goes to the thread that does it. */
export type CareTask<W extends CareWork = CareWork> = {
  readonly [K in W]: {
    readonly work: K;
    readonly given: CareWorks[K]['given'];
    /** Absolute path of another better-sqlite3 binary than the packaged one. */
    readonly nativeBinding: string | null;
  };
}[W];

/** What the thread of a work is started with. */
export interface CareThreadData {
  readonly task: CareTask;
  readonly stop: StopFlag;
}

/** How far a work is, in steps, pages or rows. */
export type TellCare = (done: number, total: number) => void;

/** An error as it leaves the thread: whatever else an error carries is lost on the way. */
export type CareFailure =
  | { readonly of: 'store'; readonly code: StoreErrorKind; readonly message: string }
  | { readonly of: 'sqlite'; readonly code: string; readonly message: string }
  /** A file or its folder could not be written: the system's code, such as `ENOSPC`. */
  | { readonly of: 'system'; readonly code: string; readonly message: string }
  | { readonly of: 'other'; readonly message: string };

/** What the thread says: how far it is, and how it ended. */
export type CareMessage =
  | { readonly is: 'progress'; readonly done: number; readonly total: number }
  | { readonly is: 'done'; readonly answer: unknown }
  | { readonly is: 'failed'; readonly failure: CareFailure };

/** The copy without gaps that a compaction makes. */
export function toCompactCopy(path: string): string {
  return `${path}-compacted`;
}

/** The copy of a damaged file that a recovery reads where it has no list of tables any more. */
export function toPagesCopy(into: string): string {
  return `${toUnfinished(into)}-pages`; // a name that nobody else gives: what lies there may be removed
}

/** The name that what a work makes gets once the work is done; null where it makes no file. Pure. */
export function toMade(task: CareTask): string | null {
  if (task.work === 'backup') return task.given.target;
  return task.work === 'recover' ? task.given.into : null;
}

/** Every file that a work may leave if it is ended before its end. Pure. */
export function toLeftovers(task: CareTask): readonly string[] {
  const unfinished = findUnfinished(task);
  const copies = task.work === 'recover' ? withCompanions(toPagesCopy(task.given.into)) : [];
  return unfinished === null ? [] : [...withCompanions(unfinished), `${unfinished}-lock`, ...copies];
}

function findUnfinished(task: CareTask): string | null {
  if (task.work === 'compact') return task.given.copy;
  if (task.work === 'restore') return task.given.incoming;
  const made = toMade(task);
  return made === null ? null : toUnfinished(made);
}
