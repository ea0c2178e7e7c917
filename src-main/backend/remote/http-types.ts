import type { Clock, Fetch } from '../ports.ts';
import type { AccountPause } from './account-pause.ts';
import type { HttpAnswer } from './http-answer.ts';

/** How a client finds its rate while it works. Without, `rate` is the most that is ever sent. */
export interface RateLearning {
  /** Requests per second that are never exceeded. */
  readonly highest: number;
  /** Told of the rate whenever it changed noticeably, so that it can be kept. */
  onChange(rate: number): void;
}

export type Timer = (milliseconds: number, late: () => void) => () => void;

/** The world as a client meets it. */
export interface HttpPorts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Calls `late` after so many milliseconds unless what it returns is called before; the system's when not given. */
  readonly timer?: Timer;
}

export interface HttpOptions extends HttpPorts {
  /** The remote's name as people know it, for messages. */
  readonly remote: string;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What was sent and must be in no message: an error that says it back is read without it. */
  readonly conceals: () => readonly string[];
  /** Requests per second for everything this client sends, to begin with. */
  readonly rate: number;
  readonly learning?: RateLearning;
  /** Shared by all clients of the account; its own where left out. */
  readonly accountPause?: AccountPause;
  /** The most requests under way at a time. */
  readonly concurrency: number;
  /** Where the remote is known to need longer than is usual. */
  readonly timeoutMs?: Partial<Record<HttpRequest['method'], number>>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Appended to the base URL; starts with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** A POST that changes nothing, such as a search: it may be sent again as a GET may. */
  readonly isRead?: boolean;
  readonly signal: AbortSignal;
}

/** The text of a success as it arrives. It throws a RemoteError where the rest does not come or is too large. */
export interface HttpStream {
  readonly status: number;
  readonly pieces: AsyncIterable<string>;
}

export interface HttpClient {
  /** Answers with any status below 500 but 401, 403 and 429; everything else is a RemoteError. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** As `send`, but a success is handed over before its body is read. At most 20 MB come. */
  stream(request: HttpRequest): Promise<HttpAnswer | HttpStream>;
}
