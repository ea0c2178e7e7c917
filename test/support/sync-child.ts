/**
 * A backend in a process of its own, to be killed in the middle. Arguments: workspace file, address of the server,
 * then `pull` or `push`. Prints `ready` once everything before the sync is acknowledged, then syncs until killed.
 */
import { existsSync } from 'node:fs';
import { argv, env, stdout } from 'node:process';
import { createBackend } from '../../src-main/backend/index.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { createOneSecret, createPlainPorts } from './plain-ports.ts';

const [, , path = '', url = '', task = 'pull'] = argv;
const secret = env['WEFT_TEST_KEY'] ?? '';

const backend = createBackend(createPlainPorts({ secrets: createOneSecret(secret) }));

async function ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> {
  const result = await backend.request(channel, params);
  if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
  return result.value;
}

/** Relates asset 20 to every metric that it can be related to, and removes everything that asset 10 has. */
async function edit(): Promise<void> {
  const { rows } = await ask('entities:page', {
    search: '',
    kinds: ['metric'],
    connectionId: null,
    offset: 0,
    limit: 500,
  });
  const source = await ask('entities:find', { address: 'clickie:asset:20' });
  for (const target of rows) {
    await ask('relationships:relate', { sourceId: source.id, targetId: target.id, type: null, local: false });
  }
  const hub = await ask('entities:find', { address: 'clickie:asset:10' });
  const page = await ask('relationships:page', { entityId: hub.id, offset: 0, limit: 500 });
  for (const { id } of page.rows) await ask('relationships:unrelate', { id });
}

await ask(existsSync(path) ? 'workspace:open' : 'workspace:create', { path });
await ask('connections:add', { draft: { name: 'clickie', remote: 'clickie', url, scope: '1' }, secret });
if (task === 'push') {
  await ask('sync:start', { connectionId: null, mode: 'pull', only: null });
  await edit();
}
stdout.write('ready\n');
await ask('sync:start', { connectionId: null, mode: 'both', only: null });
stdout.write('done\n');
await backend.close();
