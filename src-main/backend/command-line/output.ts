import { flagWords } from '../../../src-preload/contract/flag-words.ts';
import type {
  Conflict,
  EntitySummary,
  HeldRemoval,
  OutboxItem,
  Relationship,
  SyncReport,
  WorkspaceStatus,
} from '../../../src-preload/contract/model.ts';
import type { HeldRow, KeptReport } from '../../../src-preload/contract/sync-lists.ts';
import { fromSources, type ReadingSide } from './reading.ts';

/** What a command ends with: one value for programs, lines for people, an exit code. */
export interface Outcome {
  readonly value: unknown;
  readonly lines: readonly string[];
  readonly exitCode: number;
}

export function done(value: unknown, lines: readonly string[], exitCode = 0): Outcome {
  return { value, lines, exitCode };
}

export function toEntityValue({ address, connection, kind, name }: EntitySummary) {
  return { entity: address, connection, kind, name };
}

export function toRelationshipValue(relationship: Relationship) {
  const { id, connection, source, target, type, state, flags } = relationship;
  return { id, connection, source: source.address, target: target.address, type, state, flags };
}

export function toOutboxValue({ connectionId: _id, changedAt: _at, source, target, ...item }: OutboxItem) {
  return { ...item, source: source.address, target: target.address };
}

export function toConflictValue(conflict: Conflict) {
  const { id, relationshipId, connection, foundAt, reason, cause, base, local, remote, choices } = conflict;
  return {
    id,
    relationship: relationshipId,
    connection,
    foundAt,
    reason,
    cause,
    base,
    local,
    remote,
    choices,
  };
}

export function toReportValue(report: SyncReport) {
  const { connection, complete, cancelled, pulled, pushed, conflicts, blocked, parked, held } = report;
  const { failed, withheld, notes, outlook } = report;
  const counted = { connection, complete, cancelled, pulled, pushed, conflicts, blocked, parked, held };
  return { ...counted, failed, withheld, notes, outlook };
}

export function toKeptReportValue({ connectionId: _id, requests: _none, ...report }: KeptReport) {
  return report;
}

const releasedWords: Readonly<Record<HeldRemoval['side'], string>> = {
  here: 'the next sync removes them here.',
  there: 'the next push deletes them on the remote.',
};

export function toHeldLine({ id, connection, reason, released, side }: HeldRemoval): string {
  return `${id}  ${connection}: ${reason}${released ? ` Released: ${releasedWords[side]}` : ''}`;
}

export function toHeldRowValue(row: HeldRow) {
  if (row.what === 'entity') return toEntityValue(row.entity);
  return { id: row.id, source: row.source.address, target: row.target.address, type: row.type };
}

export function toHeldRowLine(row: HeldRow): string {
  if (row.what === 'entity') return `${row.entity.address}  ${row.entity.name}`;
  const type = row.type === null ? '' : ` [${row.type}]`;
  return `${row.id}  ${row.source.name} → ${row.target.name}${type}`;
}

/** A relationship as it reads from its source, or from the side of an entity. */
export function toRelationshipLine(
  relationship: Relationship,
  toText: ReadingSide['toText'] = fromSources.toText,
): string {
  const { id, state } = relationship;
  const cause = relationship.cause === null ? '' : ` (${relationship.cause})`;
  const flags = relationship.flags.map((flag) => `, ${flagWords[flag].label}`).join('');
  return `${id}  ${toText(relationship)}  ${state}${cause}${flags}`;
}

export function toOutboxLine(item: OutboxItem): string {
  const cause = item.cause === null ? '' : ` (${item.cause})`;
  const again = item.nextAttemptAt === null ? '' : `  again at ${item.nextAttemptAt}`;
  return `${item.id}  ${item.action}  ${item.source.name} → ${item.target.name}  ${item.state}${cause}${again}`;
}

export function toReportLines(report: SyncReport): string[] {
  const { entities, relationships } = report.pulled;
  const { created, deleted, updated } = report.pushed;
  const waiting = [
    [report.conflicts, 'in conflict'],
    [report.held, 'held'],
    [report.parked, 'parked'],
    [report.blocked, 'blocked'],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  return [
    `${report.connection}: ${report.complete ? 'complete' : 'NOT complete'}`,
    `  pulled  entities +${entities.added} ~${entities.updated} -${entities.removed}, relationships +${relationships.added} ~${relationships.updated} -${relationships.removed}`,
    `  pushed  ${created} created, ${updated} updated, ${deleted} deleted`,
    ...(waiting.length === 0 ? [] : [`  waiting ${waiting.join(', ')}`]),
    ...(report.withheld === null ? [] : [`  waits   ${report.withheld.message}`]),
    ...report.failed.map(({ message }) => `  failed  ${message}`),
    ...report.notes.map((note) => `  note    ${note}`),
    ...(report.moreFailed === 0 ? [] : [`  failed  ${report.moreFailed} more`]),
    ...(report.outlook === null ? [] : [`  next    ${report.outlook}`]),
  ];
}

export function toStatusLines(status: WorkspaceStatus): string[] {
  return [
    ...(status.place === 'home'
      ? []
      : [
          'This file was moved, copied or restored since it last pushed: its pushes wait until you adopt it.',
        ]),
    `${status.name}: ${status.entityCount} entities, ${status.relationshipCount} relationships, ${status.pendingCount} pending, ${status.conflictCount} in conflict, ${status.heldCount} held`,
    ...status.connections.map(
      ({ name, state, rate, offlineSince, lastSyncedAt, lastFailure, signInExpiresAt }) =>
        [
          `  ${name}: ${state}`,
          offlineSince === null ? '' : ` since ${offlineSince}`,
          lastSyncedAt === null ? '' : `, last complete sync ${lastSyncedAt}`,
          signInExpiresAt === null ? '' : `, signed in until ${signInExpiresAt} unless it syncs before`,
          `, ${Math.round(rate * 10) / 10} requests/s`,
          lastFailure === null ? '' : `, last failure: ${lastFailure.message}`,
        ].join(''),
    ),
  ];
}
