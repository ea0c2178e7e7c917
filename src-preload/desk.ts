import type { RequestMessage } from './contract/bridge.ts';
import type { Result } from './contract/errors.ts';
import type { BackendChannel } from './contract/requests.ts';

type AnyResult = Result<unknown>;
type Post = (message: RequestMessage) => void;

/**
 * Keeps what the page asked of the data process until it is answered. When that process ends, reads are asked again of
 * the next one, commands never; and no command reaches the next one before the workspace is open in it again.
 */
export interface Desk {
  request(channel: BackendChannel, params: unknown): Promise<AnyResult>;
  /** A data process listens from now on. */
  connect(post: Post): void;
  answer(id: number, result: AnyResult): void;
  /** The data process ended. */
  lose(): void;
}

interface OpenRequest {
  readonly channel: BackendChannel;
  readonly params: unknown;
  readonly repeated: boolean;
  settle(result: AnyResult): void;
}

const reads: ReadonlySet<BackendChannel> = new Set<BackendChannel>([
  'workspace:status',
  'entities:page',
  'entities:read',
  'entities:find',
  'graph:neighbourhood',
  'graph:matching',
  'graph:filter',
  'views:list',
  'views:read',
  'views:find',
  'relationships:page',
  'relationships:read',
  'outbox:page',
  'conflicts:page',
  'held:list',
  'history:page',
  'sync:reports',
]);

const openings: ReadonlySet<BackendChannel> = new Set<BackendChannel>([
  'workspace:open',
  'workspace:create',
  'workspace:restore',
]);
/** What needs no open workspace. */
const free: ReadonlySet<BackendChannel> = new Set([
  ...reads,
  ...openings,
  'workspace:recover',
  'workspace:close',
  'sync:focus',
] as const);

const gone: AnyResult = {
  ok: false,
  error: {
    code: 'backend-gone',
    message: 'Weft’s data process ended and is started again. What was saved is safe; look, then try again.',
    details: {},
  },
};

export function createDesk(): Desk {
  const open = new Map<number, OpenRequest>();
  const waiting: OpenRequest[] = [];
  let post: Post | null = null;
  let lastId = 0;
  /** Whether the page has a workspace open. */
  let isOpen = false;
  /** Whether the data process that has it open has ended. */
  let isLost = false;

  const send = (request: OpenRequest) => {
    if (isLost && !free.has(request.channel)) {
      request.settle(gone);
    } else if (post === null) {
      waiting.push(request);
    } else {
      lastId += 1;
      open.set(lastId, request);
      post({ id: lastId, channel: request.channel, params: request.params });
    }
  };

  const follow = (channel: BackendChannel, { ok }: AnyResult) => {
    if (openings.has(channel)) [isOpen, isLost] = [ok || (isOpen && !isLost), false];
    if (channel === 'workspace:close' && ok) [isOpen, isLost] = [false, false];
  };

  return {
    request: (channel, params) => new Promise((settle) => send({ channel, params, repeated: false, settle })),
    connect: (next) => {
      post = next;
      for (const request of waiting.splice(0)) send(request);
    },
    answer: (id, result) => {
      const request = open.get(id);
      if (request === undefined) return;
      open.delete(id);
      follow(request.channel, result);
      request.settle(result);
    },
    lose: () => {
      post = null;
      isLost = isOpen;
      const lost = [...open.values()];
      open.clear();
      for (const request of lost) {
        if (reads.has(request.channel) && !request.repeated) send({ ...request, repeated: true });
        else request.settle(gone);
      }
    },
  };
}
