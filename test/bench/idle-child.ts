// Syncs with nothing to do, or scans, and tells how much memory the process ever had: `idle-child.ts weft|bare PATH COUNT`.
import { workIdly } from './sync-work.ts';

const [who, path = '', relationships = ''] = process.argv.slice(2);
await workIdly(who === 'weft' ? 'weft' : 'bare', path, Number(relationships));
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
