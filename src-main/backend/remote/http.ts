import PQueue from 'p-queue';
import { createAccountPause } from './account-pause.ts';
import { RemoteError } from './errors.ts';
import {
  cancelled,
  LimitError,
  LONGEST_PAUSE_MS,
  type Receive,
  receiveStream,
  receiveWhole,
  type Shared,
  sendOnce,
} from './http-send.ts';
import type { HttpClient, HttpOptions, HttpRequest } from './http-types.ts';
import { createPace } from './pace.ts';

export { expectOk, type HttpAnswer, quote } from './http-answer.ts';
export type {
  HttpClient,
  HttpOptions,
  HttpPorts,
  HttpRequest,
  HttpStream,
  RateLearning,
  Timer,
} from './http-types.ts';

const READ_ATTEMPTS = 3;
const FIRST_RETRY_MS = 250;

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

/** What one client has. */
interface Line extends Shared {
  readonly queue: PQueue;
}

/** It shares its rate budget over all its calls, and a pause that it is told with all clients of the account. */
export function createHttpClient(options: HttpOptions): HttpClient {
  assertSafeUrl(options.baseUrl, options.remote);
  const { rate, learning, concurrency, clock } = options;
  const highest = learning?.highest ?? rate;
  const onChange = learning?.onChange ?? (() => undefined);
  const pace = createPace({ rate, highest, concurrency, clock, onChange });
  const queue = new PQueue({ concurrency: pace.concurrency });
  const accountPause = options.accountPause ?? createAccountPause();
  accountPause.join(queue);
  const line: Line = { options, queue, pace, accountPause };
  return {
    send: (request) => sendWithRetries(line, request, receiveWhole),
    stream: (request) => sendWithRetries(line, request, receiveStream),
  };
}

async function sendWithRetries<T>(line: Line, request: HttpRequest, receive: Receive<T>): Promise<T> {
  const { options, accountPause } = line;
  let goOn = () => {};
  for (let attempt = 1; ; attempt += 1) {
    const sending = sendInTurn(line, request, attempt, receive);
    goOn(); // only now: it waits in the queue before all others
    try {
      return await sending;
    } catch (error) {
      const waitMs = toWait(error, request, attempt);
      if (waitMs === null) {
        if (error instanceof LimitError && error.wasSent) accountPause.open();
        throw request.signal.aborted ? cancelled(options, request, error) : error;
      }
      goOn = await pause(line, waitMs, error, request);
    }
  }
}

/** Told apart from every answer: the turn came while all have to wait. */
const again = Symbol('again');

/** What was told to wait goes before what was never sent, or it might be told so for ever. */
async function sendInTurn<T>(
  line: Line,
  request: HttpRequest,
  attempt: number,
  receive: Receive<T>,
): Promise<T> {
  const { options, queue, pace, accountPause } = line;
  const { signal } = request;
  try {
    for (;;) {
      const sent = await queue.add(
        async () => {
          await pace.turn(signal);
          if (accountPause.isClosed) return again;
          return await sendOnce(line, request, receive).catch(closeIfLimited(line, request));
        },
        { signal, priority: attempt },
      );
      queue.concurrency = pace.concurrency;
      if (sent !== again) return sent;
    }
  } catch (error) {
    queue.concurrency = pace.concurrency;
    throw signal.aborted && !(error instanceof LimitError) ? cancelled(options, request, error) : error;
  }
}

/** Within the turn of the queue, so that nothing else leaves in between. */
function closeIfLimited({ options, accountPause }: Line, request: HttpRequest) {
  return (error: unknown): never => {
    if (!(error instanceof LimitError)) throw error;
    if (request.signal.aborted) throw cancelled(options, request, error); // nobody would end the pause
    if (error.wasSent) accountPause.close();
    throw error;
  };
}

/** A limit holds for the whole account, so everything waits until `goOn`; a hiccup only for the one request. */
async function pause(
  { options, accountPause }: Line,
  waitMs: number,
  error: unknown,
  request: HttpRequest,
): Promise<() => void> {
  const limited = error instanceof LimitError;
  const goOn = () => (limited ? accountPause.open() : undefined);
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
  if (error instanceof LimitError && !error.wasSent) return null;
  const backOff = FIRST_RETRY_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
  if (error instanceof LimitError) return toPause(error.retryAfterMs ?? backOff * 4);
  const retryable = error instanceof RemoteError && ['server-fault', 'unreachable'].includes(error.kind);
  return (request.method === 'GET' || request.isRead === true) && retryable ? backOff : null;
}

function toPause(waitMs: number): number | null {
  return waitMs > LONGEST_PAUSE_MS ? null : waitMs;
}
