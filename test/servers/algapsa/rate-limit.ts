import { type Answer } from '../shared/answer.ts';
import { thrown, toIso, type World } from './answers.ts';

/** What a request costs: headers for its answer, or the refusal. */
export type Toll =
  | { readonly headers: Readonly<Record<string, string>> }
  | { readonly headers: Readonly<Record<string, string>>; readonly refusal: Answer };

/** A bucket of tokens for every key; it fills while time goes by. */
export interface Limiter {
  take(key: string): Toll;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Follows the clock and the switches of the world. */
export function createLimiter(world: World): Limiter {
  const buckets = new Map<string, Bucket>();
  return {
    take(key) {
      const { limit, limiterDown, enforceLimit } = world.switches;
      const headers = { 'x-ratelimit-limit': String(limit.burst) };
      if (limiterDown) return { headers: { ...headers, 'x-ratelimit-remaining': '-1' } };
      const bucket = fill(world, buckets.get(key));
      buckets.set(key, bucket);
      if (bucket.tokens < 1 && enforceLimit) return refuse(world, bucket, headers);
      bucket.tokens = Math.max(0, bucket.tokens - 1);
      return { headers: { ...headers, 'x-ratelimit-remaining': String(Math.floor(bucket.tokens)) } };
    },
  };
}

function fill({ now, switches }: World, bucket: Bucket | undefined): Bucket {
  const { burst, perMinute } = switches.limit;
  if (!bucket) return { tokens: burst, filledAt: now() };
  const gained = ((now() - bucket.filledAt) * perMinute) / 60_000;
  return { tokens: Math.min(burst, bucket.tokens + gained), filledAt: now() };
}

/** That `X-RateLimit-Reset` is a moment in ISO form is a guess; only its presence is known. */
function refuse(
  { now, switches }: World,
  { tokens }: Bucket,
  headers: Readonly<Record<string, string>>,
): Toll {
  const waitMs = Math.ceil(((1 - tokens) * 60_000) / switches.limit.perMinute);
  const details = { details: { retry_after_ms: waitMs, remaining: 0 } };
  return {
    headers: {
      ...headers,
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': toIso(now() + waitMs),
      'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))),
    },
    refusal: thrown(429, 'RATE_LIMITED', 'Too many requests', details),
  };
}
