import { existsSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import type { CareWork } from '../../../src-preload/contract/events.ts';
import { toUnfinished } from '../store/backup.ts';
import { StoreError } from '../store/errors.ts';
import { toCancelled, toEnded, toError, toFailure } from './failures.ts';
import { createStop } from './stop.ts';
import {
  type CareMessage,
  type CareTask,
  type CareThreadData,
  type CareWorks,
  type TellCare,
  toLeftovers,
  toMade,
} from './tasks.ts';

/** One work on a workspace file, done by a thread of its own. */
export interface CareThread<W extends CareWork> {
  /** Rejects at once when the work is cancelled. */
  readonly answer: Promise<CareWorks[W]['answer']>;
  /** Resolves once the thread is gone and nothing unfinished is left; it comes to its next report before. */
  readonly ended: Promise<void>;
}

/**
 * Starts a thread from the file `worker` for one work. Aborting the signal asks it to stop, which it does at its next
 * report: what it had begun to write in the workspace is rolled back, what it had begun to write elsewhere is removed.
 * It is never terminated: ending a thread in the midst of a call of better-sqlite3 can end the whole process. Source:
 * issues 1476 and 1507 of better-sqlite3.
 */
export function startCareThread<W extends CareWork>(
  worker: URL,
  task: CareTask<W> & CareTask,
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: TellCare },
): CareThread<W> {
  const stop = createStop();
  const thread = new Worker(worker, { workerData: { task, stop: stop.flag } satisfies CareThreadData });
  const { promise: answer, resolve, reject } = Promise.withResolvers<CareWorks[W]['answer']>();
  const { promise: exited, resolve: exit } = Promise.withResolvers<void>();
  thread.on('message', (message: CareMessage) => {
    if (signal.aborted) return;
    if (message.is === 'progress') tell(message.done, message.total);
    if (message.is === 'failed') reject(toError(task.work, message.failure));
    if (message.is !== 'done') return;
    try {
      giveName(task);
      resolve(message.answer as CareWorks[W]['answer']); // of the work it was given
    } catch (error) {
      reject(toError(task.work, toFailure(error)));
    }
  });
  thread.once('error', (cause) => reject(toEnded(task.work, cause)));
  thread.once('exit', () => {
    reject(toEnded(task.work));
    exit();
  });
  const cancel = () => {
    reject(toCancelled(task.work));
    stop.ask();
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
