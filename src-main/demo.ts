import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type UtilityProcess, utilityProcess } from 'electron';
import type { Answer } from '../src-preload/contract/requests.ts';

/** The demo's own Clickie server: a child process on a free loopback port that ends with the app. */
export interface Demo {
  start(): Promise<Answer<'demo:start'>>;
  setOnline(online: boolean): Promise<void>;
  changeAsSomeoneElse(): Promise<string>;
  stop(): void;
}

/** What the child says; the demo server's entry names the same shapes. */
type DemoMessage =
  | {
      readonly type: 'ready';
      readonly url: string;
      readonly account: number;
      readonly key: string;
      readonly name: string;
    }
  | { readonly type: 'offline' | 'online' }
  | { readonly type: 'changed'; readonly text: string }
  | { readonly type: 'unchanged' }
  | { readonly type: 'failed'; readonly message: string };

const ANSWER_TIMEOUT_MS = 20_000;
const CONNECTION_NAME = 'demo-plant';

export function createDemo(folder: string): Demo {
  let child: UtilityProcess | null = null;
  let ready: Promise<Extract<DemoMessage, { type: 'ready' }>> | null = null;

  function fork(): UtilityProcess {
    const forked = utilityProcess.fork(join(import.meta.dirname, 'demo-servers.js'), [], {
      serviceName: 'Weft demo',
    });
    forked.once('exit', () => {
      child = null;
      ready = null;
    });
    child = forked;
    return forked;
  }

  function ask<T extends DemoMessage['type']>(
    process: UtilityProcess,
    expected: readonly T[],
    message: { type: string } | null,
  ): Promise<Extract<DemoMessage, { type: T }>> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => finish(new Error('The demo’s server does not answer.')),
        ANSWER_TIMEOUT_MS,
      );
      const finish = (result: Error | Extract<DemoMessage, { type: T }>) => {
        clearTimeout(late);
        process.off('message', receive);
        if (result instanceof Error) reject(result);
        else resolve(result);
      };
      const receive = (answer: DemoMessage) => {
        if (answer.type === 'failed') finish(new Error(answer.message));
        if (isOneOf(answer, expected)) finish(answer);
      };
      process.on('message', receive);
      if (message !== null) process.postMessage(message);
    });
  }

  function running(): UtilityProcess {
    if (child === null) throw new Error('The demo is not open.');
    return child;
  }

  return {
    start: async () => {
      ready ??= ask(fork(), ['ready'], null);
      const { url, account, key } = await ready;
      const path = join(folder, 'demo.weft');
      return {
        path,
        exists: existsSync(path),
        draft: { name: CONNECTION_NAME, remote: 'clickie', url, scope: String(account) },
        secret: key,
      };
    },
    setOnline: async (online) => {
      const word = online ? 'online' : 'offline';
      await ask(running(), [word], { type: word });
    },
    changeAsSomeoneElse: async () => {
      const answer = await ask(running(), ['changed', 'unchanged'], { type: 'someone-else' });
      return answer.type === 'changed' ? answer.text : 'Nobody found anything left to change.';
    },
    stop: () => {
      child?.kill();
    },
  };
}

function isOneOf<T extends DemoMessage['type']>(
  message: DemoMessage,
  expected: readonly T[],
): message is Extract<DemoMessage, { type: T }> {
  return (expected as readonly string[]).includes(message.type); // widened only to look it up
}
