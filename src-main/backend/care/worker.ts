import { parentPort, workerData } from 'node:worker_threads';
import { must } from '../must.ts';
import { toFailure } from './failures.ts';
import { performCare } from './perform.ts';
import { throwIfStopped } from './stop.ts';
import type { CareMessage, CareThreadData } from './tasks.ts';

/** Entry of the thread that does one long work on a workspace file and ends. */

/** Time between two reports of progress, in milliseconds. */
const PROGRESS_EVERY_MS = 100;

const port = must(parentPort, 'the thread that started this one');

function say(message: CareMessage): void {
  port.postMessage(message);
}

const { task, stop } = workerData as CareThreadData; // only thread.ts starts this file
let toldAt = Number.NEGATIVE_INFINITY;

/** A report is also where a work stops that is not wanted any more. */
function tell(done: number, total: number): void {
  throwIfStopped(stop);
  const now = performance.now();
  if (now - toldAt < PROGRESS_EVERY_MS) return;
  toldAt = now;
  say({ is: 'progress', done, total });
}

try {
  throwIfStopped(stop);
  say({ is: 'done', answer: await performCare(task, tell) });
} catch (error) {
  say({ is: 'failed', failure: toFailure(error) });
}
