import { RemoteError } from '../remote/errors.ts';
import type { Remote, RemoteFacts, RemoteRelationship } from '../remote/remote.ts';
import type { SyncContext } from './context.ts';

/** One answer per relationship in the order of what was asked; one that failed is its error. */
type Answers<A> = readonly (A | RemoteError)[];
type Asker = Pick<SyncContext, 'remote' | 'signal'>;
type Call = 'probe' | 'create' | 'remove';

/** The most relationships that go in one request. */
export function limitOf({ remote }: { readonly remote: Pick<Remote, 'batch'> }, call: Call): number {
  return Math.max(1, remote.batch?.limits[call] ?? 1);
}

export async function probeAll(
  { remote, signal }: Asker,
  relationships: readonly RemoteRelationship[],
): Promise<Answers<RemoteFacts | null>> {
  const { batch } = remote;
  return await askInParts(
    relationships,
    limitOf({ remote }, 'probe'),
    batch === null ? one((r) => remote.probe(r, signal)) : async (part) => await batch.probe(part, signal),
  );
}

/** At most as many as go in one request, and all of one end. */
export async function createAll(
  { remote, signal }: Asker,
  relationships: readonly RemoteRelationship[],
): Promise<Answers<RemoteFacts>> {
  const { batch } = remote;
  return await askInParts(
    relationships,
    limitOf({ remote }, 'create'),
    batch === null ? one((r) => remote.create(r, signal)) : async (part) => await batch.create(part, signal),
  );
}

export async function removeAll(
  { remote, signal }: Asker,
  relationships: readonly RemoteRelationship[],
): Promise<Answers<'removed'>> {
  const { batch } = remote;
  const removeOne = one(async (relationship) => {
    await remote.remove(relationship, signal);
    return 'removed' as const;
  });
  return await askInParts(
    relationships,
    limitOf({ remote }, 'remove'),
    batch === null ? removeOne : async (part) => await batch.remove(part, signal),
  );
}

function one<A>(ask: (relationship: RemoteRelationship) => Promise<A>) {
  return async (part: readonly RemoteRelationship[]): Promise<A[]> => await Promise.all(part.map(ask));
}

/** A request that fails as a whole fails for each that was in it; one that answers of fewer is no answer. */
async function askInParts<A>(
  relationships: readonly RemoteRelationship[],
  limit: number,
  ask: (part: readonly RemoteRelationship[]) => Promise<Answers<A>>,
): Promise<Answers<A>> {
  const answers: (A | RemoteError)[] = [];
  for (let start = 0; start < relationships.length; start += limit) {
    const part = relationships.slice(start, start + limit);
    const got = await ask(part).catch((error: unknown) => {
      if (!(error instanceof RemoteError)) throw error;
      return part.map(() => error);
    });
    if (got.length !== part.length) {
      const message = `The remote answered for ${got.length} of ${part.length} relationships. What became of them is asked next.`;
      const error = new RemoteError('foreign-answer', message);
      answers.push(...part.map(() => error));
    } else answers.push(...got);
  }
  return answers;
}
