import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type {
  BatchCalls,
  NamedEnd,
  RemoteFacts,
  RemoteRelationship,
} from '../../src-main/backend/remote/remote.ts';

/** Small, so that a few relationships need several requests. */
export const smallLimits: BatchCalls['limits'] = { create: 3, remove: 4, probe: 5 };

type BatchCall = 'probeBatch' | 'createBatch' | 'removeBatch';

/** What the fake does with one relationship. */
interface Deeds<M> {
  answer<T>(model: M, call: BatchCall, about: string, signal: AbortSignal, body: () => T): Promise<T>;
  find(model: M, source: NamedEnd, target: NamedEnd): RemoteFacts | null;
  create(model: M, relationship: RemoteRelationship): RemoteFacts;
  remove(model: M, relationship: RemoteRelationship): void;
}

/** Refuses what no caller may send: more than the limits, or creates that share no end. */
export function createFakeBatch<M>(
  model: M,
  limits: BatchCalls['limits'],
  { answer, find, create, remove }: Deeds<M>,
): BatchCalls {
  const run = <T>(
    call: BatchCall,
    limit: number,
    relationships: readonly RemoteRelationship[],
    signal: AbortSignal,
    one: (relationship: RemoteRelationship) => T,
  ) => {
    if (relationships.length === 0 || relationships.length > limit)
      throw new Error(`${call} of ${relationships.length}`);
    return answer(model, call, relationships.map(toText).join(', '), signal, () =>
      relationships.map((relationship) => catchRefusal(() => one(relationship))),
    );
  };
  return {
    limits,
    probe: (relationships, signal) =>
      run('probeBatch', limits.probe, relationships, signal, ({ source, target }) =>
        find(model, source, target),
      ),
    create: (relationships, signal) => {
      if (!shareAnEnd(relationships)) throw new Error('createBatch of relationships that share no end');
      return run('createBatch', limits.create, relationships, signal, (relationship) =>
        create(model, relationship),
      );
    },
    remove: (relationships, signal) =>
      run('removeBatch', limits.remove, relationships, signal, (relationship) => {
        remove(model, relationship);
        return 'removed' as const;
      }),
  };
}

function catchRefusal<T>(body: () => T): T | RemoteError {
  try {
    return body();
  } catch (error) {
    if (error instanceof RemoteError) return error;
    throw error;
  }
}

function shareAnEnd(relationships: readonly RemoteRelationship[]): boolean {
  const ends = relationships.map(({ source, target }) => [toKey(source), toKey(target)]);
  return (ends[0] ?? []).some((end) => ends.every((pair) => pair.includes(end)));
}

function toKey({ kind, remoteId }: NamedEnd): string {
  return `${kind}:${remoteId}`;
}

function toText({ source, target }: RemoteRelationship): string {
  return `${toKey(source)} ${toKey(target)}`;
}
