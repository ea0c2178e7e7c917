// `npm run test:deep`: the long-running tests. Arguments go on to Vitest, and leave the windows out.
import { buildApp } from './build.mjs';
import { runMain } from './command.mjs';
import { addCount, attemptPart, sumCounts, toLine } from './counts.mjs';
import { runE2eOrTellWhy } from './e2e.mjs';
import { setUp, setUpElectron } from './setup.mjs';
import { runVitest } from './vitest.mjs';

/** @typedef {import('./counts.mjs').Count} Count */

const failed = { part: 'set-up', passed: 0, failed: 1, skipped: 0, seconds: 0 };

/** Those with real windows. @returns {Promise<Count>} */
async function runWindows() {
  console.log('\nDeep window tests');
  const electron = await attemptPart('build', async () => {
    const choice = await setUpElectron('test');
    await buildApp(choice);
    return choice;
  });
  return electron === null ? { ...failed, part: 'build' } : runE2eOrTellWhy(electron, ['--project=deep']);
}

await runMain(async () => {
  const args = process.argv.slice(2);
  await setUp('check').catch((error) => {
    addCount(failed);
    throw error;
  });
  const counts = [(await runVitest('deep tests', ['deep'], { show: true, args })).count];
  if (args.length === 0) counts.push(await runWindows());
  console.log('');
  for (const count of counts) console.log(toLine(count));
  return sumCounts(counts).failed === 0 ? 0 : 1;
});
