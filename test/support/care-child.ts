/**
 * One work on a workspace file in a process of its own, which `kill-at-step.ts` may end in the middle. Arguments: the
 * work, the workspace file and another one.
 */
import { writeFileSync } from 'node:fs';
import { argv, env } from 'node:process';
import { createBackend } from '../../src-main/backend/index.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { createPlainPorts } from './plain-ports.ts';

const [, , work = '', path = '', other = ''] = argv;
const backend = createBackend(createPlainPorts());

async function ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> {
  const result = await backend.request(channel, params);
  if (!result.ok) throw new Error(`${channel}: ${result.error.message}`);
  return result.value;
}

const works: Readonly<Record<string, () => Promise<unknown>>> = {
  restore: () => ask('workspace:restore', { path, from: other }),
  recover: () => ask('workspace:recover', { path, into: other }),
  compact: () => ask('workspace:compact', {}),
  backup: () => ask('workspace:backup', { path: null }),
};

if (work !== 'recover') await ask('workspace:open', { path });
if (work === 'backup') await ask('workspace:set-backups', { keep: 1, everyHours: 24 });
writeFileSync(env['WEFT_TEST_STEPS'] ?? '', '');
await works[work]?.();
await backend.close();
