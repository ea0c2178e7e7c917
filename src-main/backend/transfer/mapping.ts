import type { ColumnRole, ImportSubject } from '../../../src-preload/contract/transfer-requests.ts';
import { isAttributeColumn } from './attribute-column.ts';
import { fromCell } from './cell-text.ts';
import { looksLikeMatrix } from './looks-like-matrix.ts';
import { findOriginColumn } from './origin-column.ts';
import type { Sheet } from './table.ts';

/** How one sheet is taken. */
export interface Mapping {
  readonly subject: ImportSubject;
  /** False where the first row is a row like all others. */
  readonly header: boolean;
  /** One for each column. */
  readonly roles: readonly ColumnRole[];
}

const synonyms: Record<string, ColumnRole> = {};
/** A word that plays several parts keeps the first. */
const add = (role: ColumnRole, ...words: string[]) => {
  for (const word of words) synonyms[word] ??= role;
};
add(
  'source',
  'source',
  'from',
  'a',
  'parent',
  'source entity',
  'source asset',
  'asset a',
  'subject',
  'start',
  'von',
);
add('source', 'source id', 'source name', 'from asset', 'from entity', 'upstream', 'quelle', 'sourceid');
add(
  'target',
  'target',
  'to',
  'b',
  'child',
  'target entity',
  'target asset',
  'asset b',
  'object',
  'end',
  'nach',
);
add('target', 'target id', 'target name', 'to asset', 'to entity', 'downstream', 'ziel', 'targetid');
add(
  'type',
  'type',
  'relation',
  'relationship',
  'relationship type',
  'link type',
  'link',
  'label',
  'predicate',
  'edge type',
);
add('connection', 'connection', 'held by', 'system');
add('state', 'state', 'status');
add('entity', 'entity', 'address');
add('name', 'name', 'title', 'display name', 'asset name', 'asset', 'label');
add('kind', 'kind', 'type', 'class', 'category', 'asset type');
add('id', 'id', 'identifier', 'key', 'asset id', 'number', 'asset tag');
add('archived', 'archived');

const relationshipWords = new Set<ColumnRole>(['source', 'target', 'type', 'connection', 'state']);
const entityWords = new Map<string, ColumnRole>([
  ...['type', 'class', 'category', 'asset type', 'kind'].map((word) => [word, 'kind'] as const),
  ...['label', 'name', 'title', 'display name', 'asset name', 'asset'].map((word) => [word, 'name'] as const),
]);

function normalize(column: string): string {
  return column
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_.-]+/gu, ' ');
}

/** Says whether a text names an entity of the workspace, so that columns without a header are understood too. */
export type Recognize = (text: string) => boolean;

/** How many rows are looked at to understand a column by its content. */
const LOOKED_AT = 50;

/** A first guess of what a sheet and its columns are: by the words of the header, else by what the cells name. */
export function guessMapping(sheet: Sheet, recognize: Recognize): Mapping {
  const guessed = guessColumns(sheet, recognize);
  const origin = findOriginColumn(sheet);
  return origin < 0 ? guessed : { ...guessed, roles: guessed.roles.with(origin, 'origin') };
}

function guessColumns(sheet: Sheet, recognize: Recognize): Mapping {
  const words = sheet.columns.map(normalize);
  const isEnd = (role: ColumnRole) => words.some((word) => synonyms[word] === role);
  if (isEnd('source') && isEnd('target')) {
    return { subject: 'relationships', header: true, roles: once(words.map(toRelationshipRole)) };
  }
  const naming = new Set(words.map(toEntityRole).filter((role) => role !== 'attribute' && role !== 'ignore'));
  const isEntities = naming.has('entity') || naming.has('name') || naming.has('id');
  if (looksLikeMatrix(sheet, (text) => recognize(fromCell(text)))) return toMatrix(sheet);
  const byContent = isEntities && naming.size > 1 ? null : guessByContent(sheet, recognize);
  if (byContent !== null) return byContent;
  const entityRoles = sheet.columns.map((column, index) => toEntityColumn(column, words[index] ?? ''));
  return { subject: isEntities ? 'entities' : 'ignore', header: true, roles: once(entityRoles) };
}

/** A table that is taken as a matrix. */
function toMatrix({ columns }: Sheet): Mapping {
  return { subject: 'matrix', header: true, roles: columns.map(() => 'ignore') };
}

function toRelationshipRole(word: string): ColumnRole {
  const role = synonyms[word];
  return role !== undefined && relationshipWords.has(role) ? role : 'ignore';
}

function toEntityColumn(column: string, word: string): ColumnRole {
  return isAttributeColumn(column) ? 'attribute' : toEntityRole(word);
}

/** What has no other part is an attribute. What only describes a relationship’s end is none. */
function toEntityRole(word: string): ColumnRole {
  const role = entityWords.get(word) ?? synonyms[word];
  if (word === '' || word === 'connection') return 'ignore';
  return role === undefined || relationshipWords.has(role) ? 'attribute' : role;
}

/** Each part is played by the first column that can. */
function once(guessed: readonly ColumnRole[]): ColumnRole[] {
  return guessed.map((role, index) =>
    role === 'attribute' || guessed.indexOf(role) === index ? role : 'ignore',
  );
}

/** Two columns whose cells name entities are the ends; a column between or after them is the type. */
function guessByContent(sheet: Sheet, recognize: Recognize): Mapping | null {
  const looked = sheet.rows.slice(0, LOOKED_AT);
  const naming = sheet.columns.flatMap((_, index) => {
    const column = [sheet.columns, ...looked.map(({ cells }) => cells)].map((row) =>
      fromCell(row[index] ?? ''),
    );
    const cells = column.filter((cell) => cell !== '');
    const known = cells.filter(recognize).length;
    return cells.length > 0 && known * 2 >= cells.length ? [index] : [];
  });
  const first = sheet.columns.map((column) => recognize(fromCell(column)));
  const [source, target] = naming;
  if (source === undefined || target === undefined) return null;
  const type = [source + 1, target + 1].find((index) => index !== target && index < sheet.columns.length);
  const found = sheet.columns.map(
    (_, index): ColumnRole =>
      index === source ? 'source' : index === target ? 'target' : index === type ? 'type' : 'ignore',
  );
  return { subject: 'relationships', header: first[source] !== true && first[target] !== true, roles: found };
}
