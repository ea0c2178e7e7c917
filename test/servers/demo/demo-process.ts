/**
 * The demo's remotes, each a server of its own, in one process. It is started either as an Electron utility process or
 * as a forked child, tells its parent how to connect, and ends with its parent.
 */

import { createRandom, type Random } from '../shared/random.ts';
import type { DemoDraft, DemoSystem } from './system.ts';
import { demoSystems } from './systems.ts';

/** What the parent may ask for. */
export type DemoRequest =
  | { readonly type: 'offline' }
  | { readonly type: 'online' }
  | { readonly type: 'someone-else' };

/** What the parent is told. `ready` comes once; each request is answered by one of the others. */
export type DemoMessage =
  | { readonly type: 'ready'; readonly drafts: readonly { draft: DemoDraft; secret: string }[] }
  | { readonly type: 'offline' }
  | { readonly type: 'online' }
  | { readonly type: 'changed'; readonly text: string }
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
    throw new Error('The demo’s servers are started by the app; alone, use npm run server:clickie');
  return {
    tell: (message) => process.send?.(message),
    onRequest: (listener) => process.on('message', listener),
    onGone: (listener) => process.on('disconnect', listener),
  };
}

function toType(request: unknown): string {
  return typeof request === 'object' && request !== null && 'type' in request ? String(request.type) : '';
}

/** Each time it is another system's turn; one where nothing is left passes it on. */
function createColleague(systems: readonly DemoSystem[], random: Random): () => string | null {
  let turn = 0;
  return () => {
    for (const _ of systems) {
      const made = systems[turn % systems.length]?.changeAsSomeoneElse(random) ?? null;
      turn += 1;
      if (made !== null) return made;
    }
    return null;
  };
}

async function answer(
  systems: readonly DemoSystem[],
  change: () => string | null,
  type: string,
): Promise<DemoMessage> {
  switch (type) {
    case 'offline':
      await Promise.all(systems.map((system) => system.goOffline()));
      return { type };
    case 'online':
      await Promise.all(systems.map((system) => system.goOnline()));
      return { type };
    case 'someone-else': {
      const text = change();
      return text === null ? { type: 'unchanged' } : { type: 'changed', text };
    }
    default:
      return { type: 'failed', message: `Unknown request “${type}”` };
  }
}

async function run(): Promise<void> {
  const parent = findParent();
  parent.onGone(() => process.exit(0));
  const systems = await Promise.all(demoSystems.map((start) => start()));
  const change = createColleague(systems, createRandom(Date.now()));
  // One after the other: going online must not overtake going offline.
  let queue = Promise.resolve();
  parent.onRequest((request) => {
    queue = queue
      .then(() => answer(systems, change, toType(request)))
      .catch((error: unknown): DemoMessage => ({ type: 'failed', message: String(error) }))
      .then((message) => parent.tell(message));
  });
  parent.tell({ type: 'ready', drafts: systems.map(({ draft, secret }) => ({ draft, secret })) });
}

await run();
