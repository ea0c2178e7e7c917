import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_KEY, TINY_TENANTS, tinyId } from '../../servers/algapsa/seed.ts';
import type { AlgapsaServerOptions } from '../../servers/algapsa/server.ts';
import { startCheckedAlgapsa } from '../../support/algapsa-remote.ts';
import { runCommandLine } from '../../support/command-line.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

async function start(options: AlgapsaServerOptions = {}) {
  const server = await startCheckedAlgapsa(options);
  const workspace = join(createTempFolder(), 'test.weft');
  const weft = (...args: string[]) =>
    runCommandLine([...args, '--workspace', workspace, '--json'], { WEFT_TEST_KEY: DEFAULT_KEY });
  const access = ['--name', 'psa', '--url', server.url, '--secret-env', 'WEFT_TEST_KEY'];
  return { server, weft, access };
}

test('an AlgaPSA is connected without a tenant, read and written', async () => {
  const { server, weft, access } = await start({ switches: { profile: 'intended' } });
  const connected = await weft('connect', 'algapsa', ...access);
  expect(connected.json()).toEqual({
    id: 1,
    name: 'psa',
    remote: 'algapsa',
    url: server.url,
    tenant: TINY_TENANTS.first,
    state: 'never-synced',
  });
  expect((await weft('sync', 'psa')).code).toBe(0);
  const ends = [7, 1].map((n) => `psa:asset:${tinyId(n)}`);
  expect((await weft('relate', ...ends)).json()).toMatchObject({ error: { code: 'type-missing' } });
  expect((await weft('relate', ...ends, '--type', 'feeds')).json()).toMatchObject({ state: 'create' });
  expect((await weft('sync', 'psa')).json()).toMatchObject({ complete: true, pushed: { created: 1 } });
});

test('a tenant that the key does not open is refused, and a text that is no tenant is wrong usage', async () => {
  const { weft, access } = await start();
  const other = await weft('connect', 'algapsa', ...access, '--tenant', TINY_TENANTS.second);
  expect(other.json()).toMatchObject({ error: { code: 'unauthorised' } });
  const wrong = await weft('connect', 'algapsa', ...access, '--tenant', 'acme');
  expect(wrong.code).toBe(2);
});

test('a sync ends with 3 while an edit is blocked', async () => {
  const { weft, access } = await start();
  await weft('connect', 'algapsa', ...access);
  await weft('sync', 'psa');
  await weft('relate', ...[7, 1].map((n) => `psa:asset:${tinyId(n)}`), '--type', 'feeds');
  expect((await weft('sync', 'psa')).code).toBe(1);
  const waiting = await weft('sync', 'psa');
  expect(waiting.json()).toMatchObject({ complete: true, blocked: 1, parked: 0, held: 0, conflicts: 0 });
  expect(waiting.code).toBe(3);
});
