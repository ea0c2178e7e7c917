import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import type { Presence } from '../store/relationships.ts';
import type { Step } from './plan.ts';
import type { Seen } from './settle.ts';

/** How the push of one intent ended, by what the remote said. */
export interface Conclusion {
  readonly id: RelationshipId;
  readonly step: Extract<Step, 'settle' | 'park' | `conflict-${string}`>;
  readonly seen: Seen;
  /** What the user wanted by then. */
  readonly wanted: Presence;
}

/** What a push was told and does not believe yet: the key may have begun to speak for someone else on the way. */
export interface Unconfirmed {
  conclusions: Conclusion[];
  pushed: { created: number; updated: number; deleted: number };
  hasCreated: boolean;
  /** Requests since the identity was asked for. */
  requests: number;
}

export function nothingUnconfirmed(): Unconfirmed {
  return {
    conclusions: [],
    pushed: { created: 0, updated: 0, deleted: 0 },
    hasCreated: false,
    requests: 0,
  };
}
