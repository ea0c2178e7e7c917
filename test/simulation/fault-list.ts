import { faultsHere } from './faults-here.ts';
import { faultsThere } from './faults-there.ts';
import type { ListedFault } from './listed-fault.ts';

/**
 * All that we know to go wrong with a sync. A: the way there and back, B: answers, C: lists and feeds, D: lost answers and
 * sudden ends, E: the workspace and its machine, F: people at the same time, G: accounts and limits.
 */
export const listedFaults: readonly ListedFault[] = [...faultsThere, ...faultsHere];

/** Everything that strikes in the simulation, as it tells of it. */
export const faultNames: readonly string[] = [...new Set(listedFaults.flatMap(({ seen }) => seen))];
