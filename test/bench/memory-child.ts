// Pulls once and tells how much memory the process ever had: `memory-child.ts PATH REMOTE URL SCOPE SECRET`.
import type { ConnectionDraft } from '../../src-preload/contract/model.ts';
import { createInstantClock } from '../support/instant-clock.ts';
import { connectBackend } from './bench-backend.ts';

const [path = '', remote = '', url = '', scope = '', secret = ''] = process.argv.slice(2);
if (remote !== 'algapsa' && remote !== 'clickie' && remote !== 'autodesk') {
  throw new Error(`There is no remote ${remote}`);
}
const callback = 'http://localhost:8080/oauth/callback/';
const about = { name: 'bench', url, scope } as const;
const draft: ConnectionDraft =
  remote === 'autodesk'
    ? { ...about, remote, options: { region: 'EMEA', clientId: '', callback } }
    : { ...about, remote };
const { backend, sync } = await connectBackend({ path, draft, secret, clock: createInstantClock() });
await sync('pull');
await backend.close();
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
