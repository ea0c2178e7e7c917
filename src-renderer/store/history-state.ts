import type { PastRelationship } from '../../src-preload/contract/history-requests.ts';
import type { Params } from '../../src-preload/contract/requests.ts';
import type { RowRange } from './page-cache.ts';

/** What the history is narrowed to. */
export type HistoryFilter = Required<Pick<Params<'history:page'>, 'command' | 'actor' | 'what'>>;

export const anyHistory: HistoryFilter = { command: '', actor: null, what: null };

/** Whether anything is left out. */
export function isNarrowed({ command, actor, what }: HistoryFilter): boolean {
  return command !== '' || actor !== null || what !== null;
}

/** A past moment that is looked at: what was there then, or what has changed since. */
export interface PastQuestion {
  readonly at: string;
  readonly showing: 'then' | 'difference';
  readonly range: RowRange;
}

/** One relationship of a past moment; what changed since where that was asked. */
export interface PastLine {
  readonly change: 'added' | 'removed' | 'changed' | null;
  readonly relationship: Omit<PastRelationship, 'type'>;
  /** The type at the moment; and now, where that was asked. */
  readonly before: string | null;
  readonly after: string | null;
}
