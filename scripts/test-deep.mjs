// `npm run test:deep`: the long-running tests. Arguments go on to Vitest.
import { runMain } from './command.mjs';
import { addCount, toLine } from './counts.mjs';
import { setUp } from './setup.mjs';
import { runVitest } from './vitest.mjs';

await runMain(async () => {
  await setUp('check').catch((error) => {
    addCount({ part: 'set-up', passed: 0, failed: 1, skipped: 0, seconds: 0 });
    throw error;
  });
  const { count } = await runVitest('deep tests', ['deep'], { show: true, args: process.argv.slice(2) });
  console.log(`\n${toLine(count)}`);
  return count.failed === 0 ? 0 : 1;
});
