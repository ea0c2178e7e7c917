import { contextBridge, ipcRenderer } from 'electron';
import { type BackendMessage, ipc, type RequestMessage } from './contract/bridge.ts';
import type { Result } from './contract/errors.ts';
import { type EventName, eventNames } from './contract/events.ts';
import { type Channel, isBackendChannel, isMainChannel } from './contract/requests.ts';

/**
 * The bridge between the sandboxed page and the rest. It keeps the port to the backend and exposes typed functions
 * only. A closed port rejects every open request; reads are then repeated on the next port, commands never.
 */

type AnyResult = Result<unknown>;
type Listener = (payload: unknown) => void;

interface OpenRequest {
  readonly channel: Channel;
  readonly params: unknown;
  readonly repeated: boolean;
  settle(result: AnyResult): void;
}

const open = new Map<number, OpenRequest>();
const listeners = new Map<EventName, Set<Listener>>();
const waitingForPort: (() => void)[] = [];
let port: MessagePort | null = null;
let lastId = 0;

const reads: ReadonlySet<string> = new Set([
  'workspace:status',
  'entities:page',
  'entities:read',
  'entities:find',
  'graph:neighbourhood',
  'relationships:page',
  'relationships:read',
  'outbox:page',
  'conflicts:list',
  'held:list',
  'history:page',
  'sync:reports',
]);

function failure(code: string, message: string): AnyResult {
  return { ok: false, error: { code, message, details: {} } };
}

function emit(event: EventName, payload: unknown): void {
  for (const listener of listeners.get(event) ?? []) listener(payload);
}

function receive(message: BackendMessage): void {
  if ('event' in message) {
    emit(message.event, message.payload);
    return;
  }
  const request = open.get(message.id);
  open.delete(message.id);
  request?.settle(message.result);
}

/** The backend is gone: nobody knows what became of a command, so only reads are asked again. */
function loseBackend(): void {
  port = null;
  const lost = [...open.values()];
  open.clear();
  for (const request of lost) {
    if (reads.has(request.channel) && !request.repeated) {
      send({ ...request, repeated: true });
    } else {
      request.settle(
        failure(
          'backend-gone',
          'Weft’s data process ended and is started again. What was saved is safe; look, then try again.',
        ),
      );
    }
  }
}

function takePort(next: MessagePort): void {
  const isRestart = port !== null;
  if (isRestart) loseBackend();
  port = next;
  next.addEventListener('message', ({ data }) => receive(data as BackendMessage)); // only the backend holds the other end
  next.addEventListener('close', () => {
    if (port === next) loseBackend();
  });
  next.start();
  for (const resume of waitingForPort.splice(0)) resume();
}

function send(request: OpenRequest): void {
  if (port === null) {
    waitingForPort.push(() => send(request));
    return;
  }
  lastId += 1;
  open.set(lastId, request);
  const message: RequestMessage = { id: lastId, channel: request.channel, params: request.params };
  port.postMessage(message);
}

function request(channel: Channel, params: unknown): Promise<AnyResult> {
  if (isMainChannel(channel)) return ipcRenderer.invoke(ipc.request, channel, params) as Promise<AnyResult>; // main answers with a Result
  if (isBackendChannel(channel)) {
    return new Promise((settle) => send({ channel, params, repeated: false, settle }));
  }
  return Promise.resolve(failure('unknown-request', `There is no request ${String(channel)}.`));
}

function onEvent(name: EventName, listener: Listener): () => void {
  if (!Object.hasOwn(eventNames, name)) throw new Error(`There is no event ${name}.`);
  const known = listeners.get(name) ?? new Set();
  listeners.set(name, known.add(listener));
  return () => known.delete(listener);
}

ipcRenderer.on(ipc.port, (event) => {
  const [next] = event.ports;
  if (next !== undefined) takePort(next);
});
ipcRenderer.on(ipc.event, (_, name: EventName, payload: unknown) => emit(name, payload));
void ipcRenderer.invoke(ipc.connect);

// typed per channel for the page by `Bridge`
contextBridge.exposeInMainWorld('weft', { request, onEvent });
