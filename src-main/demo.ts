import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type UtilityProcess, utilityProcess } from 'electron';
import type { Answer } from '../src-preload/contract/requests.ts';

/** The demo's own servers, one for each kind of remote: a child process on free loopback ports that ends with the app. */
export interface Demo {
  /** Where its workspace belongs and whether it is on the network; null while it does not run. */
  describe(): Answer<'app:start'>['demoServer'];
  start(): Promise<Answer<'demo:start'>>;
  setOnline(online: boolean): Promise<void>;
  changeAsSomeoneElse(): Promise<string>;
  stop(): void;
}

/** What the child says; the demo server's entry names the same shapes. */
type DemoMessage =
  | { readonly type: 'ready'; readonly drafts: Answer<'demo:start'>['drafts'] }
  | { readonly type: 'offline' | 'online' }
  | { readonly type: 'changed'; readonly text: string }
  | { readonly type: 'unchanged' }
  | { readonly type: 'failed'; readonly message: string };

const ANSWER_TIMEOUT_MS = 20_000;

interface DemoServer {
  readonly process: UtilityProcess;
  readonly ready: Promise<Extract<DemoMessage, { type: 'ready' }>>;
  online: boolean;
}

/** A demo whose workspace is kept in `folder`; its servers start when they are first asked for. */
export function createDemo(folder: string): Demo {
  const path = join(folder, 'demo.weft');
  let server: DemoServer | null = null;

  function startServer(): DemoServer {
    const process = utilityProcess.fork(join(import.meta.dirname, 'demo-servers.js'), [], {
      serviceName: 'Weft demo',
    });
    const started: DemoServer = { process, ready: ask(process, ['ready'], null), online: true };
    const forget = () => {
      if (server === started) server = null;
    };
    process.once('exit', forget);
    // A server that did not come up is ended, so that the next attempt starts a new one.
    started.ready.catch(() => {
      forget();
      process.kill();
    });
    return started;
  }

  function running(): DemoServer {
    if (server === null) throw new Error('The demo is not open.');
    return server;
  }

  return {
    describe: () => (server === null ? null : { path, online: server.online }),
    start: async () => {
      server ??= startServer();
      const { ready, online } = server;
      const { drafts } = await ready;
      return { path, exists: existsSync(path), online, drafts };
    },
    setOnline: async (online) => {
      const word = online ? 'online' : 'offline';
      const asked = running();
      await ask(asked.process, [word], { type: word });
      asked.online = online;
    },
    changeAsSomeoneElse: async () => {
      const answer = await ask(running().process, ['changed', 'unchanged'], { type: 'someone-else' });
      return answer.type === 'changed' ? answer.text : 'Nobody found anything left to change.';
    },
    stop: () => {
      server?.process.kill();
    },
  };
}

/** Sends the server a message and waits for one of the answers expected; rejects where it fails, ends or stays silent. */
function ask<T extends DemoMessage['type']>(
  process: UtilityProcess,
  expected: readonly T[],
  message: { type: string } | null,
): Promise<Extract<DemoMessage, { type: T }>> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => finish(new Error('The demo’s servers do not answer.')), ANSWER_TIMEOUT_MS);
    const finish = (result: Error | Extract<DemoMessage, { type: T }>) => {
      clearTimeout(late);
      process.off('message', receive);
      process.off('exit', endEarly);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    const receive = (answer: DemoMessage) => {
      if (answer.type === 'failed') finish(new Error(answer.message));
      if (isOneOf(answer, expected)) finish(answer);
    };
    const endEarly = () => finish(new Error('The demo’s servers ended. Open the demo again.'));
    process.on('message', receive);
    process.on('exit', endEarly);
    if (message !== null) process.postMessage(message);
  });
}

function isOneOf<T extends DemoMessage['type']>(
  message: DemoMessage,
  expected: readonly T[],
): message is Extract<DemoMessage, { type: T }> {
  return (expected as readonly string[]).includes(message.type); // widened only to look it up
}
