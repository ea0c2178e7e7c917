// A display for machines without one: Xvfb on a free number.
import { mkdirSync } from 'node:fs';
import { endChild, startChild } from './command.mjs';
import { isRoot } from './paths.mjs';

const START_TIMEOUT_MS = 15_000;

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<string>} the display's number */
function readDisplayNumber(child) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ reason) => reject(new Error(`Xvfb did not start: ${reason}`));
    const timer = setTimeout(() => fail('no answer'), START_TIMEOUT_MS);
    let text = '';
    child.stdio[3]?.on('data', (chunk) => {
      text += String(chunk);
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      resolve(text.trim());
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`exit code ${code}`));
  });
}

/**
 * Starts Xvfb, 1920×1080, on a display number it chooses itself.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ name: string, stop: () => Promise<void> }>} `name` is the value for DISPLAY
 */
export async function startDisplay(env = process.env) {
  // An ordinary user may make the sockets' folder too, but then X warns about its owner.
  if (isRoot) mkdirSync('/tmp/.X11-unix', { recursive: true, mode: 0o1777 });
  const args = ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'];
  const child = startChild('Xvfb', args, { env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  try {
    return { name: `:${await readDisplayNumber(child)}`, stop: () => endChild(child) };
  } catch (error) {
    await endChild(child);
    throw error;
  }
}
