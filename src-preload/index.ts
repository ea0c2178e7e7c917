import { contextBridge, ipcRenderer } from 'electron';
import { type BackendMessage, ipc } from './contract/bridge.ts';
import type { Result } from './contract/errors.ts';
import { type EventName, eventNames } from './contract/events.ts';
import { type Channel, isBackendChannel, isMainChannel } from './contract/requests.ts';
import { createDesk } from './desk.ts';

/**
 * The bridge between the sandboxed page and the rest. It keeps the port to the backend and exposes typed functions
 * only.
 */

type AnyResult = Result<unknown>;
type Listener = (payload: unknown) => void;

const desk = createDesk();
const listeners = new Map<EventName, Set<Listener>>();
let port: MessagePort | null = null;

function emit(event: EventName, payload: unknown): void {
  for (const listener of listeners.get(event) ?? []) listener(payload);
}

function receive(message: BackendMessage): void {
  if ('event' in message) emit(message.event, message.payload);
  else desk.answer(message.id, message.result);
}

function losePort(): void {
  port = null;
  desk.lose();
}

function takePort(next: MessagePort): void {
  if (port !== null) losePort();
  port = next;
  next.addEventListener('message', ({ data }) => receive(data as BackendMessage)); // only the backend holds the other end
  next.addEventListener('close', () => {
    if (port === next) losePort();
  });
  next.start();
  desk.connect((message) => next.postMessage(message));
}

function request(channel: Channel, params: unknown): Promise<AnyResult> {
  if (isMainChannel(channel)) return ipcRenderer.invoke(ipc.request, channel, params) as Promise<AnyResult>; // main answers with a Result
  if (isBackendChannel(channel)) return desk.request(channel, params);
  return Promise.resolve({
    ok: false,
    error: { code: 'unknown-request', message: `There is no request ${String(channel)}.`, details: {} },
  });
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
