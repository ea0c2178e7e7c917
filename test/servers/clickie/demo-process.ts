/**
 * The demo's remote: a Clickie server with a bottling plant, in a process of its own. It is started either as an
 * Electron utility process or as a forked child, tells its parent where it listens, and ends with its parent.
 */

import { createRandom } from '../shared/random.ts';
import { type ColleagueChange, makeColleagueChange } from './colleague.ts';
import { DEFAULT_KEY, seedPlant } from './seed.ts';
import { type ClickieServer, startClickieServer } from './server.ts';
import { mustAccount } from './site.ts';

/** What the parent may ask for. */
export type DemoRequest =
  | { readonly type: 'offline' }
  | { readonly type: 'online' }
  | { readonly type: 'someone-else' };

/** What the parent is told. `ready` comes once; each request is answered by one of the others. */
export type DemoMessage =
  | {
      readonly type: 'ready';
      readonly url: string;
      readonly account: number;
      readonly key: string;
      readonly name: string;
    }
  | { readonly type: 'offline' }
  | { readonly type: 'online' }
  | ({ readonly type: 'changed' } & ColleagueChange)
  | { readonly type: 'unchanged' }
  | { readonly type: 'failed'; readonly message: string };

/** The part of Electron's `process.parentPort` that is used; its messages come wrapped in an event. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
}

interface Parent {
  tell(message: DemoMessage): void;
  onRequest(listener: (request: unknown) => void): void;
  onGone(listener: () => void): void;
}

function findParent(): Parent {
  // Electron adds the property in utility processes only; its own types claim that it is always there.
  const found: unknown = Reflect.get(process, 'parentPort');
  const parentPort = found as ParentPort | undefined;
  if (parentPort) {
    return {
      tell: parentPort.postMessage.bind(parentPort),
      onRequest: (listener) => parentPort.on('message', ({ data }) => listener(data)),
      onGone: (listener) => parentPort.on('close', listener),
    };
  }
  if (!process.send)
    throw new Error('The demo server is started by the app; alone, use npm run server:clickie');
  return {
    tell: (message) => process.send?.(message),
    onRequest: (listener) => process.on('message', listener),
    onGone: (listener) => process.on('disconnect', listener),
  };
}

function toType(request: unknown): string {
  return typeof request === 'object' && request !== null && 'type' in request ? String(request.type) : '';
}

async function answer(
  server: ClickieServer,
  change: () => ColleagueChange | null,
  type: string,
): Promise<DemoMessage> {
  switch (type) {
    case 'offline':
      await server.goOffline();
      return { type };
    case 'online':
      await server.goOnline();
      return { type };
    case 'someone-else': {
      const made = change();
      return made ? { type: 'changed', ...made } : { type: 'unchanged' };
    }
    default:
      return { type: 'failed', message: `Unknown request “${type}”` };
  }
}

async function run(): Promise<void> {
  const parent = findParent();
  parent.onGone(() => process.exit(0));
  const server = await startClickieServer({ site: seedPlant() });
  const account = mustAccount(server.site);
  const random = createRandom(Date.now());
  const change = () => makeColleagueChange(account, random);
  // One after the other: going online must not overtake going offline.
  let queue = Promise.resolve();
  parent.onRequest((request) => {
    queue = queue
      .then(() => answer(server, change, toType(request)))
      .catch((error: unknown): DemoMessage => ({ type: 'failed', message: String(error) }))
      .then((message) => parent.tell(message));
  });
  parent.tell({ type: 'ready', url: server.url, account: account.id, key: DEFAULT_KEY, name: account.name });
}

await run();
