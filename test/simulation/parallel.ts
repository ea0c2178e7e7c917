import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { addSummary, createSummary, type Summary } from './summary.ts';
import type { Share } from './worker.ts';

const MOST_WORKERS = 8;

/** Plays `count` seeds from `first` on, on all processors. */
export async function playInParallel(first: number, count: number): Promise<Summary> {
  const workers = Math.max(1, Math.min(availableParallelism(), MOST_WORKERS, count));
  const shares = Array.from({ length: workers }, (_, index) => {
    return { first: first + index, end: first + count, step: workers };
  });
  const total = createSummary();
  for (const part of await Promise.all(shares.map(playShare))) addSummary(total, part);
  total.failures.sort((a, b) => a.seed - b.seed);
  return total;
}

function playShare(share: Share): Promise<Summary> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: share });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`A worker ended with ${code}`)));
  });
}
