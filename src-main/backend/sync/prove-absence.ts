import { RemoteError } from '../remote/errors.ts';
import type { Liveness, RemoteFacts, RemoteRelationship } from '../remote/remote.ts';
import type { SyncContext } from './context.ts';

/** Asks whether an end is alive, once per entity and run. */
export interface LivenessMemory {
  ask(end: RemoteRelationship['source']): Promise<Liveness>;
}

export function createLivenessMemory({ remote, signal }: SyncContext): LivenessMemory {
  const known = new Map<string, Promise<Liveness>>();
  return {
    ask(end) {
      const key = `${end.kind}:${end.remoteId}`;
      const asked = known.get(key) ?? remote.fetchLiveness(end, signal);
      known.set(key, asked);
      return asked;
    },
  };
}

export type AbsenceVerdict =
  | { readonly kind: 'proved' }
  | { readonly kind: 'present'; readonly has: RemoteFacts }
  | { readonly kind: 'unproved' }
  | { readonly kind: 'end-removed'; readonly ends: readonly RemoteRelationship['source'][] };

/**
 * Whether a relationship that a list left out is really gone: its own GET says so, both ends are alive. The caller
 * has seen a complete list and checks the identity once more before it removes anything.
 */
export async function proveAbsence(
  { remote, signal }: SyncContext,
  liveness: LivenessMemory,
  relationship: RemoteRelationship,
): Promise<AbsenceVerdict> {
  const has = await remote.probe(relationship, signal);
  if (has !== null) return { kind: 'present', has };
  const ends = [relationship.source, relationship.target];
  const answers = await Promise.all(ends.map((end) => liveness.ask(end)));
  const removed = ends.filter((_, index) => answers[index] === 'gone');
  if (removed.length > 0) return { kind: 'end-removed', ends: removed };
  return answers.every((answer) => answer === 'alive') ? { kind: 'proved' } : { kind: 'unproved' };
}

/** Throws where the key speaks for someone else by now: then no absence of this run proves anything. */
export async function assertSameIdentity({ remote, fingerprint, signal }: SyncContext): Promise<void> {
  if ((await remote.identify(signal)).fingerprint === fingerprint) return;
  throw new RemoteError(
    'identity-changed',
    'The key spoke for someone else at the end of the sync than at its start. Nothing was removed.',
  );
}
