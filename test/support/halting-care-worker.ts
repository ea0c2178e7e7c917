import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { performCare } from '../../src-main/backend/care/perform.ts';
import { throwIfStopped } from '../../src-main/backend/care/stop.ts';
import type { CareMessage, CareThreadData } from '../../src-main/backend/care/tasks.ts';
import { must } from '../../src-main/backend/must.ts';

/**
 * A thread for work on a workspace file that comes no further than the report `WEFT_TEST_HALT_AT`, or than the end of the
 * work without saying that it is done: it stands still there until it is asked to stop, is kept there for a while by a
 * statement of SQLite where `WEFT_TEST_HALT_BY` is `statement`, or ends itself where that is `ending`.
 */

const { task, stop } = workerData as CareThreadData;
const port = must(parentPort, 'the test');
const at = Number(process.env['WEFT_TEST_HALT_AT']);
let reports = 0;

function halt(done: number, total: number): void {
  const report: CareMessage = { is: 'progress', done, total };
  port.postMessage(report);
  port.postMessage(report); // one is still under way when the first is heard
  if (process.env['WEFT_TEST_HALT_BY'] === 'ending') process.exit(1);
  else if (process.env['WEFT_TEST_HALT_BY'] === 'statement') runLong();
  else Atomics.wait(stop, 0, 0);
  throwIfStopped(stop);
}

/** SQLite counts for a second or so, and nothing can end it before. */
function runLong(): void {
  const { nativeBinding } = task;
  const db = new Database(':memory:', nativeBinding === null ? {} : { nativeBinding });
  db.prepare(
    'SELECT max(x) FROM (WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 1500000) SELECT x FROM n)',
  ).get();
  db.close();
}

await performCare(task, (done, total) => {
  reports += 1;
  if (reports >= at) halt(done, total);
});
halt(1, 2);
