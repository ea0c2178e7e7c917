import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type Backend, createBackend } from '../../src-main/backend/index.ts';
import type { CareWork, Events } from '../../src-preload/contract/events.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { backendRequests } from '../../src-preload/contract/requests.ts';
import { writeLargeWorkspace } from './large-workspace.ts';
import { careWorker, createPlainPorts } from './plain-ports.ts';
import { createTempFolder } from './temp-folder.ts';

/** A backend with a workspace open that is large enough for work on its file to take a while. */
export interface CareWorld {
  readonly backend: Backend;
  readonly folder: string;
  readonly path: string;
  ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  /** The code and message that a request is refused with. */
  refused<C extends BackendChannel>(
    channel: C,
    params: Params<C>,
  ): Promise<{ readonly code: string; readonly message: string }>;
  /** Resolves with the next report of the thread itself. */
  nextReport(): Promise<Events['care:progressed']>;
}

const ENTITIES = 4000;
export const RELATIONSHIPS = 12_000;

let large: Buffer | null = null;

/** The file of such a workspace, written once. */
function readLarge(): Buffer {
  if (large !== null) return large;
  const path = join(createTempFolder(), 'large.weft');
  writeLargeWorkspace({ path, entities: ENTITIES, relationships: RELATIONSHIPS });
  large = readFileSync(path);
  return large;
}

/** `worker` is the file that its threads start from, if not the product's. */
export async function openCareWorld(worker: URL = careWorker): Promise<CareWorld> {
  const folder = join(createTempFolder(), 'workspaces');
  mkdirSync(folder);
  const path = join(folder, 'large.weft');
  writeFileSync(path, readLarge());
  const backend = createBackend(createPlainPorts({ careWorker: worker }));
  onTestFinished(() => backend.close());
  const ask: CareWorld['ask'] = async (channel, params) => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new Error(`${channel}: ${result.error.code}: ${result.error.message}`);
    backendRequests[channel].answer.parse(result.value);
    return result.value;
  };
  await ask('workspace:open', { path });
  return {
    backend,
    folder,
    path,
    ask,
    refused: async (channel, params) => {
      const result = await backend.request(channel, params);
      if (result.ok) throw new Error(`${channel} was not refused`);
      return result.error;
    },
    nextReport: () => {
      const { promise, resolve } = Promise.withResolvers<Events['care:progressed']>();
      const stop = backend.onEvent(({ event, payload }) => {
        if (event !== 'care:progressed' || payload.total === 1) return;
        stop();
        resolve(payload);
      });
      return promise;
    },
  };
}

/** Asks for a work by its name, with files of the world's folder. */
export function refuseWork(
  { refused, folder, path }: CareWorld,
  work: CareWork,
): Promise<{ readonly code: string; readonly message: string }> {
  const other = join(folder, 'other.weft');
  switch (work) {
    case 'backup':
      return refused('workspace:backup', { path: other });
    case 'check':
      return refused('workspace:check', {});
    case 'compact':
      return refused('workspace:compact', {});
    case 'restore':
      return refused('workspace:restore', { path: other, from: path });
    case 'recover':
      return refused('workspace:recover', { path, into: other });
  }
}

/** An edit, and that it is seen. */
export async function relateTwo({ ask }: Pick<CareWorld, 'ask'>): Promise<void> {
  const page = { search: '', kinds: [], connectionId: null, offset: 0, limit: 2 };
  const [source, target] = (await ask('entities:page', page)).rows;
  if (source === undefined || target === undefined) throw new Error('There are entities');
  const made = await ask('relationships:relate', {
    sourceId: source.id,
    targetId: target.id,
    type: null,
    local: true,
  });
  expect(await ask('relationships:read', { id: made.id })).toMatchObject({ source: { id: source.id } });
}
