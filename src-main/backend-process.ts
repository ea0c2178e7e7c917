import { join } from 'node:path';
import {
  app,
  MessageChannelMain,
  shell,
  type UtilityProcess,
  utilityProcess,
  type WebContents,
} from 'electron';
import { ipc } from '../src-preload/contract/bridge.ts';
import type { FromMain, ToMain } from './backend-messages.ts';
import type { Credentials } from './credentials.ts';
import { isSignInPage } from './sign-in-page.ts';

/** The backend as main sees it: forked, watched and started again if it ends. */
export interface BackendProcess {
  /** Hands a fresh port to the main frame of our page. */
  connect(page: WebContents): void;
  /** Resolves once the backend has closed the workspace and ended. */
  close(): Promise<void>;
}

/** What the backend needs of main. */
export interface BackendProcessOptions {
  readonly credentials: Credentials;
  readonly log: (line: string) => void;
}

const CLOSE_TIMEOUT_MS = 5000;
/** A backend that ends again soon is started again later and later. */
const FIRST_RESTART_MS = 250;
const LONGEST_RESTART_MS = 30_000;
const STEADY_AFTER_MS = 60_000;

/** Forks the backend at once and keeps one running until `close`. */
export function startBackendProcess({ credentials, log }: BackendProcessOptions): BackendProcess {
  let closing = false;
  let page: WebContents | null = null;
  /** Null while it is away. */
  let child: UtilityProcess | null = fork();
  let startedAt = performance.now();
  let restartMs = FIRST_RESTART_MS;

  function fork(): UtilityProcess {
    const forked = utilityProcess.fork(join(import.meta.dirname, 'backend.js'), [], {
      serviceName: 'Weft backend',
      env: { ...process.env, WEFT_VERSION: app.getVersion() },
    });
    forked.on('message', (message: ToMain) => receive(forked, message));
    forked.on('exit', (code) => {
      child = null;
      if (!closing) restart(code);
    });
    return forked;
  }

  function restart(code: number): void {
    log(`The backend ended (${code}) and is started again.`);
    const reason = `The data process ended unexpectedly (${code}).`;
    const tellPage = (event: 'backend:lost' | 'backend:restarted') => {
      if (page !== null && !page.isDestroyed()) page.send(ipc.event, event, { reason });
    };
    tellPage('backend:lost');
    const wasSteady = performance.now() - startedAt > STEADY_AFTER_MS;
    restartMs = wasSteady ? FIRST_RESTART_MS : Math.min(restartMs * 2, LONGEST_RESTART_MS);
    setTimeout(() => {
      if (closing) return;
      child = fork();
      startedAt = performance.now();
      if (page !== null && !page.isDestroyed()) handOver(page);
      tellPage('backend:restarted');
    }, restartMs);
  }

  function receive(from: UtilityProcess, message: ToMain): void {
    if (message.kind === 'log') log(message.line);
    else if (message.kind === 'open') void openSignIn(message).then((answer) => from.postMessage(answer));
    else from.postMessage(toSecretAnswer(credentials, message));
  }

  /** A page that asks while it is away gets its port from the next one. */
  function handOver(target: WebContents): void {
    if (child === null) return;
    const { port1, port2 } = new MessageChannelMain();
    child.postMessage({ kind: 'port' } satisfies FromMain, [port1]);
    target.postMessage(ipc.port, null, [port2]);
  }

  return {
    connect: (target) => {
      page = target;
      handOver(target);
    },
    close: () => {
      closing = true;
      return child === null ? Promise.resolve() : end(child);
    },
  };
}

/** Asks the backend to close the workspace and end, and ends it where it takes too long. */
function end(child: UtilityProcess): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill(), CLOSE_TIMEOUT_MS);
    child.once('exit', () => {
      clearTimeout(late);
      resolve();
    });
    child.postMessage({ kind: 'close' } satisfies FromMain);
  });
}

/** Shows a sign-in in the system's browser, and nothing else. */
async function openSignIn({ id, url }: Extract<ToMain, { kind: 'open' }>): Promise<FromMain> {
  const answer = { kind: 'open', id } as const;
  if (!isSignInPage(url)) return { ...answer, error: 'Only the page of a sign-in is opened.' };
  try {
    await shell.openExternal(url);
    return { ...answer, error: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...answer, error: `No browser could be opened: ${reason}` };
  }
}

/** Answers only after the secret is stored. */
function toSecretAnswer(credentials: Credentials, message: Extract<ToMain, { kind: 'secret' }>): FromMain {
  const empty = {
    kind: 'secret',
    id: message.id,
    reference: '',
    secret: null,
    persisted: false,
    reason: null,
  } as const;
  try {
    if (message.action === 'read') {
      const secret = message.reference === null ? null : credentials.read(message.reference);
      return { ...empty, secret, error: null };
    }
    if (message.action === 'remove') {
      if (message.reference !== null) credentials.remove(message.reference);
      return { ...empty, error: null };
    }
    const stored = credentials.write(message.reference, message.secret ?? '');
    return { ...empty, ...stored, error: null };
  } catch (error) {
    return {
      ...empty,
      error: `The key could not be ${message.action === 'remove' ? 'removed' : 'stored'}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
