export type StoreErrorKind =
  | 'workspace-missing'
  | 'workspace-exists'
  | 'workspace-not-sqlite'
  | 'workspace-foreign'
  | 'workspace-newer'
  | 'workspace-read-only'
  | 'workspace-in-use'
  | 'workspace-linked'
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

/** Whether SQLite met pages that it cannot make sense of. Pure. */
export function isOfDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}
