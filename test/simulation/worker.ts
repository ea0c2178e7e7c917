import { parentPort, workerData } from 'node:worker_threads';
import { must } from '../../src-main/backend/must.ts';
import { playBatch } from './batch.ts';

/** Which seeds a worker plays: every `step`th from `first` up to `end`, the last not included. */
export interface Share {
  readonly first: number;
  readonly end: number;
  readonly step: number;
}

const { first, end, step } = workerData as Share; // given by parallel.ts only
const seeds: number[] = [];
for (let seed = first; seed < end; seed += step) seeds.push(seed);
const port = must(parentPort, 'the port of a worker');
port.postMessage(await playBatch(seeds));
