/** What someone has of a relationship. Where a remote keeps no types, every type is null. */
export type Has = { readonly type: string | null } | 'absent';

/** What to do next about one relationship: a pure function of base, wish and observation (RULES.md). */
export interface Facts {
  /** What workspace and remote last agreed on. */
  readonly base: Has;
  /** What the user wants; null without an intent. */
  readonly wanted: Has | null;
  /** What the remote was seen to have in this run; null if it was not asked yet. */
  readonly observed: Has | null;
  /** Whether an absence is proved: the edge is gone, both ends are alive, the identity is the same. */
  readonly absenceProved: boolean;
  /** Whether the remote proved that an end is gone. */
  readonly endRemoved: boolean;
  /** How far a change of type is: its delete left (`deleted`), or the create after it was refused. */
  readonly replacing: 'no' | 'deleted' | 'refused';
  /** Whether what was observed is what came of a create of this run. */
  readonly created?: boolean;
  /** Whether the connection has proved that it can create: only then may the delete of a change of type leave. */
  readonly canReplace: boolean;
}

export type Step =
  | 'nothing'
  /** Ask the remote what it has. */
  | 'probe'
  /** Ask for the proof that its absence is a removal. */
  | 'prove'
  | 'create'
  /** Create it with the type that base has, since the wanted one was refused. */
  | 'restore'
  | 'remove'
  /** Base becomes what was observed; the intent, if any, is done with. */
  | 'settle'
  /** A change of type that must wait until a create has succeeded. */
  | 'block'
  /** The old type is back after a refusal: the wish waits for the user. */
  | 'park'
  | 'conflict-end-removed'
  /** Both sides changed it, differently. */
  | 'conflict-changed-both'
  /** Removed there, changed here. */
  | 'conflict-removed-there';

/** Whether both are absent, or have the same type byte for byte. */
export function isSame(one: Has, other: Has): boolean {
  if (one === 'absent' || other === 'absent') return one === other;
  return one.type === other.type;
}

export function plan(facts: Facts): Step {
  return facts.wanted === null ? planPull(facts) : planPush(facts, facts.wanted);
}

/** Nobody here wants it otherwise: follow the remote, but remove nothing without proof. */
function planPull({ base, observed, absenceProved }: Facts): Step {
  if (observed === null || isSame(observed, base)) return 'nothing';
  return observed !== 'absent' || absenceProved ? 'settle' : 'prove';
}

/** The user wants it otherwise: ask before sending, since an earlier answer may have been lost. */
function planPush(facts: Facts, wanted: Has): Step {
  const { observed, absenceProved, endRemoved } = facts;
  if (endRemoved) return wanted === 'absent' ? 'settle' : 'conflict-end-removed';
  if (observed === null) return 'probe';
  if (isSame(observed, wanted)) return observed !== 'absent' || absenceProved ? 'settle' : 'prove';
  return observed === 'absent' ? planMissing(facts, wanted) : planOther(facts, wanted, observed);
}

/** The remote lacks what the user wants. */
function planMissing({ base, absenceProved, replacing }: Facts, wanted: Has): Step {
  if (replacing === 'refused') return 'restore';
  if (replacing === 'deleted' || base === 'absent' || isSame(base, wanted)) return 'create';
  return absenceProved ? 'conflict-removed-there' : 'prove';
}

/** The remote has one that the user does not want, or not with that type. */
function planOther(
  { base, replacing, canReplace, created = false }: Facts,
  wanted: Has,
  observed: Has,
): Step {
  if (base === 'absent') return wanted === 'absent' ? 'remove' : 'conflict-changed-both';
  if (isSame(base, wanted)) return 'settle'; // the change was taken back here: what others made of it holds
  if (!isSame(base, observed)) return 'conflict-changed-both';
  if (wanted === 'absent') return 'remove';
  if (replacing === 'refused') return 'park';
  if (created) return 'conflict-changed-both'; // the remote makes something else of it: once more would be the same
  return canReplace || replacing === 'deleted' ? 'remove' : 'block';
}
