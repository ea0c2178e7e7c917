/**
 * What to do next about one relationship: a pure function of base, wish and observation (RULES.md).
 * Presence is all there is to decide where a remote has no types.
 */
export interface Facts {
  /** What workspace and remote last agreed on. */
  readonly base: boolean;
  /** What the user wants; null without an intent. */
  readonly wanted: boolean | null;
  /** What the remote was seen to have in this run; null if it was not asked yet. */
  readonly observed: boolean | null;
  /** Whether an absence is proved: the edge is gone, both ends are alive, the identity is the same. */
  readonly absenceProved: boolean;
  /** Whether the remote proved that an end is gone. */
  readonly endRemoved: boolean;
}

export type Step =
  | 'nothing'
  /** Ask the remote whether it has the relationship. */
  | 'probe'
  /** Ask for the proof that its absence is a removal. */
  | 'prove'
  | 'create'
  | 'remove'
  /** Base becomes what was observed; the intent, if any, is fulfilled. */
  | 'settle'
  | 'conflict-end-removed';

export function plan(facts: Facts): Step {
  return facts.wanted === null ? planPull(facts) : planPush(facts, facts.wanted);
}

/** Nobody here wants it otherwise: follow the remote, but remove nothing without proof. */
function planPull({ base, observed, absenceProved }: Facts): Step {
  if (observed === null || observed === base) return 'nothing';
  return observed || absenceProved ? 'settle' : 'prove';
}

/** The user wants it otherwise: ask before sending, since an earlier answer may have been lost. */
function planPush({ observed, absenceProved, endRemoved }: Facts, wanted: boolean): Step {
  if (endRemoved) return wanted ? 'conflict-end-removed' : 'settle';
  if (observed === null) return 'probe';
  if (observed !== wanted) return wanted ? 'create' : 'remove';
  return observed || absenceProved ? 'settle' : 'prove';
}
