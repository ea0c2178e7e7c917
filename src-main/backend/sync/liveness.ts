import type { EntityRef, Liveness, Remote } from '../remote/remote.ts';

/** Asks whether an end is alive, once per entity and run; what failed is asked again. */
export interface LivenessMemory {
  ask(end: EntityRef): Promise<Liveness>;
}

export function createLivenessMemory(remote: Remote, signal: AbortSignal): LivenessMemory {
  const known = new Map<string, Promise<Liveness>>();
  return {
    ask(end) {
      const key = `${end.kind}:${end.remoteId}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const asked = remote.fetchLiveness(end, signal);
      known.set(key, asked);
      asked.catch(() => known.delete(key));
      return asked;
    },
  };
}
