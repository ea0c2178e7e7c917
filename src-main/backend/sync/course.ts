import type { RelationshipId } from '../../../src-preload/contract/model.ts';
import type { RemoteError } from '../remote/errors.ts';
import type { RemoteRelationship } from '../remote/remote.ts';
import type { IntentRow } from '../store/intents.ts';
import { readMirror, toBase } from '../store/relationships.ts';
import type { ReadableDb } from '../store/sql.ts';
import type { Facts } from './plan.ts';
import type { Seen } from './settle.ts';

type Ends = Pick<IntentRow, 'sourceId' | 'targetId'>;

/** What the run has learnt about one relationship so far. */
export type Learnt = Pick<Facts, 'absenceProved' | 'endRemoved' | 'created'> & {
  readonly observed: Seen | null;
};

export const nothingLearnt: Learnt = { observed: null, absenceProved: false, endRemoved: false };

export function learnSeen(seen: Seen): Learnt {
  return { observed: seen, absenceProved: false, endRemoved: false };
}

/** What a request that sends left there. */
export function learnDone(step: SendStep, seen: Seen): Learnt {
  return { ...learnSeen(seen), created: step === 'create' };
}

/** One intent on its way through a push; its ends never change. */
export interface Course extends Ends {
  readonly id: RelationshipId;
  learnt: Learnt;
  /** Requests so far. */
  steps: number;
  /** A request with others in it was refused as a whole: whom that meant shows only alone. */
  alone: boolean;
  /** The id that was proposed first was taken: another one is proposed once. */
  proposedAgain: boolean;
}

export type SendStep = 'create' | 'restore' | 'remove';

/** One intent in a request. */
export interface Job {
  readonly course: Course;
  /** As it was when the request left. */
  readonly intent: IntentRow;
  readonly relationship: RemoteRelationship;
}

/** What a request taught about one intent, or the error that ends its course for now. */
export type Taught = Learnt | RemoteError;

/** `learnt` is what holds from before; of what the user picked everything is asked anew. */
export function startCourse({ relationshipId: id, sourceId, targetId }: IntentRow, learnt: Learnt): Course {
  return { id, sourceId, targetId, learnt, steps: 0, alone: false, proposedAgain: false };
}

/** Keeps the order of pushing but puts creates of one end side by side, so that they go in few requests of `limit`. */
export function gatherCreates(db: ReadableDb, intents: readonly IntentRow[], limit: number): IntentRow[] {
  const { create = [], other = [] } = Object.groupBy(intents, (intent) =>
    isCreate(db, intent) ? 'create' : 'other',
  );
  const first = other.findIndex((intent) => intent.replacing === 'no');
  const before = first === -1 ? other.length : first;
  return [...other.slice(0, before), ...gatherByEnd(create, limit), ...other.slice(before)];
}

/** Whether an intent is about a relationship that base does not have. */
export function isCreate(
  db: ReadableDb,
  {
    relationshipId,
    wantedPresent,
    replacing,
  }: Pick<IntentRow, 'relationshipId' | 'wantedPresent' | 'replacing'>,
): boolean {
  return wantedPresent && replacing === 'no' && !toBase(readMirror(db, relationshipId)).present;
}

/** By sources, by targets, or each by that one of its ends which more of them share: whichever takes fewest requests. */
export function gatherByEnd<E extends Ends>(all: readonly E[], limit: number): E[] {
  const shares = new Map<number, number>();
  for (const end of all.flatMap(toEnds)) shares.set(end, (shares.get(end) ?? 0) + 1);
  const toShared = ({ sourceId, targetId }: E) =>
    (shares.get(sourceId) ?? 0) >= (shares.get(targetId) ?? 0) ? sourceId : targetId;
  const ways = [toShared, ({ sourceId }: E) => sourceId, ({ targetId }: E) => targetId].map((toPivot) => [
    ...Map.groupBy(all, toPivot).values(),
  ]);
  const countRequests = (groups: readonly (readonly E[])[]) =>
    groups.reduce((sum, group) => sum + Math.ceil(group.length / limit), 0);
  return ways.reduce((best, way) => (countRequests(way) < countRequests(best) ? way : best)).flat();
}

/** The first and those after it that share an end with it, by that end which more of them share. */
export function takeSharing<E extends Ends>(all: readonly E[], limit: number): E[] {
  const [first] = all;
  if (first === undefined) return [];
  const sharing = toEnds(first).map((end) => all.filter((other) => toEnds(other).includes(end)));
  const [one = [], other = []] = sharing;
  return (one.length >= other.length ? one : other).slice(0, limit);
}

function toEnds({ sourceId, targetId }: Ends): number[] {
  return [sourceId, targetId];
}
