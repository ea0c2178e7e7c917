import type { EntityId } from '../../../src-preload/contract/model.ts';
import type { CommandContext } from '../commands/context.ts';
import type { WantedEntity, WantedImport, WantedRelationship } from '../commands/import-rows.ts';
import type { Paced } from '../traverse/pace.ts';
import type { Mapping } from './mapping.ts';
import { createEntityPlanner } from './plan-entities.ts';
import { createRelationshipPlanner } from './plan-relationships.ts';
import { type Choice, createResolver } from './resolve-keys.ts';
import type { Row, Sheet } from './table.ts';

/** What becomes of one row. */
export type Outcome = 'create' | 'update' | 'unchanged' | 'refused' | 'choice';

/** The verdict on one row; code, message and column are null where it is taken. */
export interface RowVerdict {
  readonly sheet: number;
  readonly row: number;
  readonly outcome: Outcome;
  readonly code: string | null;
  readonly message: string | null;
  readonly column: string | null;
  /** What a cell may mean that means several entities, with the text of the cell. */
  readonly text: string | null;
  readonly candidates: readonly EntityId[];
}

export interface Judged {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly message?: string;
  readonly column?: string;
  readonly text?: string;
  readonly candidates?: readonly EntityId[];
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

export type Counts = Readonly<Record<Outcome, number>>;

/** All verdicts, and what the rows that are taken come to: the dry run and the commit alike. */
export interface ImportPlan {
  readonly verdicts: readonly RowVerdict[];
  readonly counts: Counts;
  readonly wanted: WantedImport;
}

/** Rows between two looks at the clock. */
const STRIDE = 64;
/** How long others wait for their turn, in milliseconds. */
const TURN_MS = 8;

/** Judges every row in the order of the file, entities before relationships. Changes nothing. */
export function* planImport(
  context: CommandContext,
  sheets: readonly Sheet[],
  settings: Settings,
  label: string,
): Paced<ImportPlan> {
  const verdicts: RowVerdict[] = [];
  const counts = { create: 0, update: 0, unchanged: 0, refused: 0, choice: 0 };
  const entities: WantedEntity[] = [];
  const relationships: WantedRelationship[] = [];
  const resolve = createResolver(context.db, settings.choices);
  const entityPlanner = createEntityPlanner(context, settings, entities);
  const planRelationship = createRelationshipPlanner(context, settings, {
    resolve,
    entities: entityPlanner,
    relationships,
  });
  let turnSince = performance.now();
  for (const subject of ['entities', 'relationships'] as const) {
    const plan = subject === 'entities' ? entityPlanner.plan : planRelationship;
    for (const [sheet, columns, row, mapping] of rowsOf(sheets, settings, subject)) {
      const judged = plan(row, mapping, columns);
      counts[judged.outcome] += 1;
      verdicts.push(toVerdict(sheet, row.number, judged));
      if (verdicts.length % STRIDE !== 0 || performance.now() - turnSince < TURN_MS) continue;
      yield;
      turnSince = performance.now();
    }
  }
  return { verdicts, counts, wanted: { label, entities, relationships } };
}

function* rowsOf(
  sheets: readonly Sheet[],
  { mappings }: Settings,
  subject: Mapping['subject'],
): Generator<readonly [number, readonly string[], Row, Mapping]> {
  for (const [index, { columns, rows }] of sheets.entries()) {
    const mapping = mappings[index];
    if (mapping?.subject !== subject) continue;
    if (!mapping.header) yield [index, columns, { number: 1, cells: columns }, mapping];
    for (const row of rows) yield [index, columns, row, mapping];
  }
}

function toVerdict(sheet: number, row: number, judged: Judged): RowVerdict {
  const { outcome, code = null, message = null, column = null, text = null, candidates = [] } = judged;
  return { sheet, row, outcome, code, message, column, text, candidates };
}
