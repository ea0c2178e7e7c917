// `npm run test:deep`: the long-running tests; `npm run test:crash`: the crash loop. Arguments go on to Vitest.
import { runMain } from './command.mjs';
import { addCount, toLine } from './counts.mjs';
import { setUp } from './setup.mjs';
import { runVitest } from './vitest.mjs';

await runMain(async () => {
  await setUp('check').catch((error) => {
    addCount({ part: 'set-up', passed: 0, failed: 1, skipped: 0, seconds: 0 });
    throw error;
  });
  const [project = 'deep', ...args] = process.argv.slice(2);
  const { count } = await runVitest(`${project} tests`, [project], { show: true, args });
  console.log(`\n${toLine(count)}`);
  return count.failed === 0 ? 0 : 1;
});
