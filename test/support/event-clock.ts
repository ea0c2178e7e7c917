import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, Fetch } from '../../src-main/backend/ports.ts';

/** Simulated time: it jumps to the next moment somebody sleeps for, once nobody has anything else to do. */
export interface EventClock extends Clock {
  elapsedMs(): number;
  /** A `fetch` whose every answer takes so long on this clock, however long the real one takes. */
  delay(fetch: Fetch, answerMs: number): Fetch;
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/** So many turns of the event loop without a request under way mean that all are asleep. */
const QUIET_TURNS = 4;

export function createEventClock(startMs = Date.UTC(2026, 0, 1)): EventClock {
  let nowMs = startMs;
  let underWay = 0;
  let isMoving = false;
  const sleepers = new Set<Sleeper>();
  const move = async () => {
    if (isMoving) return;
    isMoving = true;
    while (sleepers.size > 0) {
      await letAllElseHappen(() => underWay);
      const next = findFirst(sleepers);
      if (next === undefined) continue;
      nowMs = Math.max(nowMs, next.at);
      sleepers.delete(next);
      next.wake();
    }
    isMoving = false;
  };
  const sleep: Clock['sleep'] = async (milliseconds, signal) => {
    signal?.throwIfAborted();
    await new Promise<void>((resolve) => {
      sleepers.add({ at: nowMs + milliseconds, wake: resolve });
      void move();
    });
    signal?.throwIfAborted();
  };
  return {
    now: () => new Date(nowMs),
    elapsedMs: () => nowMs - startMs,
    sleep,
    delay: (fetch, answerMs) => async (url, init) => {
      underWay += 1;
      const answer = await readWhole(fetch, url, init).finally(() => {
        underWay -= 1;
      });
      await sleep(answerMs, init.signal ?? undefined);
      return answer;
    },
  };
}

async function letAllElseHappen(countUnderWay: () => number): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
    await turn();
    if (countUnderWay() > 0) quiet = -1;
  }
}

function findFirst(sleepers: ReadonlySet<Sleeper>): Sleeper | undefined {
  let first: Sleeper | undefined;
  for (const sleeper of sleepers) if (first === undefined || sleeper.at < first.at) first = sleeper;
  return first;
}

async function readWhole(fetch: Fetch, url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const body = await response.arrayBuffer();
  const { status, headers } = response;
  return new Response(status === 204 ? null : body, { status, headers });
}
