import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { Mapping } from './mapping.ts';
import type { Choice } from './resolve-keys.ts';

/** What becomes of one row. */
export type Outcome = 'create' | 'update' | 'unchanged' | 'refused' | 'choice';

/** The verdict on one row; code, message and column are null where there is nothing to say. */
export interface RowVerdict {
  readonly sheet: number;
  readonly row: number;
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly message: string | null;
  readonly column: string | null;
  /** The text of a cell that means several entities, or none; and what it may mean. */
  readonly text: string | null;
  readonly candidates: readonly EntityId[];
  /** How many there are in all. */
  readonly candidateCount: number;
}

export interface Judged {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly message?: string;
  readonly column?: string;
  readonly text?: string;
  readonly candidates?: readonly EntityId[];
  readonly candidateCount?: number;
  /** How many values a change takes away. */
  readonly removedValues?: number;
}

/** How the tables of a file are taken. */
export interface Settings {
  /** One for each sheet. */
  readonly mappings: readonly Mapping[];
  readonly choices: readonly Choice[];
  /** The kind of entities that have none of their own. */
  readonly kind: string;
  /** Whether an end that is not there is made as an entity of that kind. */
  readonly createMissing: boolean;
  /** Keeps all relationships in the workspace. */
  readonly local: boolean;
}
