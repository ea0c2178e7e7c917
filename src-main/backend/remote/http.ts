import PQueue from 'p-queue';
import type { Clock, Fetch } from '../ports.ts';
import { RemoteError } from './errors.ts';
import { parseJson } from './json.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface HttpOptions {
  /** The remote's name as people know it, for messages. */
  readonly remote: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Requests per second for everything this client sends. */
  readonly rate: number;
  readonly concurrency: number;
  /** Where the remote is known to need longer than is usual. */
  readonly timeoutMs?: Partial<Record<HttpRequest['method'], number>>;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Appended to the base URL; starts with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** A JSON answer. `body` is undefined where the answer had no body or was no JSON at an error status. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface HttpClient {
  /** Answers with any status below 500 but 401, 403 and 429; everything else is a RemoteError. */
  send(request: HttpRequest): Promise<HttpAnswer>;
}

const TIMEOUT_MS = { GET: 20_000, POST: 30_000, DELETE: 30_000 } as const;
const ANSWER_LIMIT_BYTES = 8 * 1024 * 1024;
const READ_ATTEMPTS = 3;
const FIRST_RETRY_MS = 250;
/** A longer pause than this is not waited for: the run ends, and nothing is asked again before its time. */
const LONGEST_PAUSE_MS = 60_000;

/** Refuses addresses over which a secret would travel in the open. */
export function assertSafeUrl(url: string, remote: string): void {
  const { protocol, hostname } = new URL(url);
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (protocol === 'https:' || (protocol === 'http:' && loopback)) return;
  throw new RemoteError(
    'insecure-url',
    `${remote} at ${url}: only https addresses are used, because the key would travel in the open otherwise.`,
  );
}

/** One client per connection: it shares the connection's rate budget over all its calls. */
export function createHttpClient(options: HttpOptions): HttpClient {
  assertSafeUrl(options.baseUrl, options.remote);
  const queue = new PQueue({
    concurrency: options.concurrency,
    interval: 1000,
    intervalCap: Math.max(1, Math.round(options.rate)),
  });
  const gate = createGate(queue);
  // within the turn of the queue, so that nothing else leaves in between
  const closeIfLimited =
    (request: HttpRequest) =>
    (error: unknown): never => {
      if (!(error instanceof LimitError)) throw error;
      if (request.signal.aborted) throw cancelled(options, request, error); // nobody would open the gate again
      gate.close();
      throw error;
    };
  // what was told to wait goes before what was never sent, or it might be told so for ever
  const limited = (request: HttpRequest, attempt: number) =>
    queue
      .add(() => sendOnce(options, request).catch(closeIfLimited(request)), {
        signal: request.signal,
        priority: attempt,
      })
      .catch((error: unknown) => {
        const isCancelled = request.signal.aborted && !(error instanceof LimitError);
        throw isCancelled ? cancelled(options, request, error) : error;
      });
  return { send: (request) => sendWithRetries(options, gate, request, limited) };
}

/** Stops everything that the client sends while at least one request was told to wait. */
interface Gate {
  close(): void;
  open(): void;
}

function createGate(queue: PQueue): Gate {
  let closed = 0;
  return {
    close: () => {
      closed += 1;
      queue.pause();
    },
    open: () => {
      closed -= 1;
      if (closed === 0) queue.start();
    },
  };
}

async function sendWithRetries(
  options: HttpOptions,
  gate: Gate,
  request: HttpRequest,
  send: (request: HttpRequest, attempt: number) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  let goOn = () => {};
  for (let attempt = 1; ; attempt += 1) {
    const sending = send(request, attempt);
    goOn(); // only now: it waits in the queue before all others
    try {
      return await sending;
    } catch (error) {
      const waitMs = toWait(error, request, attempt);
      if (waitMs === null) {
        if (error instanceof LimitError) gate.open();
        throw request.signal.aborted ? cancelled(options, request, error) : error;
      }
      goOn = await pause(options, gate, waitMs, error, request);
    }
  }
}

/** A limit holds for the whole account, so everything waits until `goOn`; a hiccup only for the one request. */
async function pause(
  options: HttpOptions,
  gate: Gate,
  waitMs: number,
  error: unknown,
  request: HttpRequest,
): Promise<() => void> {
  const limited = error instanceof LimitError;
  const goOn = () => (limited ? gate.open() : undefined);
  try {
    await options.clock.sleep(waitMs, request.signal);
    return goOn;
  } catch (cause) {
    goOn();
    throw cancelled(options, request, cause);
  }
}

/** How long to wait before trying again; null where that would be wrong or useless. */
function toWait(error: unknown, request: HttpRequest, attempt: number): number | null {
  if (attempt >= READ_ATTEMPTS || request.signal.aborted) return null;
  const backOff = FIRST_RETRY_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  if (error instanceof LimitError) return toPause(error.retryAfterMs ?? backOff * 4);
  const retryable = error instanceof RemoteError && ['server-fault', 'unreachable'].includes(error.kind);
  return request.method === 'GET' && retryable ? backOff : null;
}

function toPause(waitMs: number): number | null {
  return waitMs > LONGEST_PAUSE_MS ? null : waitMs;
}

/** The remote asks for patience and did not look at the request, so even a write can be sent again. */
class LimitError extends RemoteError {
  constructor(message: string, retryAfterMs: number | null) {
    super('rate-limited', message, { retryAfterMs });
  }
}

