/** What can be held and let go again, such as a queue of requests. */
interface Holdable {
  pause(): unknown;
  start(): unknown;
}

/** Stops everything that is sent to one account while at least one request to it was told to wait, whoever sent it. */
export interface AccountPause {
  readonly isClosed: boolean;
  /** Until when nothing is sent at all, in milliseconds since 1970: a pause that was too long to wait for. */
  quietUntil: number;
  /** Once for each request that was told to wait. */
  close(): void;
  /** Once for each that waited long enough. */
  open(): void;
  /** From now on the pause holds this back, too. */
  join(queue: Holdable): void;
}

export function createAccountPause(): AccountPause {
  const queues = new Set<Holdable>();
  let waiting = 0;
  return {
    get isClosed() {
      return waiting > 0;
    },
    quietUntil: 0,
    close: () => {
      waiting += 1;
      for (const queue of queues) queue.pause();
    },
    open: () => {
      waiting -= 1;
      if (waiting > 0) return;
      for (const queue of queues) queue.start();
    },
    join: (queue) => {
      queues.add(queue);
      if (waiting > 0) queue.pause();
    },
  };
}

/** The pauses of all accounts, by what names the account and, where its limits hold for each, the service. */
export function createAccountPauses(): (account: string, service?: string) => AccountPause {
  const pauses = new Map<string, AccountPause>();
  return (account, service = '') => {
    const key = JSON.stringify([account, service]);
    const known = pauses.get(key) ?? createAccountPause();
    pauses.set(key, known);
    return known;
  };
}
