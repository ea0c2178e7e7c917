/** Why a rule refuses. One code per verdict, the same wherever the relationship comes from. */
export type RuleCode =
  | 'self-relationship'
  | 'already-related'
  | 'type-missing'
  | 'type-too-long'
  | 'pair-not-allowed'
  | 'entity-removed'
  | 'read-only'
  | 'kind-not-allowed'
  | 'duplicate-type'
  | 'too-many-of-source'
  | 'too-many-of-target'
  | 'would-make-cycle'
  | 'cycle-unchecked'
  | 'type-unknown'
  | 'not-an-end'
  | 'type-ambiguous'
  | 'type-one-way'
  | 'types-not-read'
  | 'different-connections'
  | 'not-pending'
  | 'waits-for-answer'
  | 'choice-not-offered'
  | 'entity-exists'
  | 'entity-not-local'
  | 'entity-related'
  | 'too-many-views'
  | 'view-too-large'
  | 'not-an-import'
  | 'nothing-to-undo'
  | 'nothing-to-redo'
  | 'not-revertible'
  | 'recorded-only';

/** Thrown where a rule refuses a command; nothing was changed. The message is for people. */
export class RuleError extends Error {
  readonly code: RuleCode;

  constructor(code: RuleCode, message: string) {
    super(message);
    this.name = 'RuleError';
    this.code = code;
  }
}
