import { resolve } from 'node:path';
import type { Client } from './client.ts';
import { done, type Outcome } from './output.ts';
import type { Shell } from './shell.ts';

/** The command that makes a workspace which no system is connected to yet. */

async function create(client: Client, given: string): Promise<Outcome> {
  const { path, name } = await client.request('workspace:create', { path: resolve(given) });
  return done({ path, name }, [`Made the empty workspace ${path}.`]);
}

/** Adds `create`. */
export function addCreate({ root, command, performClosed }: Shell): void {
  command(root, 'create', 'make a new empty workspace').action(() => performClosed(create));
}
