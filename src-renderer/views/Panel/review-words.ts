import type {
  ConflictChoice,
  ConflictReason,
  ConflictSide,
  ConnectionStatus,
  OutboxItem,
} from '../../../src-preload/contract/model.ts';
import type { Answer } from '../../../src-preload/contract/requests.ts';
import type { SyncSettings } from '../../../src-preload/contract/sync-lists.ts';
import type { OutboxPart } from '../../store/review-state.ts';
import { countOf, formatMoment } from '../../ui/format.ts';

/** The parts of the outbox, in words. */
export const partWords: Readonly<Record<OutboxPart, string>> = {
  all: 'All',
  waiting: 'To be sent',
  blocked: 'Waiting for another',
  parked: 'Refused',
  conflict: 'In conflict',
  held: 'Held',
  unanswered: 'Sent, no answer',
};

export const choiceWords: Readonly<Record<ConflictChoice, string>> = {
  local: 'Keep mine',
  remote: 'Take theirs',
  both: 'Keep both',
};

export const reasonWords: Readonly<Record<ConflictReason, string>> = {
  'changed-both': 'Changed on both sides',
  'removed-there': 'Removed there, changed here',
  'end-removed': 'An end was removed there',
};

export type ConflictPart = 'base' | 'local' | 'remote';

/** Since when one side of a conflict is so and by whom, as far as anybody tells; empty where nobody does. */
export function toSideWhen(
  part: ConflictPart,
  { present, at, told, by }: ConflictSide,
  now: Date = new Date(),
): string {
  if (at === null) return by ?? '';
  const word = part === 'base' ? 'agreed' : told ? toToldWord(part, present) : 'seen';
  return `${word} ${formatMoment(at, now)}${by === null ? '' : `, ${by}`}`;
}

function toToldWord(part: ConflictPart, present: boolean): string {
  if (part === 'local') return 'changed';
  return present ? 'made there' : 'removed there';
}

/** What would let a pending change go, as a sentence; null where the next push takes it as it is. */
export function toWayOn(item: OutboxItem, now: Date = new Date()): string | null {
  if (item.state === 'conflict') return 'Decide it under Conflicts.';
  if (item.state === 'held') return 'Release it under Held removals, or drop it here.';
  if (item.state === 'parked')
    return 'It goes again once you edit it, choose it and push it, or give the connection a new key or sign-in; dropping it gives it up.';
  if (item.state === 'blocked') return 'It goes by itself once the change it waits for has gone through.';
  if (item.unanswered)
    return 'Its last attempt got no answer: the next sync asks what became of it before anything is sent again.';
  if (item.nextAttemptAt === null) return null;
  return `Tried again by itself ${toWhen(item.nextAttemptAt, now)}; a push by hand does not wait.`;
}

/** How often it was tried, and what waits for it. */
export function toAttemptsText({ attempts, failures, dependants }: OutboxItem): string {
  const parts = [
    attempts > 0 ? countOf(attempts, 'try', 'tries') : '',
    failures > 0 ? `${countOf(failures, 'failure')} in a row` : '',
    dependants > 0 ? `${countOf(dependants, 'change')} waiting for it` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** When something happens: `now` where the moment has come, else `at 14:02`. */
export function toWhen(moment: string, now: Date = new Date()): string {
  return Date.parse(moment) <= now.getTime() ? 'now' : `at ${formatMoment(moment, now)}`;
}

/** A dry run as text that can be pasted: one request a line, its condition behind it, its body below. */
export function toDryRunText({ rows }: Answer<'sync:dry-run'>): string {
  return rows
    .filter(({ requests }) => requests.length > 0)
    .map(({ connection, requests }) =>
      [
        `# ${connection}`,
        ...requests.flatMap(({ method, path, body, condition }) => [
          condition === null ? `${method} ${path}` : `${method} ${path}  # ${condition}`,
          ...(body === null ? [] : [`  ${JSON.stringify(body)}`]),
        ]),
      ].join('\n'),
    )
    .join('\n\n');
}

/** From when what is listed is: the oldest reading, and what was never read. Empty where there is no connection. */
export function toAsOfText(
  connections: readonly Pick<ConnectionStatus, 'name' | 'lastSyncedAt'>[],
  now: Date = new Date(),
): string {
  const [oldest] = connections.flatMap(({ lastSyncedAt }) => lastSyncedAt ?? []).toSorted();
  const unread = connections.filter(({ lastSyncedAt }) => lastSyncedAt === null).map(({ name }) => name);
  const parts = [
    oldest === undefined ? '' : `as of ${formatMoment(oldest, now)}`,
    unread.length === 0 ? '' : `not read to its end yet: ${unread.join(', ')}`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** When a workspace syncs by itself, as a sentence. */
export function toSettingsText({ everyMinutes, afterEditsSeconds, onReconnect }: SyncSettings): string {
  const parts = [
    everyMinutes === null ? '' : `every ${countOf(everyMinutes, 'minute')}`,
    afterEditsSeconds === null ? '' : `${countOf(afterEditsSeconds, 'second')} after the last edit`,
    onReconnect ? 'when a connection answers again' : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return 'Syncs only when you ask.';
  const last = parts.at(-1) ?? '';
  return `Syncs by itself ${parts.length === 1 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`}.`;
}
