import type { Changes, SyncReport } from '../../../src-preload/contract/model.ts';
import { isFine } from '../../store/selectors.ts';
import { countOf, formatCount } from '../../ui/format.ts';

/** The outcome of a sync in a word, and whether it was fine. */
export function toOutcome(report: SyncReport): { readonly fine: boolean; readonly text: string } {
  if (isFine(report)) return { fine: true, text: 'Complete' };
  if (report.cancelled) return { fine: false, text: 'Cancelled' };
  if (report.failed.some(({ code }) => code === 'needs-secret')) {
    return { fine: false, text: 'Needs a key or a sign-in' };
  }
  if (report.failed.some(({ code }) => code === 'cut-off')) return { fine: false, text: 'Cut off' };
  return { fine: false, text: report.failed.length > 0 ? 'Failed' : 'Incomplete' };
}

/** What came from the remote. */
export function toPulledText({ pulled }: SyncReport): string {
  const parts = [
    toChangesText(pulled.entities, 'entities'),
    toChangesText(pulled.relationships, 'relationships'),
  ];
  return parts.filter((part) => part !== '').join('; ') || 'nothing new';
}

/** What was sent to the remote. */
export function toPushedText({ pushed }: SyncReport): string {
  const parts = [
    pushed.created > 0 ? `${formatCount(pushed.created)} created` : '',
    pushed.updated > 0 ? `${formatCount(pushed.updated)} changed` : '',
    pushed.deleted > 0 ? `${formatCount(pushed.deleted)} removed` : '',
  ];
  return parts.filter((part) => part !== '').join(', ') || 'nothing sent';
}

/** What waits for something or somebody after the sync. */
export function toWaitingText({ conflicts, blocked, parked, held }: SyncReport): string {
  const parts = [
    conflicts > 0 ? countOf(conflicts, 'conflict') : '',
    parked > 0 ? `${formatCount(parked)} refused` : '',
    blocked > 0 ? `${formatCount(blocked)} waiting` : '',
    held > 0 ? countOf(held, 'removal') + ' held' : '',
  ];
  return parts.filter((part) => part !== '').join(', ') || '–';
}

function toChangesText({ added, updated, removed }: Changes, what: string): string {
  const parts = [
    added > 0 ? `+${formatCount(added)}` : '',
    updated > 0 ? `~${formatCount(updated)}` : '',
    removed > 0 ? `−${formatCount(removed)}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `${what} ${parts.join(' ')}`;
}
