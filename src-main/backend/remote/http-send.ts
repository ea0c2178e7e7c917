import type { AccountPause } from './account-pause.ts';
import { isPage, readPieces } from './answer-body.ts';
import { conceal } from './conceal.ts';
import { RemoteError } from './errors.ts';
import { type HttpAnswer, refuseClosedDoor, refuseRedirect, toForeign } from './http-answer.ts';
import type { HttpOptions, HttpRequest, HttpStream, Timer } from './http-types.ts';
import { parseJson } from './json.ts';
import type { Pace } from './pace.ts';
import { parseRetryAfter } from './retry-after.ts';
import { describeTransport } from './transport-error.ts';

const TIMEOUT_MS = { GET: 20_000, POST: 30_000, PUT: 30_000, DELETE: 30_000 } as const;
/** A long answer is still being written, and read, while it comes. */
const STREAM_TIMEOUT_MS = 300_000;
const ANSWER_LIMIT_BYTES = 8 * 1024 * 1024;
const STREAM_LIMIT_BYTES = 20 * 1024 * 1024;
/** A longer pause than this is not waited for: the run ends, and nothing is asked again before its time. */
export const LONGEST_PAUSE_MS = 60_000;
/** But no remote is left alone for longer than this, whatever it asks for. */
const LONGEST_QUIET_MS = 3_600_000;

/** What the requests of one client share. */
export interface Shared {
  readonly options: HttpOptions;
  readonly pace: Pace;
  readonly accountPause: AccountPause;
}

/** Reads what arrived into what the caller gets. */
export type Receive<T> = (shared: Shared, request: HttpRequest, arrived: Arrived) => Promise<T>;

interface Arrived {
  readonly response: Response;
  readonly deadline: Deadline;
}

/** The remote asks for patience and did not look at the request, so even a write can be sent again. */
export class LimitError extends RemoteError {
  /** False where the pause that was asked for before is not over. */
  readonly wasSent: boolean;

  constructor(message: string, retryAfterMs: number | null, wasSent = true) {
    super('rate-limited', message, { retryAfterMs });
    this.wasSent = wasSent;
  }
}

/** One request, answered or failed for good: nothing is sent again here. */
export async function sendOnce<T>(shared: Shared, request: HttpRequest, receive: Receive<T>): Promise<T> {
  const { options } = shared;
  refuseUnsendable(options, request);
  refuseWhileQuiet(shared, request);
  const deadline = startDeadline(options, request, receive === receiveStream);
  const content = request.body === undefined ? {} : { 'content-type': 'application/json' };
  const startedAt = options.clock.now().getTime();
  try {
    return await inWords(options, request, deadline, async () => {
      const response = await options.fetch(toUrl(options, request), {
        method: request.method,
        headers: { accept: 'application/json', ...content, ...options.headers },
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        redirect: 'manual',
        signal: deadline.signal,
      });
      notePace(shared, response, options.clock.now().getTime() - startedAt);
      return await receive(shared, request, { response, deadline });
    });
  } finally {
    if (!deadline.isKept) deadline.end();
  }
}

/** Whatever is thrown becomes a RemoteError that says what happened. */
async function inWords<T>(
  options: HttpOptions,
  request: HttpRequest,
  deadline: Deadline,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof RemoteError) throw error;
    if (request.signal.aborted) throw cancelled(options, request, error);
    throw toTransportError(options, request, error, deadline);
  }
}

function notePace({ pace }: Shared, { status, headers }: Response, tookMs: number): void {
  if (isLimit(status, headers) || status === 503) pace.noteTrouble();
  else pace.noteAnswer(tookMs);
}

/** When a request is given up: late, or cancelled. It holds on to nothing once it has ended. */
interface Deadline {
  readonly signal: AbortSignal;
  readonly milliseconds: number;
  readonly isLate: boolean;
  /** Set by who goes on reading after the request was answered, and then ends it. */
  isKept: boolean;
  end(): void;
}

const systemTimer: Timer = (milliseconds, late) => {
  const timeout = setTimeout(late, milliseconds);
  return () => clearTimeout(timeout);
};

