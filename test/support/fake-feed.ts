import { RemoteError } from '../../src-main/backend/remote/errors.ts';
import type {
  ChangeFeed,
  ChangePage,
  NamedEnd,
  ToldRelationship,
} from '../../src-main/backend/remote/remote.ts';

/** A relationship as the fake holds it. */
interface Held {
  readonly ends: readonly [NamedEnd, NamedEnd];
  readonly type: string | null;
  readonly remoteId: string | null;
}

/** Everything that came and went in a fake remote, oldest first. */
export interface FakeChanges {
  note(kind: 'present' | 'removed', held: Held): void;
  /** From now on it tells only what is there, from the beginning, and says so. */
  startOver(there: readonly Held[], pages: 'first' | 'all'): void;
  /** As `startOver`, but cursors from before are not taken any more, so many times. */
  lose(there: readonly Held[], times: number): void;
  read(cursor: string | null): ChangePage;
  /** Keeps all of it as it is now; what is returned brings it back. */
  remember(): () => void;
}

/** Changes of one page. */
const PAGE = 3;

export function createFakeChanges(): FakeChanges {
  let log: { readonly kind: 'present' | 'removed'; readonly held: Held }[] = [];
  let epoch = 0;
  let lost = 0;
  let flagged: 'first' | 'all' = 'first';
  const restart = (there: readonly Held[]) => {
    log = there.map((held) => ({ kind: 'present', held }));
    epoch += 1;
  };
  const tell = (position: number, startsOver: boolean): ChangePage => {
    const page = log.slice(position, position + PAGE);
    const next = position + page.length;
    const more = next < log.length;
    const rest = startsOver && flagged === 'all' && more ? ':over' : '';
    const told = (kind: string) =>
      page.filter((entry) => entry.kind === kind).map(({ held }) => toTold(held));
    return {
      present: told('present'),
      removed: told('removed'),
      nextCursor: `${epoch}:${next}${rest}`,
      more,
      startsOver,
    };
  };
  return {
    note: (kind, held) => void log.push({ kind, held }),
    startOver: (there, pages) => {
      restart(there);
      flagged = pages;
    },
    lose: (there, times) => {
      restart(there);
      lost = times;
    },
    remember: () => {
      const kept = { log: [...log], epoch, lost, flagged };
      return () => {
        log = [...kept.log];
        ({ epoch, lost, flagged } = kept);
      };
    },
    read: (cursor) => {
      if (lost > 0 && (cursor !== null || lost > 1)) {
        lost -= 1;
        throw new RemoteError('cursor-lost', 'Fake, fetchChanges: the cursor is not known.');
      }
      if (cursor === null) return tell(0, false);
      const [of, position, over] = cursor.split(':');
      return Number(of) === epoch ? tell(Number(position), over !== undefined) : tell(0, true);
    },
  };
}

function toTold({ ends: [source, target], type, remoteId }: Held): ToldRelationship {
  return { source, target, type, remoteId };
}

/** Runs a call of the fake, with its faults. */
type Answer<M, C> = <T>(model: M, call: C, about: string, signal: AbortSignal, body: () => T) => Promise<T>;

export function createFakeFeed<M extends { readonly changes: FakeChanges }>(
  model: M,
  answer: Answer<M, 'fetchChanges'>,
): ChangeFeed {
  return {
    fetchChanges: (cursor, signal) =>
      answer(model, 'fetchChanges', cursor ?? 'from the beginning', signal, () => model.changes.read(cursor)),
  };
}
