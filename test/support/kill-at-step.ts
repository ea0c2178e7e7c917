/**
 * Loaded before everything else, by each thread: ends the process as `kill -9` does, before its n-th step. A step is
 * whatever changes a file or tells another thread. Variables: `WEFT_TEST_STEPS` is the file that counts them,
 * `WEFT_TEST_KILL_AT` the n (0: never). Steps count from the moment that file is there.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { env, kill, pid } from 'node:process';
import { parentPort } from 'node:worker_threads';

const { appendFileSync, existsSync, statSync } = fs;
const steps = env['WEFT_TEST_STEPS'] ?? '';
const last = Number(env['WEFT_TEST_KILL_AT'] ?? '0');

function step(): void {
  if (!existsSync(steps)) return;
  if (statSync(steps).size + 1 === last) kill(pid, 'SIGKILL');
  appendFileSync(steps, '.');
}

/** The same function, and a step. */
function stepping<A extends unknown[], R>(call: (...given: A) => R): (...given: A) => R {
  return (...given) => {
    step();
    return call(...given);
  };
}

Object.assign(fs, {
  renameSync: stepping(fs.renameSync),
  rmSync: stepping(fs.rmSync),
  fsyncSync: stepping(fs.fsyncSync),
  mkdirSync: stepping(fs.mkdirSync),
  writeSync: stepping(fs.writeSync),
});
syncBuiltinESMExports();
if (parentPort !== null)
  Object.assign(parentPort, { postMessage: stepping(parentPort.postMessage.bind(parentPort)) });