/** Not the signals of the system: they live on until their time is up, with all that hangs on them. */
function startDeadline(options: HttpOptions, { method, signal }: HttpRequest, isLong: boolean): Deadline {
  const usual = options.timeoutMs?.[method] ?? TIMEOUT_MS[method];
  const milliseconds = isLong ? Math.max(usual, STREAM_TIMEOUT_MS) : usual;
  const controller = new AbortController();
  let isLate = false;
  const cancel = () => controller.abort(signal.reason);
  const stop = (options.timer ?? systemTimer)(milliseconds, () => {
    isLate = true;
    controller.abort();
  });
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  return {
    signal: controller.signal,
    milliseconds,
    get isLate() {
      return isLate;
    },
    isKept: false,
    end: () => {
      stop();
      signal.removeEventListener('abort', cancel);
    },
  };
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

/** A pause that was too long to wait for holds for whoever asks next. */
function refuseWhileQuiet({ options, accountPause }: Shared, request: HttpRequest): void {
  const leftMs = accountPause.quietUntil - options.clock.now().getTime();
  if (leftMs <= 0) return;
  const wait = nameWait(leftMs);
  throw new LimitError(
    `${nameCall(options, request)} was not sent: ${options.remote} asked for a pause that lasts${wait.replace(' of', '')} more.`,
    leftMs,
    false,
  );
}

function toUrl(options: HttpOptions, request: HttpRequest): string {
  const url = new URL(options.baseUrl.replace(/\/+$/, '') + request.path);
  for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, String(value));
  return url.href;
}

/** Hands a success over before its body is read. */
export const receiveStream: Receive<HttpAnswer | HttpStream> = async (shared, request, arrived) => {
  const { response, deadline } = arrived;
  if (!response.ok) return await receiveWhole(shared, request, arrived);
  deadline.isKept = true;
  return { status: response.status, pieces: streamPieces(shared.options, request, arrived) };
};

async function* streamPieces(
  options: HttpOptions,
  request: HttpRequest,
  { response, deadline }: Arrived,
): AsyncGenerator<string> {
  const pieces = readPieces(response, STREAM_LIMIT_BYTES, nameCall(options, request));
  try {
    for (;;) {
      const next = await inWords(options, request, deadline, () => pieces.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    deadline.end();
    await pieces.return(undefined);
  }
}

/** Reads the body to its end. */
export const receiveWhole: Receive<HttpAnswer> = async (shared, request, { response }) => {
  const { options } = shared;
  const { status, headers } = response;
  const call = nameCall(options, request);
  await refuseRedirect(call, response, toUrl(options, request));
  let text = '';
  for await (const piece of readPieces(response, ANSWER_LIMIT_BYTES, call)) text += piece;
  if (!response.ok) text = conceal(text, options.conceals());
  if (isLimit(status, headers)) throw toLimitError(shared, call, headers);
  const body = parseJson(text);
  refuseClosedDoor(call, status, body);
  if (status >= 500) {
    throw new RemoteError('server-fault', `${call} failed over there (status ${status}).`, { answer: body });
  }
  if (body === undefined && text.trim() !== '') {
    throw toForeign(call, options.remote, status, isPage(response, text));
  }
  return { status, body };
};

function isLimit(status: number, headers: Headers): boolean {
  return status === 429 || (status === 503 && headers.has('retry-after'));
}

function toLimitError(shared: Shared, call: string, headers: Headers): LimitError {
  const { remote, clock } = shared.options;
  const now = clock.now().getTime();
  const wait = parseRetryAfter(headers.get('retry-after'), new Date(now));
  if (wait !== null && wait > LONGEST_PAUSE_MS) {
    shared.accountPause.quietUntil = now + Math.min(wait, LONGEST_QUIET_MS);
  }
  return new LimitError(`${call}: ${remote} asks for a pause${wait === null ? '' : nameWait(wait)}.`, wait);
}

function nameWait(waitMs: number): string {
  return ` of ${Math.ceil(waitMs / 1000)} seconds`;
}

function toTransportError(
  options: HttpOptions,
  request: HttpRequest,
  cause: unknown,
  deadline: Deadline,
): RemoteError {
  const call = nameCall(options, request);
  if (deadline.isLate) {
    const seconds = deadline.milliseconds / 1000;
    return new RemoteError('timeout', `${call}: no answer within ${seconds} seconds.`, { cause });
  }
  const { reason, advice } = describeTransport(cause);
  const more = advice === null ? '' : ` ${advice}`;
  const message = `${call}: ${options.remote} cannot be reached (${reason}).${more}`;
  return new RemoteError('unreachable', message, { cause });
}

export function cancelled(options: HttpOptions, request: HttpRequest, cause: unknown): RemoteError {
  return new RemoteError('cancelled', `${nameCall(options, request)} was cancelled.`, { cause });
}

function nameCall(options: HttpOptions, request: HttpRequest): string {
  return `${options.remote}, ${request.method} ${request.path}`;
}
