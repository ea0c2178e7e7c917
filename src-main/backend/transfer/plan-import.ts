import { createInterpreter, createOtherEnd } from '../../../src-preload/contract/type-meaning.ts';
import { planCarried, type WantedCarried } from '../commands/carried.ts';
import type { CommandContext } from '../commands/context.ts';
import type { WantedEntity, WantedImport, WantedRelationship } from '../commands/import-rows.ts';
import type { LocalEntity } from '../store/history-packs.ts';
import type { Paced } from '../traverse/pace.ts';
import type { Mapping } from './mapping.ts';
import { readMatrix } from './matrix.ts';
import { createEntityPlanner, toColumnName } from './plan-entities.ts';
import { createRelationshipPlanner } from './plan-relationships.ts';
import { createResolver } from './resolve-keys.ts';
import type { Row, Sheet } from './table.ts';
import type { Judged, Outcome, RowVerdict, Settings } from './verdict.ts';

/** Rows by what becomes of them, entities made for ends that are not there, and values taken away. */
export type Counts = Readonly<Record<Outcome | 'made' | 'removedValues', number>>;

/** All verdicts, and what the rows that are taken come to: the dry run and the commit alike. */
export interface ImportPlan {
  /** Of each row, in the order of the file; none where only the counts were asked for. */
  readonly verdicts: readonly RowVerdict[];
  readonly counts: Counts;
  /** The entities that are made because only relationships name them. */
  readonly made: readonly LocalEntity[];
  readonly wanted: WantedImport & { readonly carried: WantedCarried };
}

/** Rows between two looks at the clock. */
const STRIDE = 64;
/** How long others wait for their turn, in milliseconds. */
const TURN_MS = 4;

/** Judges every row in the order of the file, entities before relationships. Changes nothing. */
export function* planImport(
  context: CommandContext,
  sheets: readonly Sheet[],
  settings: Settings,
  label: string,
  { keepVerdicts }: { readonly keepVerdicts: boolean } = { keepVerdicts: true },
): Paced<ImportPlan> {
  const verdicts: RowVerdict[] = [];
  const counts = { create: 0, update: 0, unchanged: 0, refused: 0, choice: 0, made: 0, removedValues: 0 };
  const entities: WantedEntity[] = [];
  const relationships: WantedRelationship[] = [];
  const resolve = createResolver(context.db, settings.choices);
  const entityPlanner = createEntityPlanner(context, settings, entities);
  const carried = planCarried(context.db, {
    types: sheets.flatMap((sheet) => sheet.carried?.types ?? []),
    views: sheets.flatMap((sheet) => sheet.carried?.views ?? []),
  });
  const interpret = createInterpreter(carried.vocabulary, 'exact');
  const planRelationship = createRelationshipPlanner(context, settings, {
    interpret,
    sayFromOtherEnd: createOtherEnd(carried.vocabulary),
    resolve,
    entities: entityPlanner,
    relationships,
  });
  const isType = (text: string) => text !== '' && interpret(text) !== null;
  let turnSince = performance.now();
  let judgedRows = 0;
  for (const subject of ['entities', 'relationships'] as const) {
    const plan = subject === 'entities' ? entityPlanner.plan : planRelationship;
    for (const [sheet, columns, row, mapping, cell] of rowsOf(sheets, settings, subject, isType)) {
      const planned = findFault(row, mapping, columns) ?? plan(row, mapping, columns);
      const judged = 'outcome' in planned ? planned : yield* planned;
      counts[judged.outcome] += 1;
      counts.removedValues += judged.removedValues ?? 0;
      judgedRows += 1;
      const placed = cell === null ? judged : { column: cell, ...judged };
      if (keepVerdicts) verdicts.push(toVerdict(sheet, row.number, placed));
      if (judgedRows % STRIDE !== 0 || performance.now() - turnSince < TURN_MS) continue;
      yield;
      turnSince = performance.now();
    }
  }
  const made = entityPlanner.listNamed();
  counts.made = made.length;
  return { verdicts, counts, made, wanted: { label, entities, relationships, carried } };
}

/** A cell that holds an error refuses its row, unless nobody asks for its column. */
function findFault({ faults }: Row, { header, roles }: Mapping, columns: readonly string[]): Judged | null {
  if (faults === undefined) return null;
  const found = [...faults].find(([index]) => roles[index] !== undefined && roles[index] !== 'ignore');
  if (found === undefined) return null;
  const [index, error] = found;
  const message = `The cell holds the error ${error}.`;
  return { outcome: 'refused', code: 'cell-error', message, column: toColumnName(columns, index, header) };
}

function* rowsOf(
  sheets: readonly Sheet[],
  { mappings }: Settings,
  subject: 'entities' | 'relationships',
  isType: (text: string) => boolean,
): Generator<readonly [number, readonly string[], Row, Mapping, cell: string | null]> {
  for (const [index, sheet] of sheets.entries()) {
    const mapping = mappings[index];
    if (mapping?.subject === 'matrix' && subject === 'relationships') {
      for (const cell of readMatrix(sheet, isType)) {
        yield [index, cell.columns, cell.row, cell.mapping, cell.columns.at(-1) ?? null];
      }
      continue;
    }
    if (mapping?.subject !== subject) continue;
    const { columns, rows, faults } = sheet;
    const first = { number: 1, cells: columns };
    if (!mapping.header)
      yield [index, columns, faults === undefined ? first : { ...first, faults }, mapping, null];
    for (const row of rows) yield [index, columns, row, mapping, null];
  }
}

function toVerdict(sheet: number, row: number, judged: Judged): RowVerdict {
  const { outcome, code = null, message = null, column = null, text = null, candidates = [] } = judged;
  const candidateCount = judged.candidateCount ?? candidates.length;
  return { sheet, row, outcome, code, message, column, text, candidates, candidateCount };
}
