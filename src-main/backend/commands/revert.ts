import { type EntityId, LOCAL_CONNECTION_ID } from '../../../src-preload/contract/model.ts';
import { type RuleCode, RuleError } from '../rules/errors.ts';
import {
  type CommandEntry,
  countChanges,
  openCommand,
  readChangePages,
  readCommand,
  readTypeChanges,
  type WantedChange,
} from '../store/history.ts';
import {
  isReverted,
  type NamedEntry,
  readLaterChanges,
  readLaterRemovals,
  readLaterTypeChanges,
  readLaterViewChanges,
} from '../store/history-dependants.ts';
import { countPacked, invertPacks } from '../store/history-packs.ts';
import { readViewChanges } from '../store/history-views.ts';
import { findLocalRelationship } from '../store/local-relationships.ts';
import { readPackDependants } from '../store/pack-dependants.ts';
import { runToEnd, type Slices } from '../store/slices.ts';
import { type ReadableDb, transaction } from '../store/sql.ts';
import { findType } from '../store/types.ts';
import type { CommandContext } from './context.ts';
import { describeRefused, judgeAgain, type Refused, tellFirst } from './judge-again.ts';
import { isImport, type Rollback, rollbackInSteps } from './rollback-import.ts';
import { isForRoom, readRuleDependants } from './rule-dependants.ts';
import { inSteps, type Steps } from './steps.ts';
import { applyEntry, isPushed } from './undo.ts';
import { toCurrent } from './want.ts';

/** What reverting one entry would do, or why it cannot be. */
export interface RevertPreview {
  readonly label: string;
  /** How many relationships, entities, types and views it would change. */
  readonly changes: number;
  /** Whether a remote has it already, so that reverting makes a new pending change. */
  readonly pushed: boolean;
  /** An import: what was edited since is spared and stands in nobody's way. */
  readonly spares: boolean;
  /** The later entries that depend on it: it can be reverted once the commands among them are. */
  readonly dependants: readonly NamedEntry[];
  /** Why it cannot be reverted, as a sentence; null where it can. */
  readonly refusal: string | null;
}

/** Looks at what reverting one entry would do; changes nothing. */
export function previewRevert(context: CommandContext, id: number): RevertPreview {
  return runToEnd(previewRevertInSlices(context, id));
}

/** As `previewRevert`, with a turn for others in between. */
export function* previewRevertInSlices(context: CommandContext, id: number): Slices<RevertPreview> {
  return (yield* inspect(context, id)).preview;
}

/** The preview, and what it is refused with. */
function* inspect(
  context: CommandContext,
  id: number,
): Slices<{ readonly preview: RevertPreview; readonly code: RuleCode }> {
  const { db } = context;
  const entry = readCommand(db, id);
  const kind = refuseKind(db, entry);
  const spares = isImport(db, entry);
  const judged = kind === null && !spares ? yield* judgeAgain(context, id, 'take-back') : [];
  const refused = yield* withoutFree(db, id, judged);
  const dependants = kind === null && !spares ? yield* findDependants(context, entry, refused) : [];
  const forRule = isForRule(db, dependants, refused);
  const preview = {
    label: entry.label,
    changes: countChanges(db, id) + countPacked(db, id),
    pushed: isPushed(db, entry),
    spares,
    dependants,
    refusal: kind?.message ?? (forRule ? describeJudged : describeDependants)(entry, dependants, refused),
  };
  const [first] = forRule ? refused : [];
  return { preview, code: kind?.code ?? first?.verdict.code ?? 'not-revertible' };
}

/**
 * Of what the remote has all the while, only that which a later command took the room of: it may have more than a rule
 * allows by itself.
 */
function* withoutFree(db: ReadableDb, id: number, judged: readonly Refused[]): Slices<Refused[]> {
  const given = judged.filter((refused) => refused.given && isForRoom(refused));
  const others = given.length === 0 ? [] : yield* readRuleDependants(db, id, given);
  const isTaken = others.some((other) => readCommand(db, other.id).actor !== 'sync');
  return judged.filter((refused) => !refused.given || (isTaken && isForRoom(refused)));
}

/** Whether a rule refuses it and no later command can be reverted first: what a sync did cannot be. */
function isForRule(db: ReadableDb, dependants: readonly NamedEntry[], refused: readonly Refused[]): boolean {
  return refused.length > 0 && dependants.every(({ id }) => readCommand(db, id).actor === 'sync');
}

/** What was reverted, and what stayed because it was edited since. */
export type Reverted = Pick<Rollback, 'label' | 'sparedCount' | 'spared'>;

/** Takes one entry back and leaves all later ones; the revert is a command of its own. Throws with the dependants. */
export function revert(context: CommandContext, id: number): Reverted {
  return transaction(context.db, () => runToEnd(revertInSteps(context, id)));
}

