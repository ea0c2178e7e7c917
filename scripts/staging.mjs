// Cached things appear whole or not at all: they are made in a folder beside their place and renamed into it.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { mustRun } from './command.mjs';
import { writableCache } from './paths.mjs';

/**
 * Makes the cache entry `name` and returns its path. `make` gets an empty folder for its work and fills
 * `result` in it, which becomes the entry. An interrupted attempt leaves no entry.
 * @param {string} name
 * @param {(staging: string, result: string) => Promise<void>} make
 */
export async function makeCached(name, make) {
  const cache = writableCache();
  await mkdir(cache, { recursive: true, mode: 0o755 });
  const staging = await mkdtemp(path.join(cache, `.making-${name}-`));
  const end = () => rm(staging, { recursive: true, force: true });
  try {
    const result = path.join(staging, 'result');
    await mkdir(result);
    await make(staging, result);
    await mustRun('chmod', ['-R', 'a+rX', result]);
    const target = path.join(cache, name);
    // Another process may have been quicker; what stands there then is as good.
    if (!existsSync(target)) await rename(result, target);
    return target;
  } finally {
    await end();
  }
}
