import { faultsHere } from './faults-here.ts';
import { faultsThere } from './faults-there.ts';
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

/**
 * All that we know to go wrong with a sync. A: the way there and back, B: answers, C: lists and feeds, D: lost answers and
 * sudden ends, E: the workspace and its machine, F: people at the same time, G: accounts and limits.
 */
export const listedFaults: readonly ListedFault[] = [...faultsThere, ...faultsHere];

/** Everything that strikes in the simulation, as it tells of it. */
export const faultNames: readonly string[] = [...new Set(listedFaults.flatMap(({ seen }) => seen))];
