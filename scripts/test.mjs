// `npm test`: everything CI runs but the deep tests. All parts run, so that every failure is seen at once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildApp } from './build.mjs';
import { runCheck } from './check.mjs';
import { runMain } from './command.mjs';
import { attemptPart, readCounts, sumCounts, toLine } from './counts.mjs';
import { runE2eOrTellWhy } from './e2e.mjs';
import { setUpElectron } from './setup.mjs';
import { runVitest } from './vitest.mjs';

async function runParts() {
  const electron = await attemptPart('set-up', () => setUpElectron('test'));
  if (electron === null) return;
  console.log('\nCheck');
  await runCheck();
  console.log('\nRemote contract tests');
  await runVitest('remote contract tests', ['remote-contract'], { show: true });
  console.log('\nWindow tests');
  const built = await attemptPart('build', async () => {
    await buildApp(electron);
    return true;
  });
  if (built) await runE2eOrTellWhy(electron);
}

/** @param {string} file @param {number} before how many counts were in it */
function tell(file, before) {
  const counts = readCounts(file).slice(before);
  const total = { part: 'npm test', ...sumCounts(counts) };
  console.log('');
  for (const count of [...counts, total]) console.log(toLine(count));
  return total.failed === 0 ? 0 : 1;
}

await runMain(async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-counts-'));
  try {
    const file = (process.env['WEFT_COUNTS'] ||= path.join(folder, 'counts'));
    const before = readCounts(file).length;
    await runParts();
    return tell(file, before);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
