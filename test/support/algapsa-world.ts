import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { createBackend } from '../../src-main/backend/index.ts';
import type { Relationship } from '../../src-preload/contract/model.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { DEFAULT_KEY, tinyId } from '../servers/algapsa/seed.ts';
import { findLink, mustTenant } from '../servers/algapsa/site.ts';
import type { AlgapsaSwitches } from '../servers/algapsa/switches.ts';
import { startCheckedAlgapsa } from './algapsa-remote.ts';
import { createInstantClock } from './instant-clock.ts';
import { createPlainPorts } from './plain-ports.ts';
import { AnswerError } from './sync-world.ts';
import { createTempFolder } from './temp-folder.ts';

/** A whole backend, connected to an AlgaPSA server with the tiny fleet, that has pulled once. */
export async function startAlgapsaWorld(switches: Partial<AlgapsaSwitches>) {
  const server = await startCheckedAlgapsa({ switches });
  const backend = createBackend(createPlainPorts({ clock: createInstantClock() }));
  onTestFinished(() => backend.close());
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new AnswerError(result.error.code, result.error.message);
    return result.value;
  };
  const connect = (scope: string, secret: string) =>
    ask('connections:add', { draft: { name: 'psa', remote: 'algapsa', url: server.url, scope }, secret });
  const sync = async (only: Relationship['id'][] | null = null) => {
    const [report] = await ask('sync:start', { connectionId: null, mode: 'both', only });
    return report;
  };
  const find = async (parent: number, child: number) => {
    const { rows } = await ask('relationships:page', { entityId: null, offset: 0, limit: 500 });
    const at = (n: number) => `psa:asset:${tinyId(n)}`;
    const row = rows.find(
      ({ source, target }) => source.address === at(parent) && target.address === at(child),
    );
    if (row === undefined) throw new Error(`${parent} and ${child} are not related`);
    return row;
  };
  const relate = async (parent: number, child: number, type: string | null) => {
    const toEntity = (n: number) => ask('entities:find', { address: `psa:asset:${tinyId(n)}` });
    const [source, target] = [await toEntity(parent), await toEntity(child)];
    return await ask('relationships:relate', {
      sourceId: source.id,
      targetId: target.id,
      type,
      local: false,
    });
  };
  const typeThere = (parent: number, child: number) =>
    findLink(mustTenant(server.site), tinyId(parent), tinyId(child))?.relationshipType;
  await ask('workspace:create', { path: join(createTempFolder(), 'test.weft') });
  await connect('', DEFAULT_KEY);
  expect(await sync()).toMatchObject({ complete: true, failed: [] });
  server.clearRequests();
  return { server, ask, connect, sync, find, relate, typeThere };
}
