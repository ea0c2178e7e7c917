import { setTimeout as wait } from 'node:timers/promises';
import type { ClickieServer } from '../../servers/clickie/server.ts';
import type { Moment, Recovery } from './kill-plan.ts';
import { expect, launchWeft, type Weft } from './weft.ts';

/** The process id of the data process that runs now; 0 while there is none. */
export async function readBackendPid({ app }: Weft): Promise<number> {
  return await app.evaluate(
    ({ app: electron }) =>
      electron.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes('Weft backend'))
        ?.pid ?? 0,
  );
}

/**
 * Starts something, kills the data process at the moment, and tells how that something ended, once the window was told
 * of the loss.
 */
export async function killDuring<T>(
  { weft, server, moment }: { readonly weft: Weft; readonly server: ClickieServer; readonly moment: Moment },
  start: () => Promise<T>,
): Promise<T> {
  const pid = await readBackendPid(weft);
  const before = server.requests.length;
  if (moment.kind === 'unapplied' || moment.kind === 'unanswered') {
    const when = moment.kind === 'unapplied' ? 'before' : 'after';
    server.addFault({ on: {}, skip: moment.nth - 1, times: 1, when, fault: { kind: 'hang' } });
  }
  const over = new AbortController();
  const ended = start().finally(() => over.abort());
  if (moment.kind !== 'clock') {
    while (!over.signal.aborted && server.requests.length < before + moment.nth) await wait(1);
  }
  if (moment.kind === 'clock') await wait(moment.afterMs);
  if (moment.kind === 'answered') await wait(moment.laterMs);
  const told = weft.page.getByTestId('restart-banner').waitFor();
  process.kill(pid, 'SIGKILL');
  await told;
  const result = await ended;
  server.clearFaults();
  return result;
}

/** Goes on as a person does, and waits until the workspace is shown again. */
export async function recover(weft: Weft, recovery: Recovery): Promise<Weft> {
  if (recovery === 'quit' || recovery === 'kill-app') {
    await (recovery === 'quit' ? weft.quit() : weft.kill());
    const next = await launchWeft({ folder: weft.folder });
    await next.page.getByTestId('recent-workspace').first().click();
    await expectShown(next);
    return next;
  }
  if (recovery === 'window-killed-again') process.kill(await waitForBackend(weft), 'SIGKILL');
  await expectShown(weft);
  return weft;
}

/** The process id of the data process once one runs. */
async function waitForBackend(weft: Weft): Promise<number> {
  for (;;) {
    const pid = await readBackendPid(weft);
    if (pid !== 0) return pid;
    await wait(5);
  }
}

/** The workspace is open in the data process and shown, and nothing is being reconnected. */
async function expectShown({ page }: Weft): Promise<void> {
  const isOpen = () =>
    page.evaluate(async () => {
      const status = await window.weft.request('workspace:status', {});
      return status.ok && status.value !== null;
    });
  await expect.poll(isOpen).toBe(true);
  await expect(page.getByTestId('restart-banner')).toHaveCount(0);
  await expect(page.getByTestId('entity-count')).toBeVisible();
}
