import type { OtherTest } from './rules-watched.ts';

/** Something that can go wrong with a sync, by its code. */
export interface ListedFault {
  readonly code: string;
  readonly what: string;
  /** What the simulation tells of itself when this struck; any of them. Empty where it is not modelled. */
  readonly seen: readonly string[];
  /** Why it is not modelled, or only in part. */
  readonly note?: string;
  /** Tests that have it where the simulation has not, or has only a part. */
  readonly tests?: readonly OtherTest[];
}
