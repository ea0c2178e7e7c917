import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { performCare } from '../../src-main/backend/care/perform.ts';
import type { CareMessage, CareTask } from '../../src-main/backend/care/tasks.ts';
import { must } from '../../src-main/backend/must.ts';

/**
 * A thread for work on a workspace file that comes no further than the report `WEFT_TEST_HALT_AT`, or than the end of the
 * work without saying that it is done: it stands still there, is kept there for a while by a statement of SQLite where
 * `WEFT_TEST_HALT_BY` is `statement`, or ends itself where that is `ending`.
 */

const port = must(parentPort, 'the test');
const at = Number(process.env['WEFT_TEST_HALT_AT']);
let reports = 0;

function halt(done: number, total: number): void {
  const report: CareMessage = { is: 'progress', done, total };
  port.postMessage(report);
  port.postMessage(report); // one is still under way when the first is heard
  if (process.env['WEFT_TEST_HALT_BY'] === 'ending') process.exit(1);
  else if (process.env['WEFT_TEST_HALT_BY'] === 'statement') runLong();
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** SQLite counts for a second or so, and nothing can end it before. */
function runLong(): void {
  const { nativeBinding } = workerData as CareTask;
  const db = new Database(':memory:', nativeBinding === null ? {} : { nativeBinding });
  db.prepare(
    'SELECT max(x) FROM (WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 1500000) SELECT x FROM n)',
  ).get();
  db.close();
}

await performCare(workerData as CareTask, (done, total) => {
  reports += 1;
  if (reports >= at) halt(done, total);
});
halt(1, 2);
