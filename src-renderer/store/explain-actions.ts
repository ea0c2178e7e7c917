import type { EntityId } from '../../src-preload/contract/model.ts';
import type { Explanation } from '../../src-preload/contract/queries.ts';
import type { Request } from '../api/request.ts';
import type { Notices } from './notices.ts';
import { isCancelled } from './problems.ts';

/** The most paths that are asked for, hops of one, and entities told of each side where there is none. */
const BOUNDS = { k: 3, maxHops: 20, reachLimit: 100 } as const;

/** Actions that ask how two entities hang together. */
export function createExplainActions(request: Request, { attempt }: Notices) {
  let asked = 0;
  return {
    /** The shortest paths over all relationships, or what proves that there is none; `left` ends the question. */
    explain: async (
      sourceId: EntityId,
      targetId: EntityId,
      left: AbortSignal,
    ): Promise<Explanation | undefined> => {
      asked += 1;
      const name = `explain-${asked}`;
      const end = () => void attempt('cancel it', () => request('query:cancel', { name }));
      left.addEventListener('abort', end);
      const every = { types: null, connections: null, direction: 'any' as const, avoid: [] };
      const found = await attempt('look for paths', () =>
        request('query:explain', { sourceId, targetId, ...BOUNDS, ...every, name }).catch(
          (error: unknown) => {
            if (!isCancelled(error)) throw error;
            return undefined;
          },
        ),
      );
      left.removeEventListener('abort', end);
      return left.aborted ? undefined : found;
    },
  };
}
