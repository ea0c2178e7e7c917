import type {
  Conflict,
  EntitySummary,
  OutboxItem,
  Relationship,
  SyncReport,
  WorkspaceStatus,
} from '../../../src-preload/contract/model.ts';

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
  const { id, connection, source, target, type, state } = relationship;
  return { id, connection, source: source.address, target: target.address, type, state };
}

export function toOutboxValue({ id, action, source, target, type, state }: OutboxItem) {
  return { id, action, source: source.address, target: target.address, type, state };
}

export function toConflictValue(conflict: Conflict) {
  const { id, relationshipId, reason, base, local, remote, choices } = conflict;
  return { id, relationship: relationshipId, reason, base, local, remote, choices };
}

export function toReportValue(report: SyncReport) {
  const { connection, complete, pulled, pushed, conflicts, blocked, parked, held, failed } = report;
  return { connection, complete, pulled, pushed, conflicts, blocked, parked, held, failed };
}

export function toRelationshipLine(relationship: Relationship): string {
  const type = relationship.type === null ? '' : ` [${relationship.type}]`;
  const cause = relationship.cause === null ? '' : ` (${relationship.cause})`;
  const { source, target } = relationship;
  return `${relationship.id}  ${source.address} ${source.name} → ${target.address} ${target.name}${type}  ${relationship.state}${cause}`;
}

export function toOutboxLine(item: OutboxItem): string {
  const cause = item.cause === null ? '' : ` (${item.cause})`;
  return `${item.id}  ${item.action}  ${item.source.name} → ${item.target.name}  ${item.state}${cause}`;
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
    ...report.failed.map(({ message }) => `  failed  ${message}`),
    ...report.notes.map((note) => `  note    ${note}`),
  ];
}

export function toStatusLines(status: WorkspaceStatus): string[] {
  return [
    `${status.name}: ${status.entityCount} entities, ${status.relationshipCount} relationships, ${status.pendingCount} pending, ${status.conflictCount} in conflict, ${status.heldCount} held`,
    ...status.connections.map(({ name, state, offlineSince, lastSyncedAt, lastFailure }) =>
      [
        `  ${name}: ${state}`,
        offlineSince === null ? '' : ` since ${offlineSince}`,
        lastSyncedAt === null ? '' : `, last complete sync ${lastSyncedAt}`,
        lastFailure === null ? '' : `, last failure: ${lastFailure.message}`,
      ].join(''),
    ),
  ];
}
