// Runs other programs for the scripts of this folder. Every child gets a process group of its own, so that
// ending it also ends what it started (compilers, test workers, browsers).
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** @typedef {(line: string) => void} Say */
/** @typedef {{ code: number, output: string }} CommandResult `output` is empty when it was shown directly */
/**
 * @typedef {object} CommandOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] the whole environment; the default is this process's own
 * @property {boolean} [show] let the child write to this terminal instead of collecting its output
 * @property {number} [timeoutMs] ends the child with exit code 124
 * @property {Say} [say] receives a progress line every few seconds, and only then
 * @property {string} [label] what the progress line says is going on
 * @property {() => string} [detail] one more fact for the progress line, such as bytes so far
 */

const FIRST_PROGRESS_MS = 2_000;
const END_GRACE_MS = 5_000;
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
/** @type {{ code: number | null }} the exit code once a signal asked this process to end */
const interruption = { code: null };

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
function signalGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the whole group ended by itself; EPERM: what is left of it belongs to another user.
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/**
 * Ends a child started by `startChild` and its whole process group: politely first, by force after 5 s.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function endChild(child) {
  if (running.has(child)) {
    const ended = new Promise((resolve) => child.once('close', resolve));
    signalGroup(child, 'SIGTERM');
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), END_GRACE_MS);
    await ended;
    clearTimeout(timer);
  }
  // Children of the child may outlive it: nothing of the group stays behind.
  signalGroup(child, 'SIGKILL');
}

/**
 * Ends all children and starts no more, so that the main function fails and cleans up behind itself. The time
 * for that is bounded, and a second signal ends this process at once.
 * @param {NodeJS.Signals} signal
 */
function interrupt(signal) {
  const code = 128 + constants.signals[signal];
  if (interruption.code !== null) process.exit(code);
  interruption.code = code;
  for (const child of running) void endChild(child);
  setTimeout(() => process.exit(code), 2 * END_GRACE_MS).unref();
}

function watchSignals() {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => interrupt(signal));
  process.on('exit', () => {
    for (const child of running) signalGroup(child, 'SIGKILL');
  });
}

/**
 * Starts a program in its own process group; it is ended with this process at the latest.
 * @param {string} command @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startChild(command, args, options) {
  if (interruption.code !== null) throw new Error('interrupted');
  if (process.listenerCount('SIGTERM') === 0) watchSignals();
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** @param {number} startedAt */
export function secondsSince(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/** @param {CommandOptions} options @returns {() => void} stops the progress lines */
function showProgress(options) {
  const { say, label } = options;
  if (!say || !label) return () => {};
  const startedAt = performance.now();
  let waitMs = FIRST_PROGRESS_MS;
  const tick = () => {
    const detail = options.detail?.() ?? '';
    say(`  … ${label}, ${Math.round((performance.now() - startedAt) / 1000)} s${detail && `, ${detail}`}`);
    waitMs = Math.min(waitMs * 2, 10_000);
    timer = setTimeout(tick, waitMs);
  };
  let timer = setTimeout(tick, waitMs);
  return () => clearTimeout(timer);
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<number>} */
function exitCode(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/**
 * Runs a program to its end. Never rejects because of an exit code; rejects if the program cannot be started.
 * @param {string} command @param {readonly string[]} args @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export async function runCommand(command, args, options = {}) {
  const child = startChild(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  /** @type {Buffer[]} */
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
  const stopProgress = showProgress(options);
  let timedOut = false;
  const timer = setTimeout(
    () => {
      timedOut = true;
      void endChild(child);
    },
    options.timeoutMs ?? 2 ** 31 - 1,
  );
  try {
    const code = await exitCode(child);
    return { code: timedOut ? 124 : code, output: Buffer.concat(chunks).toString('utf8') };
  } finally {
    clearTimeout(timer);
    stopProgress();
    signalGroup(child, 'SIGKILL');
  }
}

/**
 * Like `runCommand`, but an exit code other than 0 is an error that carries the end of the output.
 * @param {string} command @param {readonly string[]} args @param {CommandOptions} [options]
 */
export async function mustRun(command, args, options = {}) {
  const result = await runCommand(command, args, options);
  if (result.code === 0) return result.output;
  throw new Error(
    `${options.label ?? command} failed (exit code ${result.code})\n${toExcerpt(result.output)}`,
  );
}

/**
 * Both ends of a long output: npm tells the reason first, compilers last.
 * @param {string} output
 */
export function toExcerpt(output) {
  const lines = output.trimEnd().split('\n');
  return lines.length <= 50 ? lines.join('\n') : [...lines.slice(0, 20), '…', ...lines.slice(-25)].join('\n');
}

/**
 * Runs a script's main function: its number is the exit code, a thrown error is told in plain words.
 * @param {() => Promise<number>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  if (interruption.code !== null) process.exitCode = interruption.code;
}
