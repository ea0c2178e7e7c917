import { existsSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { CareWork } from '../../../src-preload/contract/events.ts';
import { toUnfinished } from '../store/backup.ts';
import { StoreError } from '../store/errors.ts';
import {
  type CareFailure,
  type CareMessage,
  type CareTask,
  type CareWorks,
  type TellCare,
  toLeftovers,
  toMade,
} from './tasks.ts';

/** One work on a workspace file, done by a thread of its own. */
export interface CareThread<W extends CareWork> {
  /** Rejects at once when the work is cancelled. */
  readonly answer: Promise<CareWorks[W]['answer']>;
  /** Resolves once the thread is gone and nothing unfinished is left; SQLite ends a statement before. */
  readonly ended: Promise<void>;
}

const words: Readonly<Record<CareWork, { readonly name: string; readonly kept: string }>> = {
  backup: { name: 'The backup', kept: 'No backup was made, and the workspace was not changed.' },
  check: { name: 'The check', kept: 'The workspace was not changed.' },
  compact: { name: 'The compaction', kept: 'The workspace holds all that it held before.' },
  restore: { name: 'Restoring', kept: 'Nothing was put in place of the workspace.' },
  recover: { name: 'The recovery', kept: 'No new workspace was made, and the damaged file was not changed.' },
};

/** What a person is told who cancelled a work, or closed the workspace meanwhile. */
export function toCancelled(work: CareWork): StoreError {
  return new StoreError('cancelled', `${words[work].name} was cancelled. ${words[work].kept}`);
}

function toEnded(work: CareWork, cause?: unknown): StoreError {
  const why = cause instanceof Error ? ` (${cause.message})` : '';
  const { name, kept } = words[work];
  return new StoreError('care-ended', `${name} stopped before its end${why}. ${kept} Try again.`, { cause });
}

function toError(failure: CareFailure): Error {
  if (failure.of === 'store') return new StoreError(failure.code, failure.message);
  if (failure.of === 'sqlite') return new Database.SqliteError(failure.message, failure.code);
  return new Error(failure.message);
}

/**
 * Starts a thread from the file `worker` for one work. Aborting the signal ends it: what it had begun to write in the
 * workspace is rolled back, what it had begun to write elsewhere is removed.
 */
export function startCareThread<W extends CareWork>(
  worker: URL,
  task: CareTask<W> & CareTask,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: TellCare },
): CareThread<W> {
  const thread = new Worker(worker, { workerData: task });
  const { promise: answer, resolve, reject } = Promise.withResolvers<CareWorks[W]['answer']>();
  const { promise: exited, resolve: exit } = Promise.withResolvers<void>();
  thread.on('message', (message: CareMessage) => {
    if (signal.aborted) return;
    if (message.is === 'progress') tell(message.done, message.total);
    if (message.is === 'failed') reject(toError(message.failure));
    if (message.is !== 'done') return;
    try {
      giveName(task);
      resolve(message.answer as CareWorks[W]['answer']); // of the work it was given
    } catch (error) {
      reject(error);
    }
  });
  thread.once('error', (cause) => reject(toEnded(task.work, cause)));
  thread.once('exit', () => {
    reject(toEnded(task.work));
    exit();
  });
  const cancel = () => {
    reject(toCancelled(task.work));
    void thread.terminate();
  };
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  const end = async () => {
    await exited;
    signal.removeEventListener('abort', cancel);
    const [outcome] = await Promise.allSettled([answer]);
    if (outcome.status === 'rejected') await removeLeftovers(task);
  };
  return { answer, ended: end() };
}

/** Not done by the thread: what was cancelled before has made nothing, what is cancelled later was done. */
function giveName(task: CareTask): void {
  const path = toMade(task);
  if (path === null) return;
  if (existsSync(path))
    throw new StoreError('workspace-exists', `${path} exists by now. Choose another name.`);
  renameSync(toUnfinished(path), path);
}

async function removeLeftovers(task: CareTask): Promise<void> {
  await Promise.all(toLeftovers(task).map((path) => rm(path, { force: true })));
}
