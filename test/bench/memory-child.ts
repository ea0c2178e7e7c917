// Pulls once and tells how much memory the process ever had: `memory-child.ts PATH REMOTE URL SCOPE SECRET`.
import { createInstantClock } from '../support/instant-clock.ts';
import { connectBackend } from './bench-backend.ts';

const [path = '', remote = '', url = '', scope = '', secret = ''] = process.argv.slice(2);
if (remote !== 'algapsa' && remote !== 'clickie') throw new Error(`There is no remote ${remote}`);
const draft = { name: 'bench', remote, url, scope } as const;
const { backend, sync } = await connectBackend({ path, draft, secret, clock: createInstantClock() });
await sync('pull');
await backend.close();
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
