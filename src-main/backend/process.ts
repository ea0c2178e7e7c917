import { randomUUID } from 'node:crypto';
import { net } from 'electron';
import type { RequestMessage } from '../../src-preload/contract/bridge.ts';
import type { FromMain, ToMain } from '../backend-messages.ts';
import { createBackend } from './index.ts';
import { readMachineId } from './machine.ts';
import { systemClock } from './node-ports.ts';
import type { Secrets, StoredSecret } from './ports.ts';

/** Entry of the backend as Electron's utility process. Secrets stay with main; requests come over message ports. */

function tellMain(message: ToMain): void {
  process.parentPort.postMessage(message);
}

function createMainSecrets(): Secrets & { settle(message: Extract<FromMain, { kind: 'secret' }>): void } {
  const waiting = new Map<string, (answer: Extract<FromMain, { kind: 'secret' }>) => void>();
  const ask = (message: Omit<Extract<ToMain, { kind: 'secret' }>, 'kind' | 'id'>) =>
    new Promise<Extract<FromMain, { kind: 'secret' }>>((resolve) => {
      const id = randomUUID();
      waiting.set(id, resolve);
      tellMain({ kind: 'secret', id, ...message });
    });
  return {
    read: async (reference) => (await ask({ action: 'read', reference, secret: null })).secret,
    write: async (reference, secret): Promise<StoredSecret> => {
      const { error, ...stored } = await ask({ action: 'write', reference, secret });
      if (error !== null) throw new Error(error);
      return { reference: stored.reference, persisted: stored.persisted, reason: stored.reason };
    },
    remove: async (reference) => {
      const { error } = await ask({ action: 'remove', reference, secret: null });
      if (error !== null) throw new Error(error);
    },
    settle: (message) => {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    },
  };
}

/** Lets main open the browser; resolves once it has. */
function createMainBrowser() {
  const waiting = new Map<string, (answer: Extract<FromMain, { kind: 'open' }>) => void>();
  return {
    open: async (url: string) => {
      const { error } = await new Promise<Extract<FromMain, { kind: 'open' }>>((resolve) => {
        const id = randomUUID();
        waiting.set(id, resolve);
        tellMain({ kind: 'open', id, url });
      });
      if (error !== null) throw new Error(error);
    },
    settle: (message: Extract<FromMain, { kind: 'open' }>) => {
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    },
  };
}

const secrets = createMainSecrets();
const browser = createMainBrowser();
const backend = createBackend(
  {
    fetch: (url, init) => net.fetch(url, init),
    secrets,
    clock: systemClock,
    openExternal: browser.open,
    machine: readMachineId(),
    newId: randomUUID,
    sqliteBinding: process.env['WEFT_SQLITE_BINDING'] ?? null,
    careWorker: new URL('./care-worker.js', import.meta.url), // as the build names it
    log: (line) => tellMain({ kind: 'log', line }),
  },
  { automatic: process.env['WEFT_AUTO_SYNC'] !== 'off', version: process.env['WEFT_VERSION'] ?? null },
);

function serve(port: Electron.MessagePortMain): void {
  const stop = backend.onEvent((event) => port.postMessage(event));
  port.on('message', ({ data }) => {
    const { id, channel, params } = data as RequestMessage; // the other end is our own preload
    void backend.answer(channel, params).then((result) => port.postMessage({ id, result }));
  });
  port.on('close', stop);
  port.start();
}

process.parentPort.on('message', ({ data, ports }) => {
  const message = data as FromMain; // only main holds the other end
  if (message.kind === 'secret') secrets.settle(message);
  if (message.kind === 'open') browser.settle(message);
  if (message.kind === 'close') void backend.close().finally(() => process.exit(0));
  const [port] = ports;
  if (message.kind === 'port' && port !== undefined) serve(port);
});
