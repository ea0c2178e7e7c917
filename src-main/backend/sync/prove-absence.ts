import { RemoteError } from '../remote/errors.ts';
import type { RemoteFacts, RemoteRelationship } from '../remote/remote.ts';
import { probeAll } from './ask.ts';
import type { SyncContext } from './context.ts';
import { createLivenessMemory, type LivenessMemory } from './liveness.ts';

export type AbsenceVerdict =
  | { readonly kind: 'proved' }
  | { readonly kind: 'present'; readonly has: RemoteFacts }
  | { readonly kind: 'unproved' }
  | { readonly kind: 'end-removed'; readonly ends: readonly RemoteRelationship['source'][] };

/**
 * Whether relationships that a list left out, or a probe did not find, are really gone: their own request says so and,
 * where the remote needs that as proof, both ends are alive. `probed` are those whose own request said so just now.
 * The ends are asked for afterwards: one that was alive before may have been hidden together with the relationship.
 * The caller checks the identity once more before it removes anything.
 */
export async function proveAbsences(
  context: SyncContext,
  relationships: readonly RemoteRelationship[],
  { probed = false, liveness = createLivenessMemory(context.remote, context.signal) } = {},
): Promise<readonly (AbsenceVerdict | RemoteError)[]> {
  const answers = probed ? relationships.map(() => null) : await probeAll(context, relationships);
  return await Promise.all(
    relationships.map((relationship, index) =>
      judge(context, liveness, relationship, answers[index] ?? null),
    ),
  );
}

async function judge(
  { capabilities }: SyncContext,
  liveness: LivenessMemory,
  relationship: RemoteRelationship,
  answer: RemoteFacts | RemoteError | null,
): Promise<AbsenceVerdict | RemoteError> {
  if (answer instanceof RemoteError) return answer;
  if (answer !== null) return { kind: 'present', has: answer };
  if (capabilities.absenceProof === 'probe') return { kind: 'proved' };
  return await judgeEnds(liveness, relationship).catch((error: unknown) => {
    if (error instanceof RemoteError) return error;
    throw error;
  });
}

async function judgeEnds(
  liveness: LivenessMemory,
  { source, target }: RemoteRelationship,
): Promise<AbsenceVerdict> {
  const ends = [source, target];
  const answers = await Promise.all(ends.map((end) => liveness.ask(end)));
  const removed = ends.filter((_, index) => answers[index] === 'gone');
  if (removed.length > 0) return { kind: 'end-removed', ends: removed };
  return answers.every((answer) => answer === 'alive') ? { kind: 'proved' } : { kind: 'unproved' };
}

const nothingRemoved =
  'The key spoke for someone else at the end of the sync than at its start. Nothing was removed.';

/** Throws, with `told`, where the key speaks for someone else by now: then nothing that this run was told proves anything. */
export async function assertSameIdentity(
  { remote, fingerprint, signal }: Pick<SyncContext, 'remote' | 'fingerprint' | 'signal'>,
  told: string = nothingRemoved,
): Promise<void> {
  const now = await (remote.identifyAgain?.(signal) ?? remote.identify(signal));
  if (now.fingerprint === fingerprint) return;
  throw new RemoteError('identity-changed', told);
}
