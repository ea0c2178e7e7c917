import type {
  Conflict,
  ConflictChoice,
  EntityId,
  HeldRemoval,
  Relationship,
  RelationshipId,
} from '../../src-preload/contract/model.ts';
import type { TargetVerdict } from '../../src-preload/contract/relationship-types.ts';
import { DRAWN_LIMIT, type Params } from '../../src-preload/contract/requests.ts';
import type { Request } from '../api/request.ts';
import type { Notices } from './notices.ts';
import { type AppStore, patchView } from './store.ts';

/** Whether one entity may be related to each of the others, by a type or by none. */
export interface PairQuestion {
  readonly entityId: EntityId;
  readonly otherIds: readonly EntityId[];
  /** Which end of the relationship the entity is. */
  readonly end: 'source' | 'target';
  readonly type: string | null;
  readonly local: boolean;
}

/** What the rules say, by the other entity. */
export type Verdicts = ReadonlyMap<EntityId, TargetVerdict>;

/** Actions that change the workspace. Each resolves once the change is committed, or the failure is told. */
export function createEditActions(store: AppStore, request: Request, notices: Notices) {
  return { ...relationshipActions(store, request, notices), ...decisionActions(request, notices) };
}

function relationshipActions(store: AppStore, request: Request, { attempt, tell }: Notices) {
  const forget = (id: RelationshipId) => {
    const { selection } = store.getState().view;
    if (selection.kind === 'relationship' && selection.id === id) {
      patchView(store, { selection: { kind: 'none' } });
    }
  };
  return {
    /** Creates a relationship and closes the draft; answers undefined where it was refused. */
    relate: async (params: Params<'relationships:relate'>): Promise<Relationship | undefined> => {
      const made = await attempt('create the relationship', () => request('relationships:relate', params));
      if (made !== undefined) patchView(store, { relateDraft: null });
      return made;
    },
    /** Asks the rules; where they cannot be asked, nothing is said here and creating tells. */
    judgePairs: async ({ entityId, otherIds, end, type, local }: PairQuestion): Promise<Verdicts> => {
      const ask = async (sourceId: EntityId, targetIds: EntityId[]) =>
        request('rules:judge-targets', { sourceId, targetIds, type, local }).catch(() => []);
      if (end === 'source') {
        const judged = new Map<number, TargetVerdict>();
        // once for all that is drawn: what is related by a type is read anew for each question
        for (let start = 0; start < otherIds.length; start += DRAWN_LIMIT) {
          const part = await ask(entityId, otherIds.slice(start, start + DRAWN_LIMIT));
          for (const verdict of part) judged.set(verdict.id, verdict);
        }
        return new Map(otherIds.flatMap((id) => toEntry(id, judged.get(id))));
      }
      const all = await Promise.all(otherIds.map((id) => ask(id, [entityId])));
      return new Map(otherIds.flatMap((id, index) => toEntry(id, all[index]?.[0])));
    },
    /** Changes the type, said from one of the ends, from the source where none is given. */
    retype: (id: RelationshipId, type: string | null, from: EntityId | null = null) =>
      attempt('change the type', () => request('relationships:retype', { id, type, from })),
    unrelate: async (id: RelationshipId) => {
      const left = await attempt('remove the relationship', () => request('relationships:unrelate', { id }));
      if (left === null) forget(id);
    },
    /** Gives up a pending change: the remote's state is shown again. */
    dropChange: async (id: RelationshipId) => {
      const dropped = await attempt('drop the pending change', () => request('outbox:drop', { id }));
      if (dropped === null)
        tell('plain', 'Pending change dropped', 'It will not be sent. Undo brings it back.');
    },
    undo: () => step('undo'),
    redo: () => step('redo'),
  };

  async function step(direction: 'undo' | 'redo') {
    const done = await attempt(direction, () => request(`history:${direction}`, {}));
    if (done !== undefined) tell('plain', direction === 'undo' ? 'Undone' : 'Redone', done.label);
  }
}

function toEntry(id: EntityId, verdict: TargetVerdict | undefined): [EntityId, TargetVerdict][] {
  return verdict === undefined ? [] : [[id, verdict]];
}

function decisionActions(request: Request, { attempt, tell }: Notices) {
  return {
    resolveConflict: (id: Conflict['id'], keep: ConflictChoice) =>
      attempt('settle the conflict', () => request('conflicts:resolve', { id, keep })),
    releaseHeld: async (id: HeldRemoval['id']) => {
      const released = await attempt('release the removals', () => request('held:release', { id }));
      if (released === null)
        tell('plain', 'Removals released', 'The next sync applies exactly what was held.');
    },
    /** Reads one entity's relationships from its remote now. */
    checkEntity: async (id: EntityId) => {
      const report = await attempt('check the entity', () => request('entities:refresh', { id }));
      if (report === undefined) return;
      const failure = report.failed[0];
      if (failure !== undefined) {
        tell('bad', 'The check did not finish', `${failure.message} What is shown is the last known state.`);
      }
    },
  };
}
