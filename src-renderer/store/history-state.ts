import type { EntitySummary } from '../../src-preload/contract/model.ts';
import type { Params } from '../../src-preload/contract/requests.ts';
import type { RowRange } from './page-cache.ts';

/** What the history is narrowed to. */
export type HistoryFilter = Required<Pick<Params<'history:page'>, 'command' | 'actor' | 'what'>>;

export const anyHistory: HistoryFilter = { command: '', actor: null, what: null };

/** Whether anything is left out. */
export function isNarrowed({ command, actor, what }: HistoryFilter): boolean {
  return command !== '' || actor !== null || what !== null;
}

/** What of the past can be looked at. */
export type PastSubject = 'relationships' | 'entities' | 'types' | 'views';

/** A past moment that is looked at: what was there then, or what has changed since. */
export interface PastQuestion {
  readonly at: string;
  readonly showing: 'then' | 'difference';
  readonly of: PastSubject;
  readonly range: RowRange;
  /** What was shown when this was asked. */
  readonly before: PastQuestion | null;
}

/** One relationship, entity, type or view of a past moment; what changed since where that was asked. */
export interface PastLine {
  readonly id: number | string;
  readonly change: 'added' | 'removed' | 'changed' | null;
  /** The entity, or the source of the relationship; null for a type or a view. */
  readonly entity: EntitySummary | null;
  readonly name: string;
  readonly target: EntitySummary | null;
  /** The type at the moment, or what of it differs now. */
  readonly text: string;
  readonly connection: string;
}
