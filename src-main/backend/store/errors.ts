export type StoreErrorKind =
  | 'workspace-missing'
  | 'workspace-exists'
  | 'workspace-not-sqlite'
  | 'workspace-foreign'
  | 'workspace-newer'
  | 'workspace-read-only'
  | 'workspace-in-use'
  | 'workspace-damaged'
  | 'disk-full'
  | 'history-too-short'
  | 'not-found'
  | 'name-taken'
  | 'view-name-taken'
  | 'identity-changed'
  | 'account-changed'
  | 'needs-secret'
  | 'loss-changed'
  | 'export-failed'
  | 'workspace-busy'
  | 'care-ended'
  | 'cancelled';

/** What the store refuses or cannot do. The message is for people; `kind` is its code across the contract. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.kind = kind;
  }
}