async function sendOnce(options: HttpOptions, request: HttpRequest): Promise<HttpAnswer> {
  refuseUnsendable(options, request);
  const timeout = AbortSignal.timeout(toTimeout(options, request));
  const content = request.body === undefined ? {} : { 'content-type': 'application/json' };
  try {
    const response = await options.fetch(toUrl(options, request), {
      method: request.method,
      headers: { accept: 'application/json', ...content, ...options.headers },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, timeout]),
    });
    return await toAnswer(options, request, response);
  } catch (error) {
    if (error instanceof RemoteError) throw error;
    if (request.signal.aborted) throw cancelled(options, request, error);
    throw toTransportError(options, request, error, timeout.aborted);
  }
}

function toTimeout({ timeoutMs }: HttpOptions, { method }: HttpRequest): number {
  return timeoutMs?.[method] ?? TIMEOUT_MS[method];
}

/** Checked here because `fetch` quotes a header that it refuses, and a key must be in no message (RFC 9110, 5.5). */
function refuseUnsendable(options: HttpOptions, request: HttpRequest): void {
  if (Object.values(options.headers).every((value) => /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value)))
    return;
  throw new RemoteError(
    'unauthorised',
    `${nameCall(options, request)} was not sent: the key holds characters that no key of ${options.remote} has.`,
  );
}

function toUrl(options: HttpOptions, request: HttpRequest): string {
  const url = new URL(options.baseUrl.replace(/\/+$/, '') + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
  return url.href;
}

async function toAnswer(options: HttpOptions, request: HttpRequest, response: Response): Promise<HttpAnswer> {
  const { status } = response;
  const call = nameCall(options, request);
  if (response.type === 'opaqueredirect' || (status >= 300 && status < 400)) {
    await response.body?.cancel();
    throw new RemoteError(
      'foreign-answer',
      `${call} was redirected elsewhere. Weft does not follow with a key in hand.`,
    );
  }
  const text = await readText(options, request, response);
  if (status === 429 || (status === 503 && response.headers.has('retry-after'))) {
    const wait = parseRetryAfter(response.headers.get('retry-after'), options.clock.now());
    throw new LimitError(`${call}: ${options.remote} asks for a pause${nameWait(wait)}.`, wait);
  }
  const body = parseJson(text);
  if (status >= 500) {
    throw new RemoteError('server-fault', `${call} failed over there (status ${status}).`, { answer: body });
  }
  refuseClosedDoor(call, status, body);
  if (body === undefined && text.trim() !== '') {
    throw new RemoteError(
      'foreign-answer',
      `${call} was answered (status ${status}), but not by ${options.remote}: the answer is no JSON. Nothing was changed.`,
    );
  }
  return { status, body };
}

function nameWait(waitMs: number | null): string {
  return waitMs === null ? '' : ` of ${Math.ceil(waitMs / 1000)} seconds`;
}

function refuseClosedDoor(call: string, status: number, body: unknown): void {
  if (status === 401) throw new RemoteError('unauthorised', `${call}: the key is not accepted (status 401).`);
  if (status === 407) {
    throw new RemoteError(
      'unreachable',
      `${call}: the proxy on the way wants a login of its own (status 407).`,
    );
  }
  if (status === 403) {
    throw new RemoteError('forbidden', `${call}: this key may not do that (status ${status}${quote(body)}).`);
  }
}

/**
 * The body of a success. Every other answer is an error: `refused` where the remote itself wrote it, as `isRefusal`
 * knows, else `foreign-answer`. `call` names remote and call.
 */
export function expectOk(answer: HttpAnswer, call: string, isRefusal: (body: unknown) => boolean): unknown {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  const kind = isRefusal(answer.body) ? 'refused' : 'foreign-answer';
  throw new RemoteError(kind, `${call} was refused (status ${answer.status}${quote(answer.body)}).`);
}

/** The remote's own words, where it has some. */
export function quote(body: unknown): string {
  if (typeof body !== 'object' || body === null) return '';
  const { message, detail, error } = body as { message?: unknown; detail?: unknown; error?: unknown };
  if (typeof error === 'object') return quote(error);
  const words = [message, detail, error].find((text) => typeof text === 'string' && text !== '');
  return typeof words === 'string' ? `: “${words.slice(0, 200)}”` : '';
}

async function readText(options: HttpOptions, request: HttpRequest, response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > ANSWER_LIMIT_BYTES) {
      throw new RemoteError(
        'too-large',
        `${nameCall(options, request)}: the answer is larger than ${ANSWER_LIMIT_BYTES / 1024 / 1024} MB. It was not read.`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function toTransportError(
  options: HttpOptions,
  request: HttpRequest,
  cause: unknown,
  late: boolean,
): RemoteError {
  const call = nameCall(options, request);
  if (late) {
    const seconds = toTimeout(options, request) / 1000;
    return new RemoteError('timeout', `${call}: no answer within ${seconds} seconds.`, { cause });
  }
  return new RemoteError(
    'unreachable',
    `${call}: ${options.remote} cannot be reached (${describe(cause)}).`,
    { cause },
  );
}

/** The innermost reason that Node or Electron give, for example ECONNREFUSED. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return describe(error.cause);
  return 'code' in error && typeof error.code === 'string' && error.message === ''
    ? error.code
    : error.message;
}

function cancelled(options: HttpOptions, request: HttpRequest, cause: unknown): RemoteError {
  return new RemoteError('cancelled', `${nameCall(options, request)} was cancelled.`, { cause });
}

function nameCall(options: HttpOptions, request: HttpRequest): string {
  return `${options.remote}, ${request.method} ${request.path}`;
}
