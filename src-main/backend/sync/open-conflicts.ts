import type {
  ConflictChoice,
  ConflictReason,
  ConflictSide,
  RelationshipId,
} from '../../../src-preload/contract/model.ts';
import type { ToldRemoval } from '../remote/remote.ts';
import { saveConflict } from '../store/conflicts.ts';
import { readEntityRow } from '../store/entities.ts';
import {
  type IntentRow,
  markReplacing,
  readIntent,
  readIntents,
  stopIntent,
  toWanted,
} from '../store/intents.ts';
import {
  type Observed,
  type Presence,
  readConfirmedAt,
  readMirror,
  saveObserved,
  toBase,
} from '../store/relationships.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import { nowOf, type SyncContext } from './context.ts';
import { type Facts, plan, type Step } from './plan.ts';
import { readPlannable, toHas } from './settle.ts';

export type ConflictStep = Extract<Step, `conflict-${string}`>;

export function isConflict(step: Step): step is ConflictStep {
  return step.startsWith('conflict-');
}

/** Opens a conflict for every intent that what is known by now contradicts; what was parked was decided before. */
export function openConflicts(context: SyncContext): void {
  for (const intent of readIntents(context.db, context.connectionId)) {
    if (intent.stopped === 'parked') continue;
    const { relationshipId } = intent;
    const endRemoved = hasRemovedEnd(context, relationshipId);
    const seen = readMirror(context.db, relationshipId)?.observed ?? null;
    if (!endRemoved && seen === null) continue;
    const facts: Facts = {
      ...readPlannable(context.db, relationshipId),
      observed: seen === null ? null : toHas(seen),
      absenceProved: true,
      endRemoved,
      canReplace: false,
    };
    const step = plan(facts);
    if (isConflict(step)) openConflict(context, intent, step, seen ?? { present: false, type: null });
  }
}

export function hasRemovedEnd({ db }: { readonly db: ReadableDb }, id: RelationshipId): boolean {
  const intent = readIntent(db, id);
  if (intent === undefined) return false;
  return [intent.sourceId, intent.targetId].some((end) => readEntityRow(db, end).presence === 'removed');
}

const choices: readonly ConflictChoice[] = ['local', 'remote'];
const reasons: Readonly<Record<ConflictStep, ConflictReason>> = {
  'conflict-end-removed': 'end-removed',
  'conflict-changed-both': 'changed-both',
  'conflict-removed-there': 'removed-there',
};

/** The intent stops being pushed until the user decides; what the remote has is kept beside base. */
export function openConflict(
  context: SyncContext,
  intent: IntentRow,
  step: ConflictStep,
  seen: Observed,
): void {
  const { db } = context;
  const { relationshipId } = intent;
  const now = nowOf(context);
  transaction(db, () => {
    const base = toBase(readMirror(db, relationshipId));
    if (step !== 'conflict-end-removed') saveObserved(db, relationshipId, intent, seen, now);
    stopIntent(db, relationshipId, null, null);
    markReplacing(db, relationshipId, 'no');
    saveConflict(db, {
      relationshipId,
      reason: reasons[step],
      cause: describe(context, intent, step, seen),
      base: { ...base, at: readConfirmedAt(db, relationshipId), told: false, by: null },
      local: { ...toWanted(intent), at: intent.changedAt, told: true, by: 'you' },
      remote: toRemoteSide(context, intent, step === 'conflict-end-removed' ? gone : seen),
      choices,
      now,
    });
  });
}

/** What the remote has of a relationship whose end is gone, whatever was seen of it before. */
const gone: Observed = { present: false, type: null };

/** With the moment that the remote tells; where it tells none, with that at which it was seen so. */
function toRemoteSide(context: SyncContext, intent: IntentRow, seen: Observed): ConflictSide {
  const { present, type, madeAt } = seen;
  const { at, by } = present ? { at: madeAt ?? null, by: null } : readRemoval(context, intent);
  return { present, type, at: at ?? nowOf(context), told: at !== null, by };
}

/** What the remote told of an end that is gone: with it went the relationship. */
function readRemoval({ db, remote }: SyncContext, { sourceId, targetId }: IntentRow): ToldRemoval {
  const told = [sourceId, targetId]
    .map((id) => readEntityRow(db, id))
    .filter(({ presence }) => presence === 'removed')
    .map((end) => remote.toldRemoval?.(end) ?? null);
  return told.find((removal) => removal !== null) ?? { at: null, by: null };
}

function describe({ db }: SyncContext, intent: IntentRow, step: ConflictStep, seen: Presence): string {
  const ends = [readEntityRow(db, intent.sourceId), readEntityRow(db, intent.targetId)];
  const wish = intent.wantedPresent ? `you want ${nameType(intent.wantedType)}` : 'you want it removed';
  switch (step) {
    case 'conflict-end-removed': {
      const gone = ends.filter((end) => end.presence === 'removed').map((end) => end.name);
      return `${gone.join(' and ')} no longer exists there, but you want this relationship.`;
    }
    case 'conflict-changed-both':
      return `It has the type ${nameType(seen.type)} there by now, but ${wish}.`;
    case 'conflict-removed-there':
      return `It no longer exists there, but ${wish}.`;
  }
}

function nameType(type: string | null): string {
  return type === null ? 'no type' : `“${type}”`;
}
