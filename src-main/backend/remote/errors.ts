import type { EntityRef } from './entity-ref.ts';

/**
 * What can go wrong with a remote, by what it means for us:
 * no answer (`unreachable`, `timeout`, `cancelled`), an answer that is not the remote's (`foreign-answer`,
 * `too-large`), a list that changes while it is read (`unsteady-list`), a closed door (`unauthorised`, `forbidden`), a plain no (`refused`), an end that is proved gone
 * (`end-removed`), a server that cannot write relationships at all (`read-only`), trouble over there (`server-fault`, `rate-limited`), an address we
 * will not use, a key that speaks for someone else than before, a cursor of a change feed that is not taken any more
 * (`cursor-lost`), an id proposed for a create that another relationship has or had (`id-taken`: nothing was created,
 * and another id may be proposed), or a sign-in that only the user can renew (`sign-in-expired`).
 */
export type RemoteErrorKind =
  | 'unreachable'
  | 'timeout'
  | 'cancelled'
  | 'foreign-answer'
  | 'too-large'
  | 'unsteady-list'
  | 'unauthorised'
  | 'forbidden'
  | 'refused'
  | 'end-removed'
  | 'read-only'
  | 'server-fault'
  | 'rate-limited'
  | 'insecure-url'
  | 'identity-changed'
  | 'cursor-lost'
  | 'id-taken'
  | 'sign-in-expired';

export interface RemoteErrorFacts {
  readonly cause?: unknown;
  /** For `end-removed`: the ends that the remote proved gone. */
  readonly removedEnds?: readonly EntityRef[];
  /** For `server-fault` and `forbidden`: the JSON that the remote answered with, if any. */
  readonly answer?: unknown;
  /** For `rate-limited`: how long the remote asked to be left in peace, in milliseconds; null if it did not say. */
  readonly retryAfterMs?: number | null;
}

/** A failed call to a remote. The message names the remote and the call, and is for people. */
export class RemoteError extends Error {
  readonly kind: RemoteErrorKind;
  readonly removedEnds: readonly EntityRef[];
  readonly answer: unknown;
  readonly retryAfterMs: number | null;

  constructor(kind: RemoteErrorKind, message: string, facts: RemoteErrorFacts = {}) {
    super(message, { cause: facts.cause });
    this.name = 'RemoteError';
    this.kind = kind;
    this.removedEnds = facts.removedEnds ?? [];
    this.answer = facts.answer;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}

/** The kinds after which nothing more can be said about what the remote did. */
export function isUnanswered(error: RemoteError): boolean {
  return ['unreachable', 'timeout', 'cancelled', 'foreign-answer', 'too-large', 'server-fault'].includes(
    error.kind,
  );
}

/** The kinds that say the network or the remote is away. */
export function isOffline(error: RemoteError): boolean {
  return error.kind === 'unreachable' || error.kind === 'timeout';
}
