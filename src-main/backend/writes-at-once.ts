import type { BackendChannel } from '../../src-preload/contract/requests.ts';

const writing = [
  'workspace:set-backups',
  'workspace:adopt',
  'connections:add',
  'connections:provide-secret',
  'connections:adopt-identity',
  'connections:update',
  'connections:pause',
  'connections:remove',
  'relationships:relate',
  'relationships:retype',
  'relationships:unrelate',
  'outbox:drop',
  'outbox:drop-many',
  'conflicts:resolve',
  'conflicts:resolve-many',
  'held:release',
  'sync:set-settings',
  'types:save',
  'types:remove',
  'types:import',
  'entities:create',
  'entities:edit',
  'entities:delete',
  'views:save',
  'views:rename',
  'views:remove',
  'views:import',
] as const satisfies BackendChannel[];

const written: ReadonlySet<BackendChannel> = new Set(writing);

/** Whether a request writes to the workspace by itself. What can be long, as a sync, waits for its turn where it runs. */
export function writesAtOnce(channel: BackendChannel): boolean {
  return written.has(channel);
}
