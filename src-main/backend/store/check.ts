import { toCountOfReused } from './counters.ts';
import { isOfDamage } from './errors.ts';
import { all, column, count, type ReadableDb } from './sql.ts';

/** What is wrong with a workspace, as a sentence, and how many times. */
export interface Finding {
  readonly code: 'file' | 'reference' | 'search' | 'intent' | 'conflict' | 'mirror' | 'counter';
  readonly message: string;
}

/** SQLite stops after this many findings of its own. */
const MOST = 100;

/** One thing that is looked at. */
type Look = (db: ReadableDb) => Finding[];

/**
 * Looks through the whole workspace: the file itself, references between rows, and what must hold between tables.
 * Changes nothing. An empty answer means that all is well. Tells how many of the things that are looked at are done.
 */
export function checkWorkspace(
  db: ReadableDb,
  onProgress: (done: number, total: number) => void = () => undefined,
): Finding[] {
  const found = lookAt(db, checkPages);
  if (found.length > 0) return found; // nothing that reads damaged pages can be relied on
  const tables = column<string>(db, TABLES);
  const inFile = tables.map(
    (table): Look =>
      (on) =>
        checkTable(on, table),
  );
  const between = [
    ...tables.map(
      (table): Look =>
        (on) =>
          checkReferences(on, table),
    ),
    ...rules.map(
      (rule): Look =>
        (on) =>
          checkRule(on, rule),
    ),
  ];
  const total = 1 + inFile.length + between.length;
  const findings: Finding[] = [];
  let done = 1;
  for (const looks of [inFile, between]) {
    for (const look of looks) {
      onProgress(done, total);
      findings.push(...lookAt(db, look));
      done += 1;
    }
    if (findings.length > 0) return findings.slice(0, MOST); // what reads damaged pages would only say the same again
  }
  return findings;
}

/** What is so damaged that it cannot even be looked at is a finding too. */
function lookAt(db: ReadableDb, look: Look): Finding[] {
  try {
    return look(db);
  } catch (error) {
    if (!(error instanceof Error) || !isOfDamage(error)) throw error;
    return [{ code: 'file', message: `Something of the file cannot be read at all: ${error.message}.` }];
  }
}

const TABLES =
  "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'view' AND name NOT LIKE 'sqlite_%' ORDER BY name";

/** Every page of the file, those that nobody uses as well; what the indexes hold is looked at by table. */
function checkPages(db: ReadableDb): Finding[] {
  return toFindings(column<string>(db, `PRAGMA quick_check(${MOST})`));
}

function checkTable(db: ReadableDb, table: string): Finding[] {
  return toFindings(column<string>(db, `PRAGMA integrity_check("${table}")`));
}

function toFindings(texts: readonly string[]): Finding[] {
  return texts.filter((text) => text !== 'ok').map((message) => ({ code: 'file', message }));
}

function checkReferences(db: ReadableDb, table: string): Finding[] {
  const rows = all<{ parent: string; count: number }>(
    db,
    'SELECT parent, count(*) AS count FROM pragma_foreign_key_check(:table) GROUP BY parent',
    { table },
  );
  return rows.map(({ parent, count: rowCount }) => ({
    code: 'reference',
    message:
      rowCount === 1
        ? `1 row of ${table} names a row of ${parent} that is not there.`
        : `${rowCount} rows of ${table} name a row of ${parent} that is not there.`,
  }));
}

interface Rule {
  readonly code: Finding['code'];
  readonly what: string;
  readonly sql: string;
}

/** What sync and commands keep true between tables: each counts what breaks it. */
const rules: readonly Rule[] = [
  {
    code: 'intent',
    what: 'pending changes that stand beside a relationship of other ends',
    sql: `SELECT count(*) FROM intent i JOIN relationship r ON r.id = i.relationship_id
      WHERE r.source_id <> i.source_id OR r.target_id <> i.target_id OR r.slot <> i.slot`,
  },
  {
    code: 'intent',
    what: 'pending changes that are kept under another relationship between the same ends',
    sql: `SELECT count(*) FROM intent i JOIN relationship r
        ON r.source_id = i.source_id AND r.target_id = i.target_id AND r.slot = i.slot
      WHERE r.id <> i.relationship_id`,
  },
  {
    code: 'conflict',
    what: 'open conflicts without a pending change',
    sql: `SELECT count(*) FROM conflict c WHERE c.decision IS NULL
      AND NOT EXISTS (SELECT 1 FROM intent i WHERE i.relationship_id = c.relationship_id)`,
  },
  {
    code: 'mirror',
    what: 'relationships between entities of another connection',
    sql: `SELECT count(*) FROM relationship r JOIN entity s ON s.id = r.source_id JOIN entity t ON t.id = r.target_id
      WHERE s.connection_id <> r.connection_id OR t.connection_id <> r.connection_id`,
  },
  {
    code: 'search',
    what: 'entities that search cannot find',
    sql: `SELECT count(*) FROM entity e WHERE e.presence = 'listed'
      AND NOT EXISTS (SELECT 1 FROM entity_search s WHERE s.rowid = e.id)`,
  },
  {
    code: 'counter',
    what: 'ids of relationships that would be given to others as well',
    sql: toCountOfReused('relationship'),
  },
  {
    code: 'counter',
    what: 'readings of a change feed whose numbers would be given to others as well',
    sql: toCountOfReused('feed sweep'),
  },
];

function checkRule(db: ReadableDb, { code, what, sql }: Rule): Finding[] {
  const broken = count(db, sql);
  return broken === 0 ? [] : [{ code, message: `${broken} ${what}.` }];
}
