import { readEntityRow } from '../../src-main/backend/store/entities.ts';
import { all } from '../../src-main/backend/store/sql.ts';
import type { EntityId } from '../../src-preload/contract/model.ts';
import type { SimClient, World } from './model.ts';
import type { NumberedRule } from './rules-watched.ts';
import { toName, toPair, toValue } from './truth.ts';
import { type Rule, Violation } from './violation.ts';

/** Something was there for a rule to look at. */
export function look({ looks }: World, rule: NumberedRule): void {
  looks.set(rule, (looks.get(rule) ?? 0) + 1);
}

export function fail({ world, name }: SimClient, rule: Rule, message: string): void {
  world.violations.push(new Violation(rule, `${name}: ${message}`));
}

/** The ends of a row, as the workspace numbers them. */
export interface RowEnds {
  readonly sourceId: number;
  readonly targetId: number;
}

/** The pair of a row's ends, by the names the remote knows. */
export function pairOf(client: SimClient, { sourceId, targetId }: RowEnds): string {
  const [source, target] = [nameOf(client, sourceId), nameOf(client, targetId)];
  const [sourceKind = '', sourceRemote = ''] = source.split(':');
  const [targetKind = '', targetRemote = ''] = target.split(':');
  return toPair(
    client.world.home,
    { kind: sourceKind, remoteId: sourceRemote },
    { kind: targetKind, remoteId: targetRemote },
  );
}

/** An entity by the name the remote knows. */
export function nameOf({ db, book }: SimClient, id: number): string {
  const known = book.names.get(id);
  if (known !== undefined) return known;
  const name = toName(readEntityRow(db, id as EntityId)); // foreign keys vouch for the row
  book.names.set(id, name);
  return name;
}

/** What base has, by pair. */
export function readBase(client: SimClient): Map<string, string> {
  const rows = all<RowEnds & { type: string | null }>(
    client.db,
    `SELECT source_id AS sourceId, target_id AS targetId,
         (SELECT name FROM relationship_type WHERE id = base_type_id) AS type
       FROM relationship WHERE base_present = 1`,
  );
  return new Map(rows.map((row) => [pairOf(client, row), toValue(row)]));
}

/** A pending change as the workspace has it. */
export interface IntentNow extends RowEnds {
  readonly id: number;
  readonly present: number;
  readonly type: string | null;
  readonly stopped: string | null;
  readonly cause: string | null;
  readonly failures: number;
  readonly dueAt: string | null;
}

export function readIntentsNow(client: SimClient): IntentNow[] {
  return all<IntentNow>(
    client.db,
    `SELECT relationship_id AS id, source_id AS sourceId, target_id AS targetId, wanted_present AS present,
         (SELECT name FROM relationship_type WHERE id = wanted_type_id) AS type, stopped, cause,
         failures, next_attempt_at AS dueAt FROM intent`,
  );
}
