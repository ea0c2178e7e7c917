/** What decides whether any change may leave in a run. */
export interface RunPolicy {
  readonly mode: 'both' | 'pull' | 'push';
  /** The user must decide something first, for example whether a copied workspace may push. */
  readonly isWithheld: boolean;
  /** The server was seen to be unable to write. */
  readonly isReadOnly: boolean;
  /** The user named what is to go: asking is a new fact. */
  readonly isPicked: boolean;
}

/** Whether a run pushes, leaves what is pending as it is, or notes that all of it waits. Pure. */
export function judgePushing({
  mode,
  isWithheld,
  isReadOnly,
  isPicked,
}: RunPolicy): 'push' | 'leave' | 'block' {
  if (mode === 'pull' || isWithheld) return 'leave';
  return isReadOnly && !isPicked ? 'block' : 'push';
}

/** What decides whether one intent may go. */
export interface Candidate {
  readonly isNamed: boolean;
  readonly stopped: 'parked' | 'blocked' | null;
  readonly hasConflict: boolean;
}

/** What may go, and what the guard holds. */
export interface Chosen<C> {
  readonly free: readonly C[];
  /** Why too many deletes wait; null where nothing is held. */
  readonly held: { readonly of: readonly C[]; readonly cause: string } | null;
}

/**
 * The intents that may go. What was parked or is in conflict goes again only if the user picks it; what is blocked is
 * looked at anew. `judge` is the guard: it is asked about all that is open, and not about what the user picked. Pure.
 */
export function chooseFree<C extends Candidate>(
  candidates: readonly C[],
  isPicked: boolean,
  judge: (open: readonly C[]) => Chosen<C>['held'],
): Chosen<C> {
  if (isPicked) return { free: candidates.filter(({ isNamed }) => isNamed), held: null };
  const open = candidates.filter(({ stopped, hasConflict }) => stopped !== 'parked' && !hasConflict);
  const held = judge(open);
  const waiting = new Set(held?.of);
  return { free: open.filter((candidate) => candidate.isNamed && !waiting.has(candidate)), held };
}
