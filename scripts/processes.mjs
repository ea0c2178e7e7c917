// Finds processes by a mark in their environment, so that a test run ends all of its own and nothing else.
import { readdirSync, readFileSync } from 'node:fs';

/** The variable that marks the processes of one run. */
export const runVariable = 'WEFT_E2E_RUN';

/** @param {string} pid @returns {string} '' for processes that ended or are none of ours to read */
function readEnvironment(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

/** @param {string} run @returns {number[]} process ids */
export function findProcesses(run) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const mark = `${runVariable}=${run}`;
  return pids.filter((pid) => readEnvironment(pid).split('\0').includes(mark)).map(Number);
}

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalProcess(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended in the meantime.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/**
 * Ends every process of a run that is still there: asks first, then forces.
 * @param {string} run
 */
export async function endProcesses(run) {
  const polite = 1_500;
  for (const pid of findProcesses(run)) signalProcess(pid, 'SIGTERM');
  const until = performance.now() + polite;
  while (findProcesses(run).length > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const pid of findProcesses(run)) signalProcess(pid, 'SIGKILL');
}
