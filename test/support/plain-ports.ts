import { randomUUID } from 'node:crypto';
import { systemClock } from '../../src-main/backend/node-ports.ts';
import type { Ports, Secrets } from '../../src-main/backend/ports.ts';

/** For a connection that has nothing but its address and a key that stays. */
export const plainAccess = { options: {}, saveSecret: async (): Promise<void> => undefined } as const;

/** The browser of a test that signs in nowhere. */
async function noBrowser(url: string): Promise<void> {
  throw new Error(`Nobody asked for ${url}`);
}

/** A keychain with room for one secret, whatever it is called. */
export function createOneSecret(known: string | null = null): Secrets {
  let kept = known;
  return {
    read: async () => kept,
    remove: async () => {
      kept = null;
    },
    write: async (_reference, secret) => {
      kept = secret;
      return { reference: 'key', persisted: true, reason: null };
    },
  };
}

/** What threads for long work on a workspace file start from, as on the command line. */
export const careWorker = new URL('../../src-main/backend/care/worker.ts', import.meta.url);

/** The world of a backend that a test opens: real but for the keychain and the browser; what is logged is a defect. */
export function createPlainPorts(more: Partial<Ports> = {}): Ports {
  return {
    fetch: (url, init) => fetch(url, init),
    secrets: createOneSecret(),
    clock: systemClock,
    openExternal: noBrowser,
    machine: 'this machine',
    newId: randomUUID,
    sqliteBinding: process.env['WEFT_SQLITE_BINDING'] ?? null,
    careWorker,
    log: (line) => {
      throw new Error(`The backend logged a defect: ${line}`);
    },
    ...more,
  };
}

/** Instead of taking what is logged for a defect: shows it. */
export function showLog(line: string): void {
  process.stderr.write(`${line}\n`);
}
