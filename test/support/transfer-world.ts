import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Backend, createBackend } from '../../src-main/backend/index.ts';
import type { Answer, BackendChannel, Params } from '../../src-preload/contract/requests.ts';
import { backendRequests } from '../../src-preload/contract/requests.ts';
import type { ImportSettings } from '../../src-preload/contract/transfer-requests.ts';
import { createPlainPorts, showLog } from './plain-ports.ts';
import { createTempFolder } from './temp-folder.ts';

/** A backend with an open workspace, asked through the contract; answers are checked against it. */
export interface TransferWorld {
  readonly backend: Backend;
  readonly folder: string;
  /** The answer; an error of the backend is thrown. */
  ask<C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>>;
  /** The code and message that a request is refused with. */
  refused<C extends BackendChannel>(
    channel: C,
    params: Params<C>,
  ): Promise<{ code: string; message: string }>;
  /** Writes a file into the folder; answers with its path. */
  file(name: string, content: string | Uint8Array): string;
  /** Reads a file and guesses how it is taken. */
  inspect(
    path: string,
  ): Promise<{ handle: string; tables: Answer<'import:inspect'>['tables']; settings: ImportSettings }>;
  paste(
    text: string,
  ): Promise<{ handle: string; tables: Answer<'import:inspect'>['tables']; settings: ImportSettings }>;
}

/** Opens the workspace at `path`, or a new one of its own. */
export async function openTransferWorld(path: string | null = null): Promise<TransferWorld> {
  const folder = createTempFolder();
  mkdirSync(folder, { recursive: true });
  const backend = createBackend(createPlainPorts({ log: showLog }));
  onTestFinished(() => backend.close());
  const ask = async <C extends BackendChannel>(channel: C, params: Params<C>): Promise<Answer<C>> => {
    const result = await backend.request(channel, params);
    if (!result.ok) throw new Error(`${channel}: ${result.error.code}: ${result.error.message}`);
    backendRequests[channel].answer.parse(result.value);
    return result.value;
  };
  if (path === null) await ask('workspace:create', { path: join(folder, 'test.weft') });
  else await ask('workspace:open', { path });
  const inspect = async (source: Params<'import:inspect'>['source']) => {
    const { handle, tables } = await ask('import:inspect', { source });
    const mappings = tables.map(({ mapping }) => mapping);
    return {
      handle,
      tables,
      settings: { mappings, choices: [], kind: 'asset', createMissing: false, local: false },
    };
  };
  return {
    backend,
    folder,
    ask,
    refused: async (channel, params) => {
      const result = await backend.request(channel, params);
      if (result.ok) throw new Error(`${channel} was not refused`);
      return { code: result.error.code, message: result.error.message };
    },
    file: (name, content) => {
      const written = join(folder, name);
      writeFileSync(written, content);
      return written;
    },
    inspect: (written) => inspect({ paths: [written] }),
    paste: (text) => inspect({ text, format: 'tsv' }),
  };
}
