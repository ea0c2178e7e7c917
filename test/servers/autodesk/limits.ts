import { type Answer, jsonAnswer } from '../shared/answer.ts';
import type { World } from './answers.ts';
import type { LimitGroup } from './switches.ts';

const windowMs = 60_000;

interface Window {
  readonly startedAt: number;
  count: number;
}

/** Counts the requests of every user by the minute. A minute begins with the first request after the last one. */
export interface LimitCounter {
  /** Counts one request of a user in a group; answers with the 429 if it is one too many. */
  count(world: World, who: string, group: LimitGroup): Answer | null;
}

/** Starts with nothing counted. */
export function createLimitCounter(): LimitCounter {
  const windows = new Map<string, Window>();
  return {
    count(world, who, group) {
      const now = world.now();
      const key = `${group} ${who}`;
      const running = windows.get(key);
      const isRunning = running && now >= running.startedAt && now < running.startedAt + windowMs;
      const window = isRunning ? running : { startedAt: now, count: 0 };
      windows.set(key, window);
      if (window.count >= world.switches.limits[group]) {
        return toTooMany(world, window.startedAt + windowMs);
      }
      window.count += 1;
      return null;
    },
  };
}

/** `freeAt` is in milliseconds since 1970. */
function toTooMany({ now, switches }: World, freeAt: number): Answer {
  const body = { developerMessage: 'Quota limit exceeded.' };
  switch (switches.retryAfter) {
    case 'seconds':
      return jsonAnswer(429, body, { 'retry-after': String(Math.ceil((freeAt - now()) / 1000)) });
    case 'date':
      return jsonAnswer(429, body, { 'retry-after': new Date(freeAt).toUTCString() });
    case 'absent':
      return jsonAnswer(429, body);
  }
}