/** As `revert`, inside a transaction of the caller that is never left half done. An import is rolled back. */
export function* revertInSteps(context: CommandContext, id: number): Steps<Reverted> {
  const { preview, code } = yield* inSteps(inspect(context, id));
  const { refusal, spares } = preview;
  if (refusal !== null) throw new RuleError(code, refusal);
  const entry = readCommand(context.db, id);
  if (spares) {
    const { sparedCount, spared } = yield* rollbackInSteps(context, id);
    return { label: entry.label, sparedCount, spared };
  }
  const revertId = openCommand(context.db, `Revert: ${entry.label}`, context.now, id);
  yield* applyEntry(context, entry, 'before', { notedIn: revertId, intentsOf: revertId });
  yield* invertPacks(context.db, { from: id, to: revertId }, context.now);
  return { label: entry.label, sparedCount: 0, spared: [] };
}

function refuseKind(
  db: ReadableDb,
  { id, label, actor, state }: ReturnType<typeof readCommand>,
): { readonly code: RuleCode; readonly message: string } | null {
  const no = (code: RuleCode, message: string) => ({ code, message: `“${label}” ${message}` });
  if (actor === 'sync')
    return no('recorded-only', 'is what a sync did: it is recorded and cannot be reverted.');
  if (state === 'recorded') return no('recorded-only', 'is recorded only and cannot be reverted.');
  if (state !== 'done') return no('not-revertible', 'is undone already.');
  return isReverted(db, id) ? no('not-revertible', 'is reverted already.') : null;
}

/** The rule is told, too, where it is why they stand in the way. */
function describeDependants(
  { label }: CommandEntry,
  dependants: readonly NamedEntry[],
  refused: readonly Refused[],
): string | null {
  if (dependants.length === 0) return null;
  const told = refused.length === 0 ? '' : ` As it stands, ${tellFirst(refused)}`;
  return `“${label}” cannot be reverted alone: ${toNames(dependants)} came later and depends on it.${told}`;
}

/** What a sync brought cannot be reverted first, so the rule is the reason; the sync is named. */
function describeJudged(
  { label }: CommandEntry,
  syncs: readonly NamedEntry[],
  refused: readonly Refused[],
): string | null {
  const told = describeRefused(`“${label}” cannot be taken back`, 'take-back', refused);
  return syncs.length === 0 ? told : `${told} What came later: ${toNames(syncs)}.`;
}

function toNames(entries: readonly NamedEntry[]): string {
  const named = entries.slice(0, 5).map((entry) => `“${entry.label}” (${entry.id})`);
  return `${named.join(', ')}${entries.length > named.length ? ` and ${entries.length - named.length} more` : ''}`;
}

/** What is built on the entry: changes of the same things, and what takes the place that it would need again. */
function* findDependants(
  context: CommandContext,
  entry: CommandEntry,
  refused: readonly Refused[],
): Slices<NamedEntry[]> {
  const { db } = context;
  const total = countChanges(db, entry.id);
  const found = new Map<number, NamedEntry>();
  const add = (others: readonly NamedEntry[]) => {
    for (const other of others) found.set(other.id, other);
  };
  const names = readTypeChanges(db, entry.id).map(({ name }) => name);
  add(readLaterTypeChanges(db, entry.id, names));
  add(readLaterViewChanges(db, entry.id, readViewChanges(db, entry.id)));
  let done = 0;
  for (const changes of readChangePages(db, entry.id, 'forth')) {
    add(findDependantsOf(context, entry.id, changes));
    done += changes.length;
    yield { done, total };
  }
  add(yield* readRuleDependants(db, entry.id, refused));
  add(yield* readPackDependants(db, entry.id));
  return [...found.values()].toSorted((a, b) => a.id - b.id);
}

function findDependantsOf(
  context: CommandContext,
  id: number,
  changes: readonly WantedChange[],
): NamedEntry[] {
  const { db } = context;
  const ids = changes.flatMap((change) => [
    change.relationshipId,
    toCurrent(context, change).relationshipId,
    ...findInPlace(db, change),
  ]);
  return [
    ...readLaterChanges(db, id, ids),
    ...readLaterRemovals(db, id, changes.filter(({ before }) => before.present).flatMap(toEnds)),
  ];
}

function toEnds({ sourceId, targetId }: WantedChange): EntityId[] {
  return [sourceId, targetId];
}

/** The workspace's own relationship that now has the ends and the type which the entry would need again. */
function findInPlace(db: ReadableDb, { before, connectionId, ...change }: WantedChange) {
  if (connectionId !== LOCAL_CONNECTION_ID || !before.present) return [];
  const slot = before.type === null ? 0 : (findType(db, before.type) ?? -1);
  const other = findLocalRelationship(db, { ...change, connectionId, slot });
  return other === undefined ? [] : [other.id];
}
